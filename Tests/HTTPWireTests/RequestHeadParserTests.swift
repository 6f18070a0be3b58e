import HTTPWire
import Testing

@Suite struct RequestHeadParserTests {
    private func parse(_ text: String) throws -> (head: RequestHead, length: Int, bytes: [UInt8]) {
        var parser = RequestHeadParser()
        var head = RequestHead()
        let bytes = text.bytes
        let length = try parser.parse(bytes, into: &head)
        return (head, try #require(length), bytes)
    }

    private func text(_ bytes: [UInt8], _ range: Range<Int>?) -> String? {
        range.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test func readsATypicalRequest() throws {
        let (head, length, bytes) = try parse(
            "POST /api/v1/chat/completions?debug=1?x HTTP/1.1\r\nHost: router.test:8080\r\n"
                + "AUTHORIZATION:\t Bearer sk-1 \t\r\ncontent-type: application/json\r\nContent-Length: 12\r\n"
                + "X-Unknown: ä\r\nHTTP-Referer: https://app.test\r\nEmpty:\r\n\r\nrest")
        #expect(length == bytes.count - 4)
        #expect(head.method == .post)
        #expect(text(bytes, head.methodRange) == "POST")
        #expect(text(bytes, head.target) == "/api/v1/chat/completions?debug=1?x")
        #expect(text(bytes, head.path) == "/api/v1/chat/completions")
        #expect(text(bytes, head.query) == "debug=1?x")
        #expect(text(bytes, head.authority) == "router.test:8080")
        #expect(text(bytes, head.first(.authorization)) == "Bearer sk-1")
        #expect(text(bytes, head.first(.contentType)) == "application/json")
        #expect(text(bytes, head.first(.referer)) == "https://app.test")
        #expect(head.first(.xAPIKey) == nil)
        #expect(head.framing == .length(12))
        #expect(head.keepsAlive && !head.expectsContinue)
        #expect(head.fields.map(\.known) == [.host, .authorization, .contentType, .contentLength, nil, .referer, nil])
        #expect(head.fields.map { text(bytes, $0.value) }.last == "")
        #expect(text(bytes, head.fields[4].value) == "ä")
    }

    @Test func skipsOneEmptyLineBeforeTheRequest() throws {
        let (head, length, bytes) = try parse("\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(length == bytes.count)
        #expect(text(bytes, head.target) == "/x")
    }

    @Test(arguments: [
        ("GET", HTTPMethod.get), ("HEAD", .head), ("POST", .post), ("PUT", .put), ("PATCH", .patch),
        ("DELETE", .delete), ("OPTIONS", .options), ("TRACE", .other), ("get", .other), ("PURGE", .other),
    ])
    func knowsMethods(_ name: String, _ method: HTTPMethod) throws {
        let (head, _, bytes) = try parse("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(head.method == method)
        #expect(text(bytes, head.methodRange) == name)
        #expect(method == .other || method.name.description == name)
    }

    @Test(
        arguments: [
            ("GET", "/", "/", nil, "h"), ("GET", "/a?b", "/a", "b", "h"), ("GET", "/a?", "/a", "", "h"),
            ("GET", "/%2e%2E//a;b=c", "/%2e%2E//a;b=c", nil, "h"), ("GET", "/?a={b}|[c]", "/", "a={b}|[c]", "h"),
            ("OPTIONS", "*", "*", nil, "h"), ("GET", "http://other:81/a?b", "/a", "b", "other:81"),
            ("GET", "HTTPS://other", "", nil, "other"), ("GET", "http://[::1]:80?q", "", "q", "[::1]:80"),
            ("GET", "//a", "//a", nil, "h"),
        ] as [(String, String, String, String?, String)])
    func splitsTargets(_ method: String, _ target: String, _ path: String, _ query: String?, _ host: String) throws {
        let (head, _, bytes) = try parse("\(method) \(target) HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(text(bytes, head.target) == target)
        #expect(text(bytes, head.path) == path)
        #expect(text(bytes, head.query) == query)
        #expect(text(bytes, head.authority) == host)
    }

    @Test(arguments: [
        "a", "a.b-c_d~", "127.0.0.1:8080", "[::1]", "[::ffff:1.2.3.4]:443", "localhost:", "xn--bcher-kva.example",
    ])
    func takesHosts(_ host: String) throws {
        let (head, _, bytes) = try parse("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n")
        #expect(text(bytes, head.first(.host)) == host)
    }

    @Test(arguments: [
        ("1.1", "", true), ("1.1", "Connection: close\r\n", false), ("1.1", "Connection: keep-alive\r\n", true),
        ("1.1", "connection: Upgrade, CLOSE \r\n", false), ("1.1", "Connection: x\r\nConnection: close\r\n", false),
        ("1.1", "Connection: closed\r\n", true), ("1.1", "Connection: ,, ,\r\n", true), ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true), ("1.0", "Connection: keep-alive, close\r\n", false),
        ("1.1", "Connection:\r\n", true),
    ])
    func decidesKeepAlive(_ version: String, _ lines: String, _ keepsAlive: Bool) throws {
        let (head, _, _) = try parse("GET / HTTP/\(version)\r\nHost: a\r\n\(lines)\r\n")
        #expect(head.keepsAlive == keepsAlive)
        #expect(head.minorVersion == (version == "1.1" ? 1 : 0))
    }

    @Test func servesHTTP10WithoutHost() throws {
        let (head, _, _) = try parse("GET / HTTP/1.0\r\n\r\n")
        #expect(head.authority == nil && !head.keepsAlive && head.framing == .none)
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n", true),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\nExpect: 100-continue\r\n\r\n", true),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n", false),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", false),
        ("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", false),
        ("POST / HTTP/1.0\r\nContent-Length: 1\r\nExpect: nonsense\r\n\r\n", false),
    ])
    func knowsWhoWaitsForContinue(_ request: String, _ expects: Bool) throws {
        #expect(try parse(request).head.expectsContinue == expects)
    }

    @Test func tellsRepeatedFields() throws {
        let (head, _, bytes) = try parse(
            "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: 1\r\nX-Title: t\r\nAuthorization: 2\r\n\r\n")
        #expect(head.isRepeated(.authorization) && !head.isRepeated(.xTitle) && head.has(.xTitle))
        #expect(text(bytes, head.first(.authorization)) == "1")
        #expect(!head.has(.cookie) && !head.isRepeated(.cookie))
    }

    @Test(arguments: [("0", 0), ("007", 7), ("9223372036854775807", Int.max)])
    func takesLengths(_ digits: String, _ length: Int) throws {
        let (head, _, _) = try parse("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(digits)\r\n\r\n")
        #expect(head.framing == .length(length))
    }

    @Test func forgetsTheHeadBefore() throws {
        var parser = RequestHeadParser()
        var head = RequestHead()
        let first = "POST http://x/?q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\n".bytes
        let second = "GET / HTTP/1.1\r\nHost: b\r\n\r\n".bytes
        #expect(try parser.parse(first, into: &head) == first.count)
        #expect(try parser.parse(second, into: &head) == second.count)
        #expect(head.framing == .none && head.keepsAlive && head.query == nil && head.fields.count == 1)
        #expect(!head.has(.contentLength) && text(second, head.authority) == "b" && head.method == .get)
    }

    @Test func startsAfreshAfterReset() throws {
        var parser = RequestHeadParser()
        var head = RequestHead()
        let begun = "POST /a HTTP/1.1\r\nContent-Length: 3\r\nX".bytes
        let whole = "GET / HTTP/1.1\r\nHost: b\r\n\r\n".bytes
        #expect(try parser.parse(begun, into: &head) == nil)
        parser.reset()
        #expect(try parser.parse(whole, into: &head) == whole.count)
        #expect(head.fields.count == 1 && head.framing == .none)
    }

    @Test func takesHeadsUpToTheLimits() throws {
        var limits = WireLimits.standard
        let head = "GET / HTTP/1.1\r\nHost: a\r\nX: yyyy\r\n\r\n".bytes
        limits.headBytes = head.count
        #expect(RequestTranscript(head, limits: limits).requests.count == 1)
        #expect(RequestTranscript.byteByByte(head, limits: limits).requests.count == 1)
        limits.headBytes = head.count - 1
        #expect(RequestTranscript(head, limits: limits).error?.status == 431)
        #expect(RequestTranscript.byteByByte(head, limits: limits).error?.status == 431)
        limits = .standard
        limits.targetBytes = 4
        #expect(RequestTranscript("GET /abc HTTP/1.1\r\nHost: a\r\n\r\n".bytes, limits: limits).error == nil)
        #expect(RequestTranscript("GET /abcd HTTP/1.1\r\nHost: a\r\n\r\n".bytes, limits: limits).error?.status == 414)
        limits.fieldCount = 1
        #expect(RequestTranscript("GET / HTTP/1.1\r\nHost: a\r\n\r\n".bytes, limits: limits).error == nil)
    }
}
