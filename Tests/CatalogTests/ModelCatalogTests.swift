import Accounting
import Testing

@testable import Catalog

@Suite("Catalogue")
struct ModelCatalogTests {
    static func catalog(_ facts: [Model.Facts], defaultModel: String? = nil) throws -> ModelCatalog {
        let provider = try EndpointTests.provider()
        let models = facts.enumerated().map { index, facts in
            Model(
                facts,
                endpoints: [
                    Endpoint(
                        index: index, provider: provider, modelSlug: facts.slug, upstreamModel: facts.slug,
                        pricing: .free)
                ])
        }
        return try ModelCatalog(providers: [provider], models: models, defaultModel: defaultModel)
    }

    static func facts(_ slug: String, aliases: [String] = [], canonical: String? = nil) -> Model.Facts {
        var facts = Model.Facts(slug: slug)
        facts.aliases = aliases
        facts.canonicalSlug = canonical
        return facts
    }

    @Test(
        "finds models by slug, alias and dated slug",
        arguments: [
            ("openai/gpt-5", "openai/gpt-5"), ("gpt5", "openai/gpt-5"), ("openai/gpt-5-2025-08-07", "openai/gpt-5"),
            ("a/b", "a/b"), ("a/B", nil), ("", nil), ("openai/gpt-", nil), ("openai/gpt-50", nil),
        ] as [(String, String?)])
    func resolve(name: String, slug: String?) throws {
        let catalog = try Self.catalog([
            Self.facts("openai/gpt-5", aliases: ["gpt5"], canonical: "openai/gpt-5-2025-08-07"), Self.facts("a/b"),
        ])
        #expect(catalog.resolve(name)?.slug == slug)
    }

    @Test("finds each of many models")
    func many() throws {
        let slugs = (0..<2000).map { "author\($0 % 37)/model-\($0)" }
        let catalog = try Self.catalog(slugs.map { Self.facts($0) })
        for slug in slugs { #expect(catalog.resolve(slug)?.slug == slug) }
        #expect(catalog.resolve("author1/model-2000") == nil)
        #expect(catalog.endpoints.enumerated().allSatisfy { $0 == $1.index })
    }

    @Test("refuses a name that two models claim")
    func duplicates() {
        #expect(throws: ModelCatalog.Invalid.self) { try Self.catalog([Self.facts("a/b"), Self.facts("a/b")]) }
        #expect(throws: ModelCatalog.Invalid.self) {
            try Self.catalog([Self.facts("a/b", aliases: ["x"]), Self.facts("a/c", aliases: ["x"])])
        }
        #expect(throws: ModelCatalog.Invalid.self) {
            try Self.catalog([Self.facts("a/b"), Self.facts("a/c", aliases: ["a/b"])])
        }
        #expect(throws: Never.self) { try Self.catalog([Self.facts("a/b", aliases: ["a/b", "x", "x"])]) }
    }

    @Test("knows its default model, and refuses one that is not there")
    func defaultModel() throws {
        let catalog = try Self.catalog([Self.facts("a/b", aliases: ["x"])], defaultModel: "x")
        #expect(catalog.defaultModel?.slug == "a/b")
        #expect(throws: ModelCatalog.Invalid.self) { try Self.catalog([Self.facts("a/b")], defaultModel: "a/c") }
    }

    @Test("finds providers by slug and by display name")
    func providers() throws {
        let catalog = try Self.catalog([Self.facts("a/b")])
        #expect(catalog.provider(named: "EXAMPLE")?.slug == "example")
        #expect(catalog.provider(named: "examples") == nil)
    }

    @Test("shows the union of its endpoints' parameters")
    func parameters() throws {
        let provider = try EndpointTests.provider()
        func endpoint(_ index: Int, _ names: [String]) -> Endpoint {
            Endpoint(
                index: index, provider: provider, modelSlug: "a/b", upstreamModel: "b", tag: "example/\(index)",
                contextLength: 1000 * (index + 1), parameters: SupportedParameters(names: names), pricing: .free)
        }
        let model = Model(
            Self.facts("a/b"), endpoints: [endpoint(0, ["tools", "odd"]), endpoint(1, ["top_p", "odd", "tools"])])
        #expect(model.parameters.names == ["odd", "tools", "top_p"])
        #expect(model.contextLength == 2000)
        #expect(model.author == "a")
    }
}
