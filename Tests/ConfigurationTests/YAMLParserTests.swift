import Testing

@testable import Configuration

@Suite("YAML")
struct YAMLParserTests {
    /// The document as a compact text: `{a@1: [x, y]}`.
    static func show(_ text: String) throws -> String? {
        try YAMLParser.parse(text).map(show)
    }

    static func show(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, let isPlain): isPlain ? text : "'\(text)'"
        case .sequence(let items): "[" + items.map(show).joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key)@\($0.line): \(show($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    @Test(
        "is read with lines",
        arguments: [
            ("a: 1\nb:\n  - x\n  - 'y'\n", "{a@1: 1, b@2: [x, 'y']}"), ("{a: {b: c}}", "{a@1: {b@1: c}}"),
            ("# comment\n\na:\n  b: |\n    two\n    lines\n", "{a@3: {b@4: 'two\nlines\n'}}"),
            ("a: &x [1, 2]\nb: *x\n", "{a@1: [1, 2], b@2: [1, 2]}"), ("---\na: é\n...\n", "{a@2: é}"),
            ("\u{FEFF}a: 1\r\nb: 2\r\n", "{a@1: 1, b@2: 2}"), ("", nil), ("# nothing\n", nil), ("~", "~"),
        ] as [(String, String?)])
    func read(text: String, expected: String?) throws {
        #expect(try Self.show(text) == expected)
    }

    @Test(
        "that is wrong is refused with its line",
        arguments: [
            ("a: 1\na: 2\n", 2, "repeats the key a of line 1"), ("a: 1\n---\nb: 2\n", 2, "second document"),
            ("a: [1\n", 2, "no valid YAML"), ("a: 'x\n", 2, "no valid YAML"), ("a: !!int 3\n", 1, "tag"),
            ("!x {a: 1}", 1, "tag"), ("? [a]\n: b\n", 1, "no plain text"), ("a: *nobody\n", 1, "anchor"),
            ("\tb: 1\n", 1, "no valid YAML"), ("a: b: c\n", 1, "no valid YAML"),
            ("x:\n  a: 1\n  b: {a: 1, a: 2}\n", 3, "repeats the key a"),
        ])
    func wrong(text: String, line: Int, message: String) {
        let problem = #expect(throws: ConfigurationProblem.self) { try YAMLParser.parse(text) }
        #expect(problem?.line == line)
        #expect(problem?.message.contains(message) == true, "\(problem?.message ?? "")")
    }

    @Test("bounds what aliases expand to")
    func bomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let problem = #expect(throws: ConfigurationProblem.self) { try YAMLParser.parse(text) }
        #expect(problem?.message.contains("values large") == true)
    }

    @Test("bounds nesting")
    func depth() {
        let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: ConfigurationProblem.self) { try YAMLParser.parse(text) }
    }

    @Test("refuses bytes that are no text")
    func control() {
        #expect(throws: ConfigurationProblem.self) { try YAMLParser.parse("a: \u{0}\n") }
        #expect(throws: ConfigurationProblem.self) { try YAMLParser.parse("a: \u{7}\n") }
    }
}
