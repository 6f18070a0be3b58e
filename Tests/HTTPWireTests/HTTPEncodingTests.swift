import Buffers
import HTTPWire
import Testing

@Suite struct HTTPEncodingTests {
    @Test(arguments: [
        (200, "HTTP/1.1 200 OK\r\n"), (402, "HTTP/1.1 402 Payment Required\r\n"),
        (413, "HTTP/1.1 413 Content Too Large\r\n"), (499, "HTTP/1.1 499 Client Error\r\n"),
        (502, "HTTP/1.1 502 Bad Gateway\r\n"), (599, "HTTP/1.1 599 Server Error\r\n"),
    ])
    func writesStatusLines(_ status: Int, _ line: String) {
        var out = ByteBuffer()
        HTTPEncoding.appendStatusLine(status, to: &out)
        #expect(out.text == line)
    }

    @Test func writesFields() {
        var out = ByteBuffer()
        HTTPEncoding.appendField("Content-Type", "application/json", to: &out)
        HTTPEncoding.appendField("Content-Length", decimal: 12, to: &out)
        let written = [
            HTTPEncoding.appendField("X", "ä".bytes.span, to: &out),
            HTTPEncoding.appendField("Y", String("tab\there"), to: &out),
            HTTPEncoding.appendField(name: "x-custom".bytes.span, value: "".bytes.span, to: &out),
        ]
        #expect(written == [true, true, true])
        HTTPEncoding.appendEndOfHead(to: &out)
        #expect(
            out.text
                == "Content-Type: application/json\r\nContent-Length: 12\r\nX: ä\r\nY: tab\there\r\nx-custom: \r\n\r\n")
    }

    @Test(arguments: ["a\r\nSet-Cookie: x", "a\nb", "a\rb", "a\u{0}b", "\r", "12345678\n", "a\u{7F}", "\u{1}"])
    func refusesValuesThatWouldWriteMore(_ value: String) {
        var out = ByteBuffer()
        let written = [
            HTTPEncoding.appendField("X", value.bytes.span, to: &out),
            HTTPEncoding.appendField("X", value, to: &out),
            HTTPEncoding.appendField(name: "X".bytes.span, value: value.bytes.span, to: &out),
        ]
        #expect(written == [false, false, false])
        #expect(out.text == "")
    }

    @Test(arguments: ["", "a b", "a:", "a\r\n", "ä", "a\u{0}", "(a)"])
    func refusesNamesThatAreNoTokens(_ name: String) {
        var out = ByteBuffer()
        let written = HTTPEncoding.appendField(name: name.bytes.span, value: "v".bytes.span, to: &out)
        #expect(!written && out.text == "")
    }

    @Test(arguments: [1, 9, 10, 15, 16, 255, 256, 4096, 65_535, 1_048_576, Int.max])
    func writesChunkHeaders(_ count: Int) {
        var out = ByteBuffer()
        HTTPEncoding.appendChunkHeader(count, to: &out)
        #expect(out.text == String(count, radix: 16) + "\r\n")
    }

    @Test func writesChunksThatTheDecoderReads() throws {
        var out = ByteBuffer()
        let bodies = ["a", "", "hello", String(repeating: "x", count: 5000)]
        for body in bodies { HTTPEncoding.appendChunk(body.bytes.span, to: &out) }
        HTTPEncoding.appendLastChunk(to: &out)
        var decoder = BodyDecoder(framing: .chunked)
        var body = ""
        reading: while true {
            switch try decoder.next(out.span) {
            case .data(let range):
                body += String(decoding: out.bytes[range], as: UTF8.self)
                out.consume(range.upperBound)
            case .needMore: break reading
            case .end(let consumed):
                out.consume(consumed)
                break reading
            }
        }
        #expect(body == bodies.joined() && out.text == "" && decoder.isComplete)
    }

    @Test func writesRequestsThatTheParserReads() throws {
        var out = ByteBuffer()
        HTTPEncoding.appendRequestLine("POST", "/v1/chat/completions".bytes.span, to: &out)
        HTTPEncoding.appendField("Host", "api.test", to: &out)
        HTTPEncoding.appendField("Content-Length", decimal: 0, to: &out)
        HTTPEncoding.appendEndOfHead(to: &out)
        var parser = RequestHeadParser()
        var head = RequestHead()
        let length = out.count
        #expect(try parser.parse(Array(out.bytes), into: &head) == length)
        #expect(head.method == .post && head.framing == .length(0))
    }

    @Test func knowsTargets() {
        for (target, expected) in [
            ("/a?b", true), ("*", true), ("", false), ("/a b", false), ("/a\r\n", false), ("/ä", false),
            ("/a#b", false),
        ] {
            let isTarget = HTTPEncoding.isTarget(target.bytes.span)
            #expect(isTarget == expected)
        }
    }
}
