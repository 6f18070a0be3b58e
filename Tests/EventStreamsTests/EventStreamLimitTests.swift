import EventStreams
import Testing

@Suite struct EventStreamLimitTests {
    typealias Transcript = EventStreamTranscript

    @Test func boundsEventsCommentsAndUnframedText() {
        // 20 bytes each with their framing.
        let whole = ["data: 123456789012\n\n", ": 78901234567890123\n", "{\"a\":\"678901234567\"}"]
        for text in whole {
            #expect(text.utf8.count == 20)
            let bytes = Array(text.utf8)
            for split in 0...bytes.count {
                let pieces = [bytes[..<split], bytes[split...]]
                #expect(!Transcript.read(pieces, limit: 20).contains(.failed))
                #expect(Transcript.read(pieces, limit: 19) == [.failed])
            }
        }
    }

    @Test func boundsEachEventAndNotTheStream() {
        let bytes = Array(String(repeating: "data: 1\n\n: c\n\n\n\n", count: 1000).utf8)
        #expect(Transcript.read([bytes[...]], limit: 10).count == 2000)
    }

    @Test func boundsManySmallLinesOfOneEvent() {
        let bytes = Array(String(repeating: "data: 1\n", count: 100).utf8)
        #expect(Transcript.read([bytes[...]], limit: 400) == [.failed])
        #expect(Transcript.read(bytes.indices.map { bytes[$0...$0] }, limit: 400) == [.failed])
        let ignored = Array("event: x\n".utf8) + Array(String(repeating: "junk\n", count: 100).utf8)
        #expect(Transcript.read([ignored[...]], limit: 400) == [.failed])
    }

    @Test func takesTheStandardLimit() throws {
        let bytes = Array("data: ".utf8) + [UInt8](repeating: 0x78, count: EventStreamLimits.eventBytes - 8) + [10, 10]
        var decoder = EventStreamDecoder()
        #expect(try decoder.next(bytes.span, atEnd: false).consumed == EventStreamLimits.eventBytes)
        let longer = Array(bytes.dropLast(2)) + [0x78]
        #expect(try decoder.next(longer.span, atEnd: false) == .needMore(consumed: 0))
        let tooLong = longer + [0x78, 0x78]
        #expect(throws: EventStreamError.eventTooLarge) { try decoder.next(tooLong.span, atEnd: false) }
    }

    /// Each of these would take minutes if the decoder searched the same bytes again for every line.
    @Test(arguments: ["data: a\r\r", "{}", "\r", ":\r", "\n", "x\r"])
    func worksInLinearTimeWhateverTheLineEnds(_ unit: String) throws {
        let bytes = Array(String(repeating: unit, count: (2 << 20) / unit.utf8.count).utf8)
        var decoder = EventStreamDecoder()
        var start = 0
        while start < bytes.count {
            let item = try decoder.next(bytes.span.extracting(start...), atEnd: false)
            start += item.consumed
            if case .needMore = item { break }
        }
        #expect(start >= bytes.count - unit.utf8.count)
    }
}
