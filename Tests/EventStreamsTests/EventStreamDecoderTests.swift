import Buffers
import EventStreams
import Testing

@Suite struct EventStreamDecoderTests {
    typealias Transcript = EventStreamTranscript

    /// Streams by the standard; `¶` stands for the line end, so that each is tried with LF, CRLF and CR.
    static let streams: [String] = [
        "", "¶", "¶¶¶", "data: a¶¶", "data:a¶¶", "data:  a¶¶", "data: a¶¶data: b¶¶", "data: a", "data: a¶", "data",
        "data¶¶", "data:¶¶", "data: ¶¶", "data:¶data:¶¶", "data: a¶data: b¶¶", "data: a¶data¶data: c¶¶",
        "data: a¶b: c¶¶",
        "event: ping¶data: {}¶¶", "event:ping¶data: {}¶¶", "data: {}¶event: late¶¶", "event: a¶event: b¶data: x¶¶",
        "event: gone¶¶data: x¶¶", "event:¶data: x¶¶", "event: a¶event:¶data: x¶¶", "event: x", "event¶data: y¶¶",
        ": comment¶¶data: a¶¶", ":¶", ":¶:¶", "::::¶¶", ": OPENROUTER PROCESSING¶¶: OPENROUTER PROCESSING¶¶data: x¶¶",
        "data: a¶: within¶data: b¶¶", "event: e¶: within¶data: b¶¶", ": unfinished",
        "id: 1¶data: a¶¶", "retry: 10¶¶data: a¶¶", "id¶data: a¶retry: x¶¶", "unknown: x¶data: a¶¶",
        "datax: b¶data: a¶¶",
        "dat: b¶¶data: a¶¶", " data: a¶¶", "data : a¶¶", "DATA: a¶¶", "events: x¶data: a¶¶", "d¶data: a¶¶",
        "data: [DONE]¶¶", "data: {\"a\":\"é😀\"}¶¶", "data: \u{2028}\u{2029}\u{85}¶¶", "data: a:b: c¶¶",
        "data: {\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}¶¶data: [DONE]¶¶", "¶¶data: a¶¶¶¶¶data: b¶¶¶",
        "\u{FEFF}data: a¶¶", "\u{FEFF}", "\u{FEFF}¶data: \u{FEFF}¶¶", "\u{FEFF}\u{FEFF}data: a¶¶data: b¶¶",
        "event: message_start¶data: {\"type\":\"message_start\"}¶¶event: ping¶data: {\"type\":\"ping\"}¶¶",
        "data: a¶data: b¶data: c¶¶event: n¶data: d¶¶data: e¶data: f¶", "data: x\u{0}y¶¶",
    ]

    static let lineEnds = ["\n", "\r\n", "\r"]

    @Test(arguments: streams, lineEnds)
    func agreesWithTheStandardAtEverySplit(_ stream: String, _ lineEnd: String) {
        let bytes = Array(stream.replacing("¶", with: lineEnd).utf8)
        let expected = ReferenceEventStream.read(bytes)
        #expect(Transcript.read([bytes[...]]) == expected)
        for split in 0...bytes.count {
            #expect(Transcript.read([bytes[..<split], bytes[split...]]) == expected, "split at \(split)")
        }
        #expect(Transcript.read(bytes.indices.map { bytes[$0...$0] } + [[]]) == expected, "byte by byte")
    }

    @Test func agreesWithTheStandardOnRandomStreams() {
        let pieces = [
            "data: a", "data:", "data", "event: e", ":c", "x: y", "\n", "\r", "\r\n", "\n\n", "\r\n\r\n", "é", " ", ":",
            "\r\r",
        ]
        var random = SeededNumbers(state: 5)
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 0...14, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            let bytes = Array(text.utf8)
            let expected = ReferenceEventStream.read(bytes)
            var parts: [ArraySlice<UInt8>] = []
            var start = 0
            while start < bytes.count {
                let end = Int.random(in: start...bytes.count, using: &random)
                parts.append(bytes[start..<end])
                start = end
            }
            #expect(Transcript.read(parts + [[]]) == expected, "\(text.debugDescription)")
        }
    }

    struct SeededNumbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) ^ (state << 31)
        }
    }

    @Test func returnsSingleLineEventsAsRanges() throws {
        var decoder = EventStreamDecoder()
        let bytes = Array("data: {\"a\":1}\n\ndata: [DO".utf8)
        let item = try decoder.next(bytes.span, atEnd: false)
        #expect(item == .event(EventStreamEvent(data: .range(6..<13), name: nil, consumed: 15)))
        let rest = Array(bytes[15...])
        #expect(try decoder.next(rest.span, atEnd: false) == .needMore(consumed: 0))
    }

    @Test func handsOutAnEventAsSoonAsItsBlankLineBegins() throws {
        for ending in ["\n\n", "\r\n\r", "\r\r"] {
            var decoder = EventStreamDecoder()
            let bytes = Array("data: a\(ending)".utf8)
            let item = try decoder.next(bytes.span, atEnd: false)
            #expect(item == .event(EventStreamEvent(data: .range(6..<7), name: nil, consumed: bytes.count)))
            let rest = Array("\ndata: b\n\n".utf8)
            let start = ending.hasSuffix("\n") ? 0 : 1
            let next = try decoder.next(rest.span, atEnd: false)
            #expect(next == .event(EventStreamEvent(data: .range(7..<8), name: nil, consumed: 10)), "\(start)")
        }
    }

    @Test func letsGoOfWhatItNoLongerNeeds() throws {
        var decoder = EventStreamDecoder()
        let bytes = Array("\n\nid: 7\n\ndata: a\n".utf8)
        #expect(try decoder.next(bytes.span, atEnd: false) == .needMore(consumed: 9))
        let rest = Array(bytes[9...])
        #expect(try decoder.next(rest.span, atEnd: true).consumed == 8)
        let nothing: [UInt8] = []
        #expect(try decoder.next(nothing.span, atEnd: true) == .end)
        #expect(try decoder.next(nothing.span, atEnd: true) == .end)
    }
}
