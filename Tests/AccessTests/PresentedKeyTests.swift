import Access
import Testing

@Suite struct PresentedKeyTests {
    /// Puts the values one after the other, as a head holds them, and reads the key.
    private func key(
        authorization: String? = nil, xAPIKey: String? = nil, apiKey: String? = nil, xGoogAPIKey: String? = nil
    ) -> String? {
        var head: [UInt8] = Array("GET / ".utf8)
        func place(_ value: String?) -> Range<Int>? {
            guard let value else { return nil }
            let start = head.count
            head += value.utf8
            defer { head += ";".utf8 }
            return start..<head.count
        }
        let ranges = (place(authorization), place(xAPIKey), place(apiKey), place(xGoogAPIKey))
        let found = PresentedKey.range(
            in: head.span, authorization: ranges.0, xAPIKey: ranges.1, apiKey: ranges.2, xGoogAPIKey: ranges.3)
        return found.map { String(decoding: head[$0], as: UTF8.self) }
    }

    @Test(arguments: [
        ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   abc", "abc"), ("bEaReR\tabc \t", "abc"),
        (" Bearer abc", "abc"), ("Bearer a b", "a b"), ("Bearer ", nil), ("Bearer", nil), ("Bearerabc", nil),
        ("Basic YTpi", nil), ("", nil), ("abc", nil), ("Bearer\u{b}abc", nil),
    ])
    func readsBearer(value: String, expected: String?) {
        #expect(key(authorization: value) == expected)
    }

    @Test func readsEveryHeaderInOrder() {
        #expect(key() == nil)
        #expect(key(xGoogAPIKey: " g ") == "g")
        #expect(key(apiKey: "a", xGoogAPIKey: "g") == "a")
        #expect(key(xAPIKey: "x", apiKey: "a", xGoogAPIKey: "g") == "x")
        #expect(key(authorization: "Bearer b", xAPIKey: "x", apiKey: "a", xGoogAPIKey: "g") == "b")
    }

    @Test func passesOverWhatPresentsNothing() {
        #expect(key(authorization: "Basic YTpi", xAPIKey: "  ", apiKey: "a") == "a")
        #expect(key(authorization: "Bearer ", xAPIKey: "x") == "x")
    }
}
