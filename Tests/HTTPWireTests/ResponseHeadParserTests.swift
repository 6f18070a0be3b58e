import HTTPWire
import Testing

@Suite struct ResponseHeadParserTests {
    private func parse(_ text: String, method: HTTPMethod = .post) throws -> (head: ResponseHead, bytes: [UInt8]) {
        var parser = ResponseHeadParser(method: method)
        var head = ResponseHead()
        let bytes = text.bytes
        let length = try parser.parse(bytes, into: &head)
        #expect(length == bytes.count)
        return (head, bytes)
    }

    @Test func readsATypicalResponse() throws {
        let (head, bytes) = try parse(
            "HTTP/1.1 429 Too Many Requests\r\nserver: x\r\nRetry-After: 7\r\nretry-after-ms: 7000\r\n"
                + "X-Should-Retry: true\r\nx-request-id: r\r\nContent-Length: 4\r\n\r\n")
        func text(_ range: Range<Int>?) -> String? { range.map { String(decoding: bytes[$0], as: UTF8.self) } }
        #expect(head.status == 429 && !head.isInterim && head.keepsAlive && head.framing == .length(4))
        #expect(text(head.reason) == "Too Many Requests")
        #expect(text(head.first(.retryAfter)) == "7" && text(head.first(.retryAfterMs)) == "7000")
        #expect(text(head.first(.xShouldRetry)) == "true" && text(head.first(.xRequestID)) == "r")
        #expect(head.has(.server) && !head.has(.date) && head.first(.date) == nil)
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", HTTPMethod.post, MessageFraming.length(3), true),
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", .head, .none, true),
            ("HTTP/1.1 200 OK\r\n\r\n", .post, .untilClose, false),
            ("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", .post, .untilClose, false),
            ("HTTP/1.1 200 OK\r\n\r\n", .head, .none, true),
            ("HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n", .post, .none, true),
            ("HTTP/1.1 304 Not Modified\r\nContent-Length: 3\r\n\r\n", .post, .none, true),
            ("HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n", .post, .length(0), true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .post, .chunked, true),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n", .post, .chunked, false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n", .post, .length(3), false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\n", .post, .length(3), true),
            ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .post, .none, false),
        ] as [(String, HTTPMethod, MessageFraming, Bool)])
    func decidesWhereTheBodyEnds(
        _ text: String, _ method: HTTPMethod, _ framing: MessageFraming, _ keepsAlive: Bool
    ) throws {
        let (head, _) = try parse(text, method: method)
        #expect(head.framing == framing)
        #expect(head.keepsAlive == keepsAlive)
        #expect(!head.isInterim)
    }

    @Test func readsPastInterimResponses() {
        let transcript = ResponseTranscript(MessageSplitTests.responses[5].bytes)
        #expect(transcript.interim == [100, 103])
        #expect(transcript.status == 200 && transcript.body == "x".bytes)
    }

    @Test func readsABodyUntilTheEnd() {
        let transcript = ResponseTranscript("HTTP/1.1 200 OK\r\n\r\none\r\ntwo".bytes)
        #expect(transcript.body == "one\r\ntwo".bytes && transcript.isComplete && !transcript.keepsAlive)
    }

    @Test func leavesWhatFollowsTheResponse() {
        let transcript = ResponseTranscript("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc".bytes)
        #expect(transcript.body == "a".bytes && transcript.rest == "bc".bytes)
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1,1\r\n\r\nx", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", "HTTP/1.1 200 O\u{0}K\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1 +20 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 200-OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n", "<html>", "HTTP/1.1 200 OK\rX\r\n\r\n",
    ])
    func refusesBadResponses(_ text: String) {
        let whole = ResponseTranscript(text.bytes)
        #expect(whole.error?.status == 400)
        #expect(ResponseTranscript.byteByByte(text.bytes).error == whole.error)
    }

    @Test(arguments: [
        ("HTTP/2 200 OK\r\n\r\n", 400), ("HTTP/2.0 200 OK\r\n\r\n", 505), ("HTTP/1.2 200 OK\r\n\r\n", 505),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
        ("HTTP/1.1 200 " + String(repeating: "x", count: 40_000) + "\r\n\r\n", 431),
        ("HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 129) + "\r\n", 431),
    ])
    func refusesWhatItDoesNotSpeak(_ text: String, _ status: Int) {
        #expect(ResponseTranscript(text.bytes).error?.status == status)
        #expect(ResponseTranscript.byteByByte(text.bytes).error?.status == status)
    }

    @Test func takesTheNextMethodOnReset() throws {
        var parser = ResponseHeadParser(method: .get)
        var head = ResponseHead()
        let bytes = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n".bytes
        parser.reset(method: .head)
        #expect(try parser.parse(bytes, into: &head) == bytes.count)
        #expect(head.framing == .none)
        parser.reset(method: .get)
        #expect(try parser.parse(bytes, into: &head) == bytes.count)
        #expect(head.framing == .length(3) && head.fields.count == 1)
    }
}
