import Testing

@testable import Catalog

@Suite("Nearest names")
struct NearestNamesTests {
    static let names = ["openai/gpt-5", "openai/gpt-5-mini", "openai/gpt-4o-mini", "anthropic/claude-opus", "a/b"]

    @Test(
        "finds what was probably meant",
        arguments: [
            ("openai/gpt5", "openai/gpt-5"), ("gpt-4o-mini", "openai/gpt-4o-mini"), ("OPENAI/GPT-5", "openai/gpt-5"),
            ("openai/gtp-5-mini", "openai/gpt-5-mini"), ("claude-opus", "anthropic/claude-opus"),
            ("anthropic/claude", "anthropic/claude-opus"),
        ])
    func finds(query: String, expected: String) {
        #expect(NearestNames.nearest(to: query, among: Self.names).first == expected)
    }

    @Test("finds nothing where nothing is close", arguments: ["", "zzzzzzzzzz", String(repeating: "x", count: 500)])
    func nothing(query: String) {
        #expect(NearestNames.nearest(to: query, among: Self.names).isEmpty)
    }

    @Test(
        "counts edits",
        arguments: [
            ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "abd", 1), ("abc", "abcd", 1),
            ("kitten", "sitting", 3), ("base_ur", "base_url", 1),
        ])
    func edits(left: String, right: String, distance: Int) {
        #expect(NearestNames.editDistance(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(NearestNames.editDistance(Array(right.utf8), Array(left.utf8)) == distance)
    }
}
