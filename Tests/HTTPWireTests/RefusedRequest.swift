import Testing

/// A request that must not be served, and what the client must be told.
struct RefusedRequest: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let status: Int

    var testDescription: String { name }

    init(_ name: String, _ text: String, _ status: Int) {
        self.name = name
        bytes = Array(text.utf8)
        self.status = status
    }

    init(_ name: String, bytes: [UInt8], _ status: Int) {
        self.name = name
        self.bytes = bytes
        self.status = status
    }
}

/// A POST with these field lines between Host and the empty line, and this body.
private func post(_ lines: String, body: String = "hello") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)"
}

/// A GET with these field lines after Host.
private func get(_ lines: String) -> String {
    "GET / HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n"
}

/// A chunked POST with this body.
private func chunked(_ body: String) -> String {
    post("Transfer-Encoding: chunked", body: body)
}

extension RefusedRequest {
    static let corpus = lengths + codings + lines + names + hosts + startLines + targets + chunks + trailers + sizes

    private static let lengths: [RefusedRequest] = [
        RefusedRequest("two equal Content-Length", post("Content-Length: 5\r\nContent-Length: 5"), 400),
        RefusedRequest("two different Content-Length", post("Content-Length: 5\r\nContent-Length: 6"), 400),
        RefusedRequest("Content-Length list of equals", post("Content-Length: 5, 5"), 400),
        RefusedRequest("Content-Length list", post("Content-Length: 5,6"), 400),
        RefusedRequest("Content-Length with plus", post("Content-Length: +5"), 400),
        RefusedRequest("Content-Length with minus", post("Content-Length: -5"), 400),
        RefusedRequest("Content-Length minus zero", post("Content-Length: -0"), 400),
        RefusedRequest("Content-Length with inner space", post("Content-Length: 1 0"), 400),
        RefusedRequest("Content-Length in hex", post("Content-Length: 0x5"), 400),
        RefusedRequest("Content-Length with exponent", post("Content-Length: 1e1"), 400),
        RefusedRequest("Content-Length with fraction", post("Content-Length: 5.0"), 400),
        RefusedRequest("Content-Length with separator", post("Content-Length: 1_0"), 400),
        RefusedRequest("Content-Length empty", post("Content-Length:"), 400),
        RefusedRequest("Content-Length blank", post("Content-Length:   "), 400),
        RefusedRequest("Content-Length of 2^63", post("Content-Length: 9223372036854775808"), 400),
        RefusedRequest("Content-Length of 2^64 + 5", post("Content-Length: 18446744073709551621"), 400),
        RefusedRequest(
            "Content-Length of 40 digits", post("Content-Length: " + String(repeating: "9", count: 40)), 400),
        RefusedRequest("Content-Length in other digits", post("Content-Length: ٥"), 400),
        RefusedRequest("Content-Length quoted", post("Content-Length: \"5\""), 400),
    ]

