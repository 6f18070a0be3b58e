import Catalog
import Completions
import Testing

@testable import Routing

/// Each model of `models` is routed by the endings of its own name.
@Suite("Endings of several models")
struct ModelEndingsTests {
    typealias Fixtures = RoutingFixtures

    static func catalog(_ first: [String]? = nil, _ second: [String]? = nil) throws -> ModelCatalog {
        func parts(_ parameters: [String]?) -> [Fixtures.Part] {
            ["openai", "openai/priority", "openai/flex"].map { tag in
                var part = Fixtures.Part("openai", tag: tag)
                part.parameters = parameters
                if tag == "openai/flex" { part.prompt = "0.0000001" }
                return part
            }
        }
        return try Fixtures.catalog([("a/b", parts(first)), ("c/d", parts(second))])
    }

    static func plan(
        _ catalog: ModelCatalog, _ first: String, _ second: String,
        _ change: (inout CompletionRequest) -> Void = { _ in }
    ) throws -> RoutePlan {
        try Fixtures.plan(
            catalog,
            Fixtures.request(first) {
                $0.models = [second]
                change(&$0)
            })
    }

    static func served(_ plan: RoutePlan) -> [String] {
        (0..<plan.count).map { "\(plan[$0].model.slug) \(plan[$0].endpoint.tag)" }
    }

    @Test(
        "sort and admit tiers for their own model",
        arguments: [
            ("a/b:floor", "c/d:nitro", ["a/b openai/flex", "a/b openai", "c/d openai", "c/d openai/priority"]),
            ("a/b", "c/d:floor", ["a/b openai", "c/d openai/flex", "c/d openai"]),
            ("a/b:nitro", "c/d", ["a/b openai", "a/b openai/priority", "c/d openai"]),
        ])
    func sorting(first: String, second: String, expected: [String]) throws {
        let plan = try Self.plan(try Self.catalog(), first, second)
        #expect(Self.served(plan) == expected)
    }

    @Test("go with the candidates")
    func candidates() throws {
        let plan = try Self.plan(try Self.catalog(nil, ["web_search_options"]), "a/b:thinking", "c/d:online:nitro")
        #expect(plan[0].variant == .thinking && plan[0].variant.wishes == .reasoning)
        #expect(plan[1].variant == [.online, .nitro] && plan[1].variant.wishes == .webSearch)
        let sole = try Fixtures.catalog([("a/b", [Fixtures.Part("openai")])])
        #expect(try Fixtures.plan(sole, Fixtures.request("a/b:thinking"))[0].variant == .thinking)
    }

    @Test("demand a search of their own model only")
    func search() throws {
        let catalog = try Self.catalog(["temperature"], ["web_search_options"])
        #expect(Self.served(try Self.plan(catalog, "a/b", "c/d:online")) == ["a/b openai", "c/d openai"])
        #expect(Self.served(try Self.plan(catalog, "c/d:online", "a/b")) == ["c/d openai", "a/b openai"])
        let both = try Self.plan(catalog, "a/b:online", "c/d:online")
        #expect(Self.served(both) == ["c/d openai"])
        #expect(both.rejected.contains { $0.model.slug == "a/b" && $0.reason == .searchUnsupported })
        let plugin = try Self.plan(catalog, "a/b", "c/d") { $0.wantsWebSearch = true }
        #expect(Self.served(plugin) == ["c/d openai"])
    }

    @Test("demand reasoning where parameters are required")
    func reasoning() throws {
        let catalog = try Self.catalog(["temperature"], ["reasoning"])
        func served(_ first: String, _ second: String) throws -> [String] {
            Self.served(try Self.plan(catalog, first, second) { $0.provider.requiresParameters = true })
        }
        #expect(try served("a/b", "c/d:thinking") == ["a/b openai", "c/d openai"])
        #expect(try served("a/b:thinking", "c/d:thinking") == ["c/d openai"])
        #expect(try served("c/d:thinking", "a/b") == ["c/d openai", "a/b openai"])
    }
}
