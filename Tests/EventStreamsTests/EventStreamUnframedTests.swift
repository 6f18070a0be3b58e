import EventStreams
import Testing

@Suite struct EventStreamUnframedTests {
    typealias Transcript = EventStreamTranscript

    static let streams: [(String, [Transcript.Entry])] = [
        ("{\"error\":1}", [.unframed("{\"error\":1}")]),
        ("{\"error\":1}¶", [.unframed("{\"error\":1}")]),
        ("  {\"error\":1} ¶", [.unframed("{\"error\":1}")]),
        ("{\"a\":1}¶{\"b\":2}¶{\"c\":3}", [.unframed("{\"a\":1}"), .unframed("{\"b\":2}"), .unframed("{\"c\":3}")]),
        ("{}{}[]", [.unframed("{}"), .unframed("{}"), .unframed("[]")]),
        ("[{¶  \"error\": {¶    \"code\": 429¶  }¶}¶]¶", [.unframed("[{¶  \"error\": {¶    \"code\": 429¶  }¶}¶]")]),
        ("{\"a\":\"}\\\"}{\",\"b\":\"\\\\\"}¶", [.unframed("{\"a\":\"}\\\"}{\",\"b\":\"\\\\\"}")]),
        ("data: a¶¶{\"error\":1}¶", [.event("a", name: nil), .unframed("{\"error\":1}")]),
        ("data: a¶{\"error\":1}¶¶", [.event("a", name: nil), .unframed("{\"error\":1}")]),
        ("data: a¶data: b¶{\"error\":1}¶¶", [.event("a\nb", name: nil), .unframed("{\"error\":1}")]),
        ("event: error¶{\"error\":1}¶¶data: b¶¶", [.unframed("{\"error\":1}"), .event("b", name: nil)]),
        ("¶¶¶{\"ok\":true}", [.unframed("{\"ok\":true}")]),
        // Broken JSON does not swallow the events behind it.
        ("{broken¶data: a¶¶", [.unframed("{broken"), .event("a", name: nil)]),
        ("{broken¶: ping¶", [.unframed("{broken"), .comment]),
        ("{\"a\":[1,2¶¶data: a¶¶", [.unframed("{\"a\":[1,2"), .event("a", name: nil)]),
        ("{\"open¶data: a¶¶", [.unframed("{\"open"), .event("a", name: nil)]),
        ("{\"a\":1¶event: x¶data: a¶¶", [.unframed("{\"a\":1"), .event("a", name: "x")]),
        ("{\"a\":1", [.unframed("{\"a\":1")]),
        ("{\"a\":1¶", [.unframed("{\"a\":1")]),
        ("[¶", [.unframed("[")]),
        ("plain text¶data: a¶¶", [.event("a", name: nil)]),
    ]

    @Test(arguments: streams, ["\n", "\r\n", "\r"])
    func findsJSONWithoutDataAtEverySplit(_ stream: (String, [Transcript.Entry]), _ lineEnd: String) {
        let bytes = Array(stream.0.replacing("¶", with: lineEnd).utf8)
        let expected = stream.1.map { entry in
            if case .unframed(let text) = entry { return Transcript.Entry.unframed(text.replacing("¶", with: lineEnd)) }
            return entry
        }
        for split in 0...bytes.count {
            #expect(Transcript.read([bytes[..<split], bytes[split...]]) == expected, "split at \(split)")
        }
        #expect(Transcript.read(bytes.indices.map { bytes[$0...$0] } + [[]]) == expected, "byte by byte")
    }

    @Test func doesNotWaitForTheLineEnd() throws {
        var decoder = EventStreamDecoder()
        let bytes = Array("{\"error\":{}}".utf8)
        #expect(try decoder.next(bytes.span, atEnd: false) == .unframed(0..<12, consumed: 12))
    }
}
