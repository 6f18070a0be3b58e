import Accounting
import Catalog
import Completions
import Testing

@testable import Configuration

@Suite("Shipped catalogue")
struct ShippedCatalogueTests {
    static func parse(_ environment: [String: String], _ text: String? = nil) throws -> Configuration {
        try ConfigurationParsingTests.parse(text, environment)
    }

    @Test("has no problems and no remarks")
    func clean() throws {
        let configuration = try Self.parse(["OPENAI_API_KEY": "sk-1", "GROQ_API_KEY": "gsk-1"])
        #expect(configuration.notes.isEmpty)
        #expect(CatalogueDrafts.shipped.problems.isEmpty && CatalogueDrafts.shipped.remarks.isEmpty)
        #expect(CatalogueDrafts.shipped.providers.count >= 45)
        #expect(configuration.catalog.models.count >= 400)
        #expect(configuration.catalog.models.allSatisfy { $0.parameters.unknown.isEmpty })
    }

    @Test("has its families and its bare names")
    func names() throws {
        let catalog = try Self.parse(["OPENROUTER_API_KEY": "sk-or-1"]).catalog
        #expect(catalog.resolve("~openai/gpt-latest")?.slug == "openai/gpt-5.5")
        #expect(catalog.resolve("~openai/gpt-mini-latest")?.slug == "openai/gpt-5.4-mini")
        #expect(catalog.resolve("~anthropic/claude-opus-latest")?.slug == "anthropic/claude-opus-5.5")
        #expect(catalog.resolve("~nobody/nothing-latest") == nil)
        #expect(catalog.familyAliases.count >= 30)
        for alias in catalog.familyAliases {
            #expect(catalog.resolve(alias.slug) === alias.model)
            #expect(alias.model.facts.created > 0)
        }
        #expect(catalog.resolve("gpt-4o")?.slug == "openai/gpt-4o")
        #expect(catalog.resolve("claude-opus-5.5")?.slug == "anthropic/claude-opus-5.5")
    }

    @Test("serves everything through one router behind this one, and asks it last")
    func lastResort() throws {
        let alone = try Self.parse(["OPENROUTER_API_KEY": "sk-or-1"]).catalog
        #expect(alone.models.count >= 400)
        let routes = Set(alone.models.map { $0.endpoints.map(\.provider.slug) })
        #expect(routes == [["openrouter"]])
        #expect(alone.resolve("openai/gpt-5")?.endpoints[0].upstreamModel == "openai/gpt-5")
        let both = try Self.parse(["OPENROUTER_API_KEY": "sk-or-1", "OPENAI_API_KEY": "sk-1"]).catalog
        let model = try #require(both.resolve("openai/gpt-5"))
        #expect(model.endpoints.map(\.tag) == ["openai", "openai/flex", "openai/priority", "openrouter"])
        #expect(model.endpoints.map(\.provider.isLastResort) == [false, false, false, true])
    }