    private static let codings: [RefusedRequest] = [
        RefusedRequest(
            "length, then coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"), 400),
        RefusedRequest(
            "coding, then length", post("Transfer-Encoding: chunked\r\nContent-Length: 5", body: "0\r\n\r\n"), 400),
        RefusedRequest("zero length with coding", post("Content-Length: 0\r\nTransfer-Encoding: chunked"), 400),
        RefusedRequest("coding xchunked", post("Transfer-Encoding: xchunked"), 501),
        RefusedRequest("coding chunkedx", post("Transfer-Encoding: chunkedx"), 501),
        RefusedRequest("coding gzip", post("Transfer-Encoding: gzip"), 501),
        RefusedRequest("coding identity", post("Transfer-Encoding: identity"), 501),
        RefusedRequest("coding gzip, chunked", post("Transfer-Encoding: gzip, chunked"), 501),
        RefusedRequest("coding chunked, identity", post("Transfer-Encoding: chunked, identity"), 501),
        RefusedRequest("coding chunked, chunked", post("Transfer-Encoding: chunked, chunked"), 501),
        RefusedRequest("coding with parameter", post("Transfer-Encoding: chunked;q=1"), 501),
        RefusedRequest("coding quoted", post("Transfer-Encoding: \"chunked\""), 501),
        RefusedRequest("coding empty", post("Transfer-Encoding:"), 400),
        RefusedRequest("coding with list comma", post("Transfer-Encoding: ,chunked"), 501),
        RefusedRequest("two codings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400),
        RefusedRequest("two codings, one hidden", post("Transfer-Encoding: chunked\r\ntransfer-encoding: x"), 400),
        RefusedRequest("coding after vertical tab", post("Transfer-Encoding:\u{0B}chunked"), 400),
        RefusedRequest("coding after form feed", post("Transfer-Encoding: \u{0C}chunked"), 400),
        RefusedRequest("coding before space and colon", post("Transfer-Encoding : chunked"), 400),
        RefusedRequest("coding before tab and colon", post("Transfer-Encoding\t: chunked"), 400),
        RefusedRequest("coding folded", post("Transfer-Encoding:\r\n chunked"), 400),
        RefusedRequest("coding behind a folded field", post("X: y\r\n\tTransfer-Encoding: chunked"), 400),
        RefusedRequest("coding behind a bare CR", post("X: y\rTransfer-Encoding: chunked"), 400),
        RefusedRequest("coding behind a bare LF", post("X: y\nTransfer-Encoding: chunked"), 400),
        RefusedRequest(
            "coding in HTTP/1.0", "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ]

    private static let lines: [RefusedRequest] = [
        RefusedRequest("request line with bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400),
        RefusedRequest("head with bare LF only", "GET / HTTP/1.1\nHost: a\n\n", 400),
        RefusedRequest("field with bare LF", get("X: y\nZ: z"), 400),
        RefusedRequest("head ended by bare LF", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
        RefusedRequest("field with bare CR", get("X: y\rz"), 400),
        RefusedRequest("line ended by two CR", get("X: y\r\r\nZ: z"), 400),
        RefusedRequest("request line with bare CR", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
        RefusedRequest("head ended by bare CR", "GET / HTTP/1.1\r\nHost: a\r\n\rX", 400),
        RefusedRequest("obs-fold with space", get("X: y\r\n z"), 400),
        RefusedRequest("obs-fold with tab", get("X: y\r\n\tz"), 400),
        RefusedRequest("space before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400),
        RefusedRequest("NUL in a value", get("X: a\u{0}b"), 400),
        RefusedRequest("escape in a value", get("X: a\u{1B}[31m"), 400),
        RefusedRequest("DEL in a value", get("X: a\u{7F}"), 400),
        RefusedRequest("control behind seven bytes of value", get("X: 1234567\u{1}"), 400),
        RefusedRequest("control behind eight bytes of value", get("X: 12345678\u{1}"), 400),
    ]

    private static let names: [RefusedRequest] = [
        RefusedRequest("space before colon", get("X : y"), 400),
        RefusedRequest("space inside a name", get("X Y: z"), 400),
        RefusedRequest("NUL in a name", get("X\u{0}: y"), 400),
        RefusedRequest("control in a name", get("X\u{1}: y"), 400),
        RefusedRequest("no colon", get("X"), 400),
        RefusedRequest("no name", get(": y"), 400),
        RefusedRequest("name with quotes", get("\"X\": y"), 400),
        RefusedRequest("name with brackets", get("X[a]: y"), 400),
        RefusedRequest("name beyond ASCII", get("Ü: y"), 400),
        RefusedRequest("name with slash", get("X/Y: z"), 400),
        RefusedRequest("an unmet expectation", post("Content-Length: 5\r\nExpect: 200-ok"), 417),
        RefusedRequest("an empty expectation", post("Content-Length: 5\r\nExpect:"), 417),
    ]

    private static let hosts: [RefusedRequest] =
        [
            RefusedRequest("no Host", "GET / HTTP/1.1\r\n\r\n", 400),
            RefusedRequest("two Host", get("Host: a"), 400),
            RefusedRequest("two different Host", get("Host: b"), 400),
            RefusedRequest("two Host in HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400),
            RefusedRequest("absolute form without Host", "GET http://a/ HTTP/1.1\r\n\r\n", 400),
        ]
        + [
            "", "a b", "a, b", "a,b", "a/b", "user@a", "a?b", "a#b", "http://a", "a:b", "a:80:90", "a:65536",
            "a:123456",
            "a:-1", "a:+80", ":80", "[::1", "[]", "[::1]x", "[::g]", "::1", "a%00b", "ä", "a\\b",
        ].map { RefusedRequest("Host '\($0)'", "GET / HTTP/1.1\r\nHost: \($0)\r\n\r\n", 400) }

    private static let startLines: [RefusedRequest] = [
        ("HTTP/0.9 simple request", "GET /\r\n", 400),
        ("version 2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505),
        ("version 3.0", "GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
        ("version 1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505),
        ("version 0.9", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505),
        ("version 1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400),
        ("version 01.1", "GET / HTTP/01.1\r\nHost: a\r\n\r\n", 400),
        ("version in lower case", "GET / http/1.1\r\nHost: a\r\n\r\n", 400),
        ("version of another protocol", "GET / RTSP/1.1\r\nHost: a\r\n\r\n", 400),
        ("no version number", "GET / HTTP/\r\nHost: a\r\n\r\n", 400),
        ("version without dot", "GET / HTTP/11\r\nHost: a\r\n\r\n", 400),
        ("space behind the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
        ("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        ("two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("two spaces behind the target", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("tab before the target", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("no method", " / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("control in the method", "G\u{1}T / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("method with brackets", "(GET) / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("method of 33 letters", String(repeating: "A", count: 33) + " / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a bare LF first", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a bare CR first", "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501),
        ("a TLS client hello", "\u{16}\u{3}\u{1}\u{2}", 400),
    ].map { RefusedRequest($0.0, $0.1, $0.2) }

    private static let targets: [RefusedRequest] = [
        ("target with NUL", "/a\u{0}b"), ("target with control", "/a\u{1}"), ("target with DEL", "/a\u{7F}"),
        ("target beyond ASCII", "/ä"), ("target with fragment", "/a#b"), ("target with tab", "/a\tb"),
        ("target with bare CR", "/a\rb"), ("target with quote", "/\"a\""), ("target without slash", "a"),
        ("asterisk with GET", "*"), ("asterisk with more", "*/a"), ("ftp target", "ftp://a/"),
        ("absolute form without host", "http:///a"), ("absolute form with user", "http://u@a/"),
        ("absolute form with bad port", "http://a:x/"), ("authority form", "a:443"),
    ].map { RefusedRequest($0.0, "GET \($0.1) HTTP/1.1\r\nHost: a\r\n\r\n", 400) }

    private static let chunks: [RefusedRequest] = [
        ("chunk size with plus", "+5\r\nhello\r\n0\r\n\r\n"),
        ("chunk size with minus", "-5\r\nhello\r\n0\r\n\r\n"),
        ("chunk size with 0x", "0x5\r\nhello\r\n0\r\n\r\n"),
        ("chunk size with leading space", " 5\r\nhello\r\n0\r\n\r\n"),
        ("chunk size with trailing space", "5 \r\nhello\r\n0\r\n\r\n"),
        ("chunk size empty", "\r\nhello\r\n0\r\n\r\n"),
        ("chunk size with letter g", "5g\r\nhello\r\n0\r\n\r\n"),
        ("chunk size with separator", "0_5\r\nhello\r\n0\r\n\r\n"),
        ("chunk size of 2^63", "8000000000000000\r\n"),
        ("chunk size of 2^64 - 1", "ffffffffffffffff\r\n"),
        ("chunk size of 2^64 + 5", "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        ("chunk size of 17 zeros", "00000000000000000\r\n\r\n"),
        ("chunk size line with bare LF", "5\nhello\r\n0\r\n\r\n"),
        ("chunk size line with bare CR", "5\rhello\r\n0\r\n\r\n"),
        ("chunk data ended by bare LF", "5\r\nhello\n0\r\n\r\n"),
        ("chunk data ended by bare CR", "5\r\nhello\r0\r\n\r\n"),
        ("chunk data longer than said", "5\r\nhello!\r\n0\r\n\r\n"),
        ("chunk data shorter than said", "6\r\nhello\r\n0\r\n\r\n"),
        ("chunk extension with bare LF", "5;a\nhello\r\n0\r\n\r\n"),
        ("chunk extension with bare CR", "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        ("chunk extension with NUL", "5;a\u{0}\r\nhello\r\n0\r\n\r\n"),
        ("chunk extension without semicolon", "5 a\r\nhello\r\n0\r\n\r\n"),
        ("chunk extension too long", "5;" + String(repeating: "a", count: 300) + "\r\nhello\r\n0\r\n\r\n"),
        ("last chunk with bare LF", "0\n\r\n"),
        ("last chunk ended by bare LF", "0\r\n\n"),
        ("last chunk ended by bare CR", "0\r\n\rX"),
    ].map { RefusedRequest($0.0, chunked($0.1), 400) }

    private static let trailers: [RefusedRequest] = [
        ("trailer with bare LF", "0\r\nX: y\n\r\n", 400),
        ("trailer with space before colon", "0\r\nX : y\r\n\r\n", 400),
        ("trailer folded", "0\r\nX: y\r\n z\r\n\r\n", 400),
        ("trailer with NUL", "0\r\nX: \u{0}\r\n\r\n", 400),
        ("trailer without colon", "0\r\nGET / HTTP/1.1\r\n\r\n", 400),
        ("trailer section too large", "0\r\nX: " + String(repeating: "y", count: 8 * 1024) + "\r\n\r\n", 431),
        ("too many trailers", "0\r\n" + String(repeating: "X: y\r\n", count: 129) + "\r\n", 431),
    ].map { RefusedRequest($0.0, chunked($0.1), $0.2) }

    private static let sizes: [RefusedRequest] = [
        RefusedRequest("value of 200 KB", get("X: " + String(repeating: "y", count: 200_000)), 431),
        RefusedRequest("name of 40 KB", get(String(repeating: "y", count: 40_000) + ": z"), 431),
        RefusedRequest("129 fields", get(repeatElement("X: y", count: 128).joined(separator: "\r\n")), 431),
        RefusedRequest(
            "target of 9 KB", "GET /" + String(repeating: "a", count: 9_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ]
}
