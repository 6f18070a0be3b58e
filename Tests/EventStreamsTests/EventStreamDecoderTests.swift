import Buffers
import EventStreams
import Testing

@Suite struct EventStreamDecoderTests {
    @Test func returnsSingleLineEventsAsRanges() throws {
        var decoder = EventStreamDecoder()
        let bytes = Array("data: {\"a\":1}\n\ndata: [DO".utf8)
        let item = try decoder.next(bytes.span, atEnd: false)
        #expect(item == .event(EventStreamEvent(data: .range(6..<13), name: nil, consumed: 15)))
        let rest = Array(bytes[15...])
        #expect(try decoder.next(rest.span, atEnd: false) == .needMore(consumed: 0))
    }
}