    @Test("lists what nobody can serve, with what it lacks")
    func dormant() throws {
        let catalog = try Self.parse([:]).catalog
        let model = try #require(catalog.resolve("openai/gpt-5"))
        #expect(!model.isCallable && model.shownEndpoints.count >= 3)
        let absences = Dictionary(
            model.dormantEndpoints.map { ($0.provider.slug, $0.provider.absence) },
            uniquingKeysWith: { first, _ in first })
        #expect(absences["openai"] == .missing(variables: ["OPENAI_API_KEY"]))
        #expect(absences["azure"] == .missing(variables: ["AZURE_API_KEY", "AZURE_RESOURCE_NAME"]))
        let claude = try #require(catalog.resolve("anthropic/claude-opus-5.5"))
        #expect(
            claude.dormantEndpoints.contains {
                $0.provider.absence == .missing(variables: ["GOOGLE_APPLICATION_CREDENTIALS"])
            })
        #expect(
            claude.dormantEndpoints.contains {
                $0.provider.absence == .missing(variables: ["AWS_BEARER_TOKEN_BEDROCK"])
            })
    }

    @Test("has an endpoint for each service tier, with its own price and the usual one where it has none")
    func tiers() throws {
        let catalog = try Self.parse(["OPENAI_API_KEY": "sk-1"]).catalog
        let model = try #require(catalog.resolve("openai/gpt-5"))
        #expect(model.endpoints.map(\.tag) == ["openai", "openai/flex", "openai/priority"])
        #expect(model.endpoints.map(\.serviceTier) == [nil, .flex, .priority])
        #expect(model.endpoints.map { $0.pricing.rates[.prompt]?.picos } == [1_250_000, 625_000, 2_500_000])
        #expect(
            model.endpoints.map { $0.pricing.rates[.webSearch]?.picos } == [
                10_000_000_000, 10_000_000_000, 10_000_000_000,
            ])
        #expect(Set(model.endpoints.map(\.identity)).count == 3)
        #expect(model.topEndpoint.serviceTier == nil)
        let listed = try #require(try Self.parse([:]).catalog.resolve("openai/gpt-5"))
        #expect(Set(listed.shownEndpoints.map(\.tag)).isSuperset(of: ["openai/flex", "azure/priority"]))
    }

    /// Google counts prompts that were grounded before Gemini 3 and searches since. Models that search for every request
    /// are paid for by the request, since nobody counts their searches.
    @Test("prices searches by what is counted")
    func searches() throws {
        let keys = ["GEMINI_API_KEY", "PERPLEXITY_API_KEY", "OPENAI_API_KEY"]
        let catalog = try Self.parse(Dictionary(uniqueKeysWithValues: keys.map { ($0, "k-1") })).catalog
        for (slug, search, isOnce, request) in [
            ("google/gemini-2.5-flash", 35, true, nil), ("google/gemini-2.5-pro", 35, true, nil),
            ("google/gemini-3.1-pro-preview", 14, false, nil), ("openai/gpt-4o-search-preview", nil, false, 25),
            ("perplexity/sonar", nil, false, 8), ("perplexity/sonar-pro", nil, false, 10),
            ("perplexity/sonar-deep-research", 5, false, nil),
        ] as [(String, Int64?, Bool, Int64?)] {
            let rates = try #require(catalog.resolve(slug)).topEndpoint.pricing.rates
            let found = [rates[.webSearch], rates[.request]].map { $0.map { $0.picos / 1_000_000_000 } }
            #expect(found == [search, request] && rates.searchesOnce == isOnce, "\(slug)")
        }
        for endpoint in try Self.parse([:]).catalog.models.flatMap(\.shownEndpoints)
        where ["google-ai-studio", "google-vertex"].contains(endpoint.provider.slug) {
            let isOld = endpoint.upstreamModel.hasPrefix("gemini-2")
            let rates = endpoint.pricing.rates
            if rates[.webSearch] != nil { #expect(rates.searchesOnce == isOld, "\(endpoint.upstreamModel)") }
        }
    }

    @Test("says of whom it knows whether output may be trained on")
    func distillation() throws {
        let catalog = try Self.parse([:]).catalog
        for (slug, answer) in [
            ("openai/gpt-oss-120b", true), ("openai/gpt-5", false), ("deepseek/deepseek-r1", true),
            ("anthropic/claude-opus-5.5", false), ("meta-llama/llama-3-8b-instruct", false),
            ("meta-llama/llama-3.3-70b-instruct", true), ("perplexity/sonar", nil),
        ] as [(String, Bool?)] {
            #expect(catalog.resolve(slug)?.facts.distillable == answer, "\(slug)")
        }
    }

    @Test("fills addresses from the environment")
    func templates() throws {
        let half = try Self.parse(["AZURE_API_KEY": "k-1"]).catalog
        #expect(half.providers.isEmpty)
        let azure = try Self.parse(["AZURE_API_KEY": "k-1", "AZURE_RESOURCE_NAME": "ours"]).catalog
        #expect(azure.providers.map(\.baseURL.host) == ["ours.openai.azure.com"])
        #expect(azure.resolve("openai/gpt-5")?.isCallable == true)
        // Only the Responses API has it.
        let pro = try #require(azure.resolve("openai/gpt-5.4-pro"))
        #expect(!pro.endpoints.isEmpty && pro.endpoints.allSatisfy { $0.dialect == .openAIResponses })
        #expect(throws: ConfigurationErrors.self) {
            try Self.parse(["AZURE_API_KEY": "k-1", "AZURE_RESOURCE_NAME": "a b"])
        }
    }

    @Test(
        "asks each provider in its own dialect, at its own address, with its own field for the key",
        arguments: [
            (
                "ANTHROPIC_API_KEY", "anthropic/claude-opus-5.5", .answer,
                "POST /v1/messages HTTP/1.1\r\nHost: api.anthropic.com\r\nx-api-key: k-1\r\n"
                    + "anthropic-version: 2023-06-01\r\n"
            ),
            (
                "GEMINI_API_KEY", "google/gemini-2.5-pro", .streamedAnswer,
                "POST /v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse HTTP/1.1\r\n"
                    + "Host: generativelanguage.googleapis.com\r\nx-goog-api-key: k-1\r\n"
            ),
            (
                "COHERE_API_KEY", "cohere/command-a", .answer,
                "POST /v2/chat HTTP/1.1\r\nHost: api.cohere.com\r\nAuthorization: Bearer k-1\r\n"
            ),
            (
                "AWS_BEARER_TOKEN_BEDROCK", "anthropic/claude-opus-5.5", .streamedAnswer,
                "POST /model/anthropic.claude-opus-5-5/converse-stream HTTP/1.1\r\n"
                    + "Host: bedrock-runtime.us-east-1.amazonaws.com\r\nAuthorization: Bearer k-1\r\n"
            ),
            (
                "OPENAI_API_KEY", "openai/gpt-5", .chatCompletions,
                "POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer k-1\r\n"
            ),
        ] as [(String, String, UpstreamPath, String)])
    func dialects(variable: String, model: String, path: UpstreamPath, head: String) throws {
        let found = try Self.parse([variable: "k-1"]).catalog.resolve(model)
        let endpoint = try #require(found?.endpoints.first)
        let text = String(decoding: endpoint.head(path), as: UTF8.self)
        #expect(text.hasPrefix(head), "\(text)")
        #expect(endpoint.head(.models).starts(with: "GET /".utf8))
    }

    @Test("keeps the quirks of hosts that speak OpenAI's dialect, at providers of their own dialect too")
    func quirks() throws {
        let keys = ["GROQ_API_KEY", "MISTRAL_API_KEY", "DEEPSEEK_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"]
        let catalog = try Self.parse(Dictionary(uniqueKeysWithValues: keys.map { ($0, "k-1") })).catalog
        let quirks = Dictionary(uniqueKeysWithValues: catalog.providers.map { ($0.slug, $0.quirks) })
        #expect(quirks["groq"]?.refusedFields.contains(.logprobs) == true)
        #expect(quirks["mistral"]?.knowsOnlyMaxTokens == true && quirks["mistral"]?.refusesStreamOptions == true)
        #expect(quirks["deepseek"]?.wantsReasoningContent == true)
        #expect(quirks["openai"]?.wantsCompletionTokens == true)
        #expect(quirks["anthropic"]?.messagesMax == 1000)
        #expect(catalog.providers.allSatisfy { $0.dialect.isOpenAIChat == ($0.slug != "anthropic") })
    }

    @Test("says that an address for OpenAI's dialect does not fit the provider's own, and takes it with that dialect")
    func chatAddresses() throws {
        for (slug, url) in [
            ("cohere", "https://api.cohere.ai/compatibility/v1"),
            ("google-ai-studio", "https://generativelanguage.googleapis.com/v1beta/openai"),
        ] {
            let entry = "slug: \(slug), api_key: k, base_url: \"\(url)\""
            let problems = #expect(throws: ConfigurationErrors.self) {
                try Self.parse([:], "providers: [{\(entry)}]")
            }
            let message = problems?.problems.first?.message ?? ""
            #expect(message.contains("dialect: openai") && message.contains("base_url of \(slug)"), "\(message)")
            let catalog = try Self.parse([:], "providers: [{\(entry), dialect: openai}]").catalog
            #expect(catalog.providers.map(\.dialect) == [.openAI])
        }
    }

    @Test("has the chat model of GPT-5.1 and the parameters of GPT-5")
    func chat() throws {
        let catalog = try Self.parse(["OPENAI_API_KEY": "sk-1"]).catalog
        let chat = try #require(catalog.resolve("openai/gpt-5.1-chat"))
        #expect(chat.contextLength == 128_000 && chat.maxCompletionTokens == 16_384)
        #expect(chat.endpoints[0].upstreamModel == "gpt-5.1-chat-latest")
        #expect(!chat.parameters.known.contains(.reasoning) && !chat.parameters.known.contains(.temperature))
        let gpt5 = try #require(catalog.resolve("openai/gpt-5"))
        for field in [.reasoning, .maxTokens, .seed, .tools, .toolChoice, .responseFormat] as [RequestField] {
            #expect(gpt5.parameters.known.contains(field))
        }
        #expect(!gpt5.parameters.known.contains(.temperature) && !gpt5.parameters.known.contains(.topP))
        #expect(gpt5.facts.reasoning?.isMandatory == true)
    }

    @Test("is switched on by its variables alone")
    func variables() throws {
        #expect(try Self.parse([:]).catalog.providers.isEmpty)
        #expect(try Self.parse(["OPENAI_API_KEY": " \n"]).catalog.providers.isEmpty)
        let openAI = try Self.parse(["OPENAI_API_KEY": "sk-1\n"]).catalog
        #expect(openAI.providers.map(\.slug) == ["openai"])
        #expect(openAI.resolve("openai/gpt-5") != nil)
        #expect(openAI.resolve("openai/gpt-oss-120b")?.isCallable == false)
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
        #expect(model.contextLength == context && model.topEndpoint.maxCompletionTokens == cap)
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
        #expect(
            catalog.resolve("openai/gpt-oss-120b")?.dormantEndpoints.contains { $0.provider.absence == .switchedOff }
                == true)
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
