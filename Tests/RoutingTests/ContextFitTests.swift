import Completions
import Testing

@testable import Routing

@Suite("Conversations that fit no endpoint whole")
struct ContextFitTests {
    typealias Fixtures = RoutingFixtures

    private static func tags(
        _ contexts: [(String, Int)], tokens: Int, maxTokens: Int? = nil,
        _ compression: CompletionRequest.Compression = .on, kind: CompletionRequest.Kind = .chat
    ) throws -> [String] {
        let catalog = try Fixtures.catalog([("a/b", contexts.map { Fixtures.Part($0.0, context: $0.1) })])
        let request = Fixtures.request {
            $0.compression = compression
            $0.maxTokens = maxTokens
            $0.kind = kind
        }
        return Fixtures.tags(
            try Fixtures.plan(catalog, request) { $0.tokens = PromptTokens(atLeast: tokens, likely: tokens) })
    }

    @Test("whoever takes it whole serves alone")
    func whole() throws {
        #expect(try Self.tags([("small", 1000), ("large", 5000)], tokens: 4000) == ["large"])
        #expect(try Self.tags([("small", 1000), ("large", 5000)], tokens: 800) == ["small", "large"])
    }

    @Test("else those of half the size that is needed, or the largest")
    func half() throws {
        let sizes = [("tiny", 900), ("small", 1000), ("middle", 1999), ("large", 2000)]
        #expect(try Self.tags(sizes, tokens: 2001) == ["middle", "large"])
        #expect(try Self.tags(sizes, tokens: 4000) == ["large"])
        #expect(try Self.tags(sizes, tokens: 40_000) == ["large"])
        #expect(try Self.tags(sizes, tokens: 1500, maxTokens: 1500) == ["middle", "large"])
    }

    @Test("unasked only for small contexts, never when it is switched off, and never for plain prompts")
    func wishes() throws {
        let sizes = [("small", 8192), ("large", 8193)]
        #expect(try Self.tags(sizes, tokens: 9000, .usual) == ["small"])
        #expect(try Self.tags(sizes, tokens: 9000, .on) == ["small", "large"])
        #expect(try Self.tags(sizes, tokens: 9000, .off) == [])
        #expect(try Self.tags(sizes, tokens: 9000, .on, kind: .text) == [])
        #expect(try Self.tags(sizes, tokens: 9000, maxTokens: 8192) == ["large"])
    }
}
