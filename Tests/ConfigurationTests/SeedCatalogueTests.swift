import Accounting
import Catalog
import Completions
import Testing

@testable import Configuration

@Suite("Shipped catalogue")
struct SeedCatalogueTests {
    static func parse(_ environment: [String: String], _ text: String? = nil) throws -> Configuration {
        try ConfigurationParsingTests.parse(text, environment)
    }

    @Test("has no problems and no remarks")
    func clean() throws {
        let configuration = try Self.parse(["OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": "gsk-1"])
        #expect(configuration.notes.isEmpty)
        #expect(configuration.catalog.models.count >= 6)
        #expect(configuration.catalog.models.allSatisfy { $0.parameters.unknown.isEmpty })
    }

    @Test("is switched on by its variables alone")
    func variables() throws {
        #expect(try Self.parse([:]).catalog.providers.isEmpty)
        #expect(try Self.parse(["OPENAI_API_KEY": " \n"]).catalog.providers.isEmpty)
        let openAI = try Self.parse(["OPENAI_API_KEY": "sk-1\n"]).catalog
        #expect(openAI.providers.map(\.slug) == ["openai"])
        #expect(openAI.resolve("openai/gpt-5") != nil)
        #expect(openAI.resolve("openai/gpt-oss-120b") == nil)
        #expect(String(decoding: openAI.endpoints[0].head(.chatCompletions), as: UTF8.self).contains("Bearer sk-1\r\n"))
        let groq = try Self.parse(["GROQ_API_KEY": "gsk-1"]).catalog
        #expect(groq.providers.map(\.slug) == ["groq"])
        #expect(groq.resolve("openai/gpt-oss-120b")?.endpoints[0].upstreamModel == "openai/gpt-oss-120b")
    }

    @Test(
        "has the right prices and limits",
        arguments: [
            ("openai/gpt-5", 400_000, 128_000, 1_250_000, 10_000_000, 125_000),
            ("openai/gpt-5-mini", 400_000, 128_000, 250_000, 2_000_000, 25_000),
            ("openai/gpt-5.4-mini", 400_000, 128_000, 750_000, 4_500_000, 75_000),
            ("openai/gpt-4.1-mini", 1_047_576, 32_768, 400_000, 1_600_000, 100_000),
            ("openai/gpt-4o-mini", 128_000, 16_384, 150_000, 600_000, 75_000),
            ("openai/gpt-oss-120b", 131_072, 65_536, 150_000, 600_000, 75_000),
            ("openai/gpt-oss-20b", 131_072, 65_536, 75_000, 300_000, 37_500),
        ] as [(String, Int, Int, Int64, Int64, Int64)])
    func facts(slug: String, context: Int, cap: Int, prompt: Int64, completion: Int64, cacheRead: Int64) throws {
        let catalog = try Self.parse(["OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": "gsk-1"]).catalog
        let model = try #require(catalog.resolve(slug))
        #expect(model.contextLength == context && model.maxCompletionTokens == cap)
        let rates = model.topEndpoint.pricing.rates
        #expect(rates[.prompt]?.picos == prompt)
        #expect(rates[.completion]?.picos == completion)
        #expect(rates[.inputCacheRead]?.picos == cacheRead)
        #expect(model.parameters.known.contains(.tools))
    }

    @Test("gives way to the operator's entries")
    func overlay() throws {
        let text = """
            providers:
              - {slug: openai, organization: org-9, data_collection: allow}
              - {slug: groq, enabled: false}
            models:
              - id: openai/gpt-5
                name: Ours
                endpoints: [{provider: openai, model: gpt-5, pricing: {prompt: "1", completion: "2"}}]
            """
        let catalog = try Self.parse(["OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": "gsk-1"], text).catalog
        #expect(catalog.providers.map(\.slug) == ["openai"])
        #expect(catalog.providers[0].baseURL.host == "api.openai.com")
        #expect(catalog.providers[0].organization == "org-9" && catalog.providers[0].policy.allowsCollection)
        #expect(catalog.resolve("openai/gpt-5")?.name == "Ours")
        #expect(catalog.resolve("openai/gpt-4o-mini") != nil)
        #expect(catalog.models.first?.slug == "openai/gpt-5")
    }

    @Test("takes a key from the file, and none where the address is another")
    func keys() throws {
        let fromFile = try Self.parse(["X": "sk-file"], "providers: [{slug: openai, api_key: \"${X}\"}]").catalog
        #expect(fromFile.providers[0].keys.map(\.secret) == [Secret("sk-file")])
        let emptyKey = try Self.parse(
            ["OPENAI_API_KEY": "sk-env"], "providers: [{slug: openai, api_key: \"${X:-}\"}]"
        ).catalog
        #expect(emptyKey.providers[0].keys.map(\.secret) == [Secret("sk-env")])
        let proxy = try Self.parse(
            ["OPENAI_API_KEY": "sk-env"], "providers: [{slug: openai, base_url: \"http://10.0.0.1/v1\"}]"
        ).catalog
        #expect(proxy.providers[0].keys.isEmpty)
        #expect(proxy.resolve("openai/gpt-5")?.endpoints[0].provider.baseURL.host == "10.0.0.1")
    }

    @Test("refuses a variable that holds no key")
    func garbage() {
        #expect(throws: ConfigurationErrors.self) { try Self.parse(["OPENAI_API_KEY": "sk 1\r\nX: y"]) }
    }
}
