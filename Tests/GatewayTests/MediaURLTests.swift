import Gateway
import Testing

@Suite("URLs that are fetched")
struct MediaURLTests {
    @Test(arguments: [
        ("https://pictures.example/a.png", "https://pictures.example", "/a.png"),
        ("HTTP://Pictures.Example", "http://pictures.example", "/"),
        ("https://pictures.example?a=1#part", "https://pictures.example", "/?a=1"),
        ("https://pictures.example:8443/a%20b?c=d%2F", "https://pictures.example:8443", "/a%20b?c=d%2F"),
        ("http://192.0.2.7:80/", "http://192.0.2.7", "/"), ("http://[2001:DB8::7]/x", "http://[2001:db8::7]", "/x"),
        ("https://a.example/Köln \\^.png", "https://a.example", "/K%C3%B6ln%20%5C%5E.png"),
        ("https://a_b.example/p@q:r", "https://a_b.example", "/p@q:r"),
    ])
    func areTaken(text: String, origin: String, target: String) throws {
        let url = try MediaURL(text)
        #expect("\(url.origin)" == origin)
        #expect(url.target == target)
    }

    @Test(arguments: [
        "", "https://", "https:///a", "https:/a.example", "ftp://a.example/", "file:///etc/passwd", "//a.example/",
        "gopher://a.example", "data:image/png;base64,AA==", "https://user@a.example/", "https://u:p@a.example/",
        "https://a.example@127.0.0.1/", "https://a.example\\@b.example/", "https://a b/", "https://a.example%2f/",
        "https://a.example:0/", "https://a.example:x/", "https://a.example:25/", "https://a.example:65536/",
        "http://a.example:22/", "https://[::1/", "https://[zz]/", "https://[fe80::1%25lo]/",
        "https://\u{FF41}.example/",
        "https://a.example/\r\nX: y", "https://a.example/\t", "https://a\n.example/", " https://a.example/",
        "https://a.example/" + String(repeating: "x", count: 8192),
    ])
    func areRefused(text: String) {
        #expect(throws: MediaFetchFailure.self) { try MediaURL(text) }
    }

    @Test(arguments: [
        ("https://b.example/x", "https://b.example/x"), ("//b.example/x", "https://b.example/x"),
        ("/x?y", "https://a.example/x?y"), ("x.png", "https://a.example/p/q/x.png"),
        ("?z", "https://a.example/p/q/r?z"),
        ("../x", "https://a.example/p/x"), ("./x/./y/..", "https://a.example/p/q/x/"),
        ("../../../../x?a=/../b", "https://a.example/x?a=/../b"), ("#f", "https://a.example/p/q/r?s"),
        ("x:y", nil), ("javascript:alert(1)", nil), ("http://a.example/", nil), ("https://u@b.example/", nil),
        ("//[::1", nil), ("/x\u{0}", nil),
    ])
    func areFollowed(location: String, expected: String?) throws {
        let next = try? MediaURL("https://a.example/p/q/r?s").following(location)
        #expect(next.map { "\($0.origin)\($0.target)" } == expected)
    }
}
