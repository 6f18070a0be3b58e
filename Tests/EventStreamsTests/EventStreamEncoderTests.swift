import Buffers
import EventStreams
import Testing

@Suite struct EventStreamEncoderTests {
    typealias Transcript = EventStreamTranscript

    func encoded(_ body: (inout ByteBuffer) -> Void) -> String {
        var out = ByteBuffer()
        body(&out)
        return out.text
    }

    @Test func writesWhatTheSDKsRead() {
        let data = Array("{\"a\":1}".utf8)
        #expect(encoded { EventStreamEncoder.appendEvent(data: data.span, to: &$0) } == "data: {\"a\":1}\n\n")
        #expect(
            encoded { EventStreamEncoder.appendEvent(name: "ping", data: data.span, to: &$0) }
                == "event: ping\ndata: {\"a\":1}\n\n")
        #expect(encoded { EventStreamEncoder.appendEvent(data: "[DONE]", to: &$0) } == "data: [DONE]\n\n")
        #expect(
            encoded { EventStreamEncoder.appendComment("OPENROUTER PROCESSING", to: &$0) }
                == ": OPENROUTER PROCESSING\n\n")
        let inPlace = encoded { out in
            EventStreamEncoder.appendName("x", to: &out)
            EventStreamEncoder.beginEvent(to: &out)
            out.append("{}")
            EventStreamEncoder.endEvent(to: &out)
        }
        #expect(inPlace == "event: x\ndata: {}\n\n")
    }

    @Test(arguments: [
        "", "a", "a\nb", "a\r\nb", "a\rb", "\n", "\n\n", "a\n", "\na", "a\r", "a\r\n", "\r\r\n\n", "é\n😀",
    ])
    func splitsDataIntoLines(_ text: String) {
        let written = encoded { EventStreamEncoder.appendEvent(name: "n", data: Array(text.utf8).span, to: &$0) }
        // By scalars: as characters, CR and LF may be one.
        var expected = ""
        for (index, scalar) in text.unicodeScalars.enumerated() {
            let follows = index > 0 && Array(text.unicodeScalars)[index - 1] == "\r"
            if scalar == "\n", follows { continue }
            expected.unicodeScalars.append(scalar == "\r" ? "\n" : scalar)
        }
        #expect(Transcript.read(written) == [.event(expected, name: "n")])
        #expect(!written.contains("\r"))
    }
}
