import Completions
import Testing

@testable import Routing

@Suite("Tokens of a prompt")
struct PromptTokensTests {
    /// Texts with the tokens that o200k makes of each copy of many, counted beforehand.
    static let texts: [(name: String, text: String, tokens: Int)] = [
        ("English", "The quick brown fox jumps over the lazy dog. ", 10),
        ("German", "Alle Menschen sind frei und gleich an Würde und Rechten geboren. ", 14),
        ("Russian", "Все люди рождаются свободными и равными в своем достоинстве и правах. ", 17),
        ("Russian, escaped", #"\u0412\u0441\u0435 \u043b\u044e\u0434\u0438 "#, 2),
        ("Chinese", "人人生而自由,在尊严和权利上一律平等。", 16),
        ("code", "func add(_ left: Int, _ right: Int) -> Int { left + right }\\n", 19),
        ("numbers", "3.14159, 2.71828, 1.41421, ", 18),
        ("spaces", "          ", 0),
    ]

    @Test("the floor is never above the tokens", arguments: texts)
    func floor(name: String, text: String, tokens: Int) {
        let copies = 200
        let many = String(repeating: text, count: copies)
        #expect(TokenFloor(many.utf8Span.span).tokens <= tokens * copies, "\(name)")
    }

    @Test("the floor of prose is most of its tokens, so that it is worth something")
    func tight() {
        let many = String(repeating: Self.texts[0].text, count: 1000)
        #expect(TokenFloor(many.utf8Span.span).tokens >= 7_000)
    }

    @Test("the guess is near the truth, however long the prompt", arguments: [1, 20, 5000])
    func likely(copies: Int) {
        let text = String(repeating: Self.texts[0].text, count: copies)
        var size = PromptSize()
        size.textBytes = text.utf8.count
        let tokens = PromptTokens(size, in: text.utf8Span.span, room: .max)
        #expect(abs(Double(tokens.likely - 3) - Double(10 * copies)) <= max(2, 1.5 * Double(copies)))
    }

    @Test("reads the whole only where the guess says that it may not fit, and never pictures")
    func room() {
        let text = String(repeating: Self.texts[0].text, count: 1000)
        var size = PromptSize()
        size.textBytes = text.utf8.count
        let roomy = PromptTokens(size, in: text.utf8Span.span, room: 100_000)
        #expect(roomy.atLeast == text.utf8.count / RoutingLimits.bytesPerTokenMax)
        let tight = PromptTokens(size, in: text.utf8Span.span, room: 1000)
        #expect(tight.atLeast > 7_000)
        size.images = 1
        #expect(PromptTokens(size, in: text.utf8Span.span, room: 1000).atLeast == roomy.atLeast)
    }

    @Test("is ready for a body without text")
    func empty() {
        #expect(PromptTokens(PromptSize(), in: "".utf8Span.span, room: 0).likely == 3)
    }
}
