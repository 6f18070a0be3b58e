import Buffers
import EventStreams

/// However a stream is cut, the same events come out, and those that a slow reader of the whole stream sees. What our
/// encoder writes comes back as it was.
func fuzzEvents(_ input: [UInt8]) {
    let whole = decodedEvents(input, cuts: [])
    var cuts = Cuts(input)
    for places in [cuts.next(input.count), cuts.next(input.count), cuts.many(input.count)] {
        let pieces = decodedEvents(input, cuts: places)
        require(pieces == whole, "cut at \(places):\n\(pieces)\nwhole:\n\(whole)")
    }
    let naive = naiveEvents(input)
    require(naive == whole, "slow reader:\n\(naive)\ndecoder:\n\(whole)")
    fuzzEncodedEvent(input)
}

enum FuzzedEvent: Equatable, CustomStringConvertible {
    case event(name: [UInt8]?, data: [UInt8])
    case comment
    case unframed([UInt8])

    var description: String {
        switch self {
        case .event(let name, let data): "event \(name.map(text) ?? "-") \(text(data))"
        case .comment: "comment"
        case .unframed(let bytes): "unframed \(text(bytes))"
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }
}

private func decodedEvents(_ input: [UInt8], cuts: [Int]) -> [FuzzedEvent] {
    var decoder = EventStreamDecoder()
    var buffer = ByteBuffer()
    var events: [FuzzedEvent] = []
    var start = 0
    for cut in cuts + [input.count] {
        buffer.append(Array(input[start..<cut]))
        start = cut
        drain(&decoder, &buffer, atEnd: false, into: &events)
    }
    drain(&decoder, &buffer, atEnd: true, into: &events)
    return events
}

private func drain(
    _ decoder: inout EventStreamDecoder, _ buffer: inout ByteBuffer, atEnd: Bool, into events: inout [FuzzedEvent]
) {
    while true {
        guard let item = try? decoder.next(buffer.span, atEnd: atEnd) else {
            fatalError("an input is below all bounds")
        }
        require(item.consumed >= 0 && item.consumed <= buffer.count, "consumed \(item.consumed) of \(buffer.count)")
        switch item {
        case .event(let event):
            let name = event.name.map { Array(buffer.bytes[$0]) }
            let data =
                switch event.data {
                case .range(let range): Array(buffer.bytes[range])
                case .joined: decoder.joinedData.withUnsafeBufferPointer { Array($0) }
                }
            events.append(.event(name: name, data: data))
        case .comment: events.append(.comment)
        case .unframed(let range, _):
            // The slow reader knows lines, not their ends.
            events.append(.unframed(Array(naiveLines(Array(buffer.bytes[range])).joined(separator: [10]))))
        case .needMore(let consumed):
            require(!atEnd, "needs more at the end")
            buffer.consume(consumed)
            return
        case .end: return
        }
        buffer.consume(item.consumed)
    }
}

/// Any data comes back through encoder and decoder, with every line end as LF.
private func fuzzEncodedEvent(_ input: [UInt8]) {
    var buffer = ByteBuffer()
    EventStreamEncoder.appendEvent(name: "chunk", data: input.span, to: &buffer)
    let lines = naiveLines(input)
    let expected = Array(lines.joined(separator: [10]))
    let events = decodedEvents(Array(buffer.bytes), cuts: [])
    require(events == [.event(name: Array("chunk".utf8), data: expected)], "\(buffer.text.debugDescription)\n\(events)")
}
