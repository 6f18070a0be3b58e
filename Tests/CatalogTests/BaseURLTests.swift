import Testing

@testable import Catalog

@Suite("Base URLs")
struct BaseURLTests {
    @Test(
        "are taken apart",
        arguments: [
            ("https://api.openai.com/v1", true, "api.openai.com", 443, "/v1", "api.openai.com"),
            ("http://127.0.0.1:8081/v1", false, "127.0.0.1", 8081, "/v1", "127.0.0.1:8081"),
            ("HTTPS://API.Example.com", true, "api.example.com", 443, "", "api.example.com"),
            ("https://host:443/a/b//", true, "host", 443, "/a/b", "host"),
            ("https://host//openai/v1", true, "host", 443, "/openai/v1", "host"),
            ("http://host:443", false, "host", 443, "", "host:443"),
            ("http://[::1]:9000/v1", false, "::1", 9000, "/v1", "[::1]:9000"),
            ("http://[2001:db8::1]", false, "2001:db8::1", 80, "", "[2001:db8::1]"),
        ] as [(String, Bool, String, UInt16, String, String)])
    func parts(text: String, isSecure: Bool, host: String, port: UInt16, prefix: String, field: String) throws {
        let url = try BaseURL(text)
        #expect(url.isSecure == isSecure)
        #expect(url.host == host)
        #expect(url.port == port)
        #expect(url.pathPrefix == prefix)
        #expect(url.hostField == field)
    }

    @Test(
        "that are malformed are refused with a reason",
        arguments: [
            "", "api.openai.com", "ftp://host", "https://", "https:///v1", "https://user:secret@host/v1",
            "https://host/v1?x=1", "https://host/v1#x", "https://ho st/v1", "https://host:0", "https://host:65536",
            "https://host:x", "https://host:", "https://host:1:2", "https://[::1", "https://[::1]x",
            "https://[zz]/", "https://host/v 1", "https://host/\r\nX: y", "https://host/é", "https://hé/",
        ])
    func malformed(text: String) {
        #expect(throws: BaseURL.Malformed.self) { try BaseURL(text) }
    }

    @Test("name their origin without the path")
    func origin() throws {
        #expect(try BaseURL("https://h/v1").origin == "https://h")
        #expect(try BaseURL("http://h:81/v1").origin == "http://h:81")
    }
}
