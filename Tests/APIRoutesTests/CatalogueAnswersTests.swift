import Access
import Accounting
import Buffers
import Catalog
import Completions
import TestSupport
import Testing

@testable import APIRoutes

/// Query parameters from a dictionary.
struct TestQuery: QueryParameters, ExpressibleByDictionaryLiteral {
    var items: [String: String] = [:]

    init(dictionaryLiteral elements: (String, String)...) {
        items = Dictionary(uniqueKeysWithValues: elements)
    }

    subscript(_ name: String) -> String? { items[name] }
    var all: [(name: String, value: String)] { items.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
}

@Suite("Catalogue answers")
struct CatalogueAnswersTests {
    static func catalog() throws -> ModelCatalog {
        let alpha = ProviderEntry(
            slug: "alpha", displayName: "Alpha \"A\"", baseURL: try BaseURL("http://127.0.0.1/v1"),
            profile: ProviderProfile(
                privacyPolicyURL: "https://a/privacy", headquarters: "US", datacenters: ["US", "IE"]))
        let beta = ProviderEntry(
            slug: "beta", displayName: "Beta", baseURL: try BaseURL("http://127.0.0.1/v1"),
            policy: DataPolicy(allowsCollection: false, retainsNothing: true))
        var first = Model.Facts(slug: "a/one", name: "One")
        first.canonicalSlug = "a/one-2026"
        first.created = 1_700_000_000
        first.description = "The first."
        first.aliases = ["one"]
        first.contextLength = 8000
        first.inputModalities = [.text, .image]
        first.tokenizer = "GPT"
        first.distillable = true
        first.categories = [.programming]
        first.defaultParameters = DefaultParameters()
        first.defaultParameters?.temperature = 0.6
        first.defaultParameters?.topK = 20
        first.benchmarks = ModelBenchmarks()
        first.benchmarks?.codingIndex = 38.9
        first.benchmarks?.designArena = [
            DesignArenaScore(arena: "models", category: "website", elo: 1200.5, winRate: 0.5, rank: 3)
        ]
        first.reasoning = ReasoningSupport(isMandatory: true, defaultEffort: .medium, efforts: [.high, .medium])
        var picture = Model.Facts(slug: "b/picture", name: "Picture")
        picture.outputModalities = .image
        let pricing = try PriceSheet(
            texts: [.prompt: "0.00000015", .completion: "6e-7", .inputCacheRead: "0.000000075"],
            overrides: [
                .init(
                    condition: try PriceCondition(minPromptTokens: 200_000, utcDays: [.init(rawValue: 1)]),
                    quotes: [.prompt: try PriceQuote("0.0000003")])
            ],
            discount: try Discount("0.25"))
        return try ModelCatalog(
            providers: [alpha, beta],
            models: [
                Model(
                    first,
                    endpoints: [
                        Endpoint(
                            index: 0, provider: alpha, modelSlug: "a/one", upstreamModel: "one", tag: "alpha/flex",
                            contextLength: 8000, maxCompletionTokens: 4000, quantization: .fp8,
                            parameters: SupportedParameters(names: ["tools", "tool_choice", "seed"]), pricing: pricing),
                        Endpoint(index: 1, provider: beta, modelSlug: "a/one", upstreamModel: "1", pricing: .free),
                    ]),
                Model(
                    picture,
                    endpoints: [
                        Endpoint(
                            index: 2, provider: beta, modelSlug: "b/picture", upstreamModel: "p",
                            outputModalities: .image, pricing: .free)
                    ]),
            ])
    }

    static func view() throws -> CatalogueView {
        CatalogueView(CatalogueIndex(try catalog()), unixSeconds: 1_700_864_000)
    }

    static func text(_ write: (inout ByteBuffer) throws -> Void) rethrows -> String {
        var out = ByteBuffer()
        try write(&out)
        return out.text
    }

    static func slugs(_ query: TestQuery) throws -> [String] {
        let view = try view()
        let answer = try text { try CatalogueAnswers.models(view, query, into: &$0) }
        return (0..<view.index.catalog.models.count).compactMap {
            JSONComparison.value(at: "data.\($0).id", in: answer)
        }
    }

    static let pricing = """
        {"prompt":"0.00000015","completion":"6e-7","input_cache_read":"0.000000075",
         "overrides":[{"min_prompt_tokens":200000,"utc_days":["monday"],"prompt":"0.0000003"}],"discount":0.25}
        """
    static let architecture = """
        {"modality":"text+image->text","input_modalities":["text","image"],"output_modalities":["text"],
         "tokenizer":"GPT","instruct_type":null}
        """

    @Test("a model has every field the client demands")
    func model() throws {
        let names = SupportedParameters(names: ["tools", "tool_choice", "seed"]).union(.openAICompatible).names
        let parameters = names.map { "\"\($0)\"" }.joined(separator: ",")
        let expected = """
            {"data":{"id":"a/one","canonical_slug":"a/one-2026","hugging_face_id":null,"name":"One",
             "created":1700000000,"description":"The first.","context_length":8000,"architecture":\(Self.architecture),
             "pricing":\(Self.pricing),
             "top_provider":{"context_length":8000,"max_completion_tokens":4000,"is_moderated":false},
             "per_request_limits":null,"supported_parameters":[\(parameters)],
             "default_parameters":{"temperature":0.6,"top_p":null,"top_k":20,"frequency_penalty":null,
              "presence_penalty":null,"repetition_penalty":null},
             "benchmarks":{"artificial_analysis":{"intelligence_index":null,"coding_index":38.9,"agentic_index":null},
              "design_arena":[{"arena":"models","category":"website","elo":1200.5,"win_rate":0.5,"rank":3}]},
             "supported_voices":null,"knowledge_cutoff":null,"expiration_date":null,
             "reasoning":{"mandatory":true,"default_effort":"medium","default_enabled":true,"supported_efforts":["high","medium"]},
             "links":{"details":"/api/v1/models/a/one-2026/endpoints"}}}
            """
        for slug in ["a/one", "one", "a/one-2026"] {
            let answer = try Self.text { try CatalogueAnswers.model(Self.view(), slug, into: &$0) }
            #expect(JSONComparison.difference(answer, expected) == nil)
        }
    }

    @Test("endpoints have every field the client demands")
    func endpoints() throws {
        let answer = try Self.text { try CatalogueAnswers.endpoints(Self.view(), "a/one", into: &$0) }
        let expected = """
            {"name":"Alpha \\"A\\" | a/one-2026","model_id":"a/one","model_name":"One","provider_name":"Alpha \\"A\\"",
             "tag":"alpha/flex","quantization":"fp8","context_length":8000,"max_completion_tokens":4000,
             "max_prompt_tokens":null,"pricing":\(Self.pricing),
             "supported_parameters":["seed","tool_choice","tools"],
             "supports_tool_choice":{"auto":true,"none":true,"required":true,"function":true},
             "supports_implicit_caching":true,"supports_voice_cloning":false,"supports_image_reference":false,
             "supports_multiple_audio_references":false,"supports_diarization":false,"native_tools":{},
             "service_tier":"flex","status":0,"uptime_last_5m":null,"uptime_last_30m":null,"uptime_last_1d":null,
             "latency_last_30m":null,"throughput_last_30m":null}
            """
        let first = try #require(JSONComparison.value(at: "data.endpoints.0", in: answer))
        #expect(JSONComparison.difference(first, expected) == nil)
        #expect(JSONComparison.value(at: "data.endpoints.1.context_length", in: answer) == "8000")
        #expect(JSONComparison.value(at: "data.endpoints.1.quantization", in: answer) == "null")
        let architecture = try #require(JSONComparison.value(at: "data.architecture", in: answer))
        #expect(JSONComparison.difference(architecture, Self.architecture) == nil)
        #expect(JSONComparison.value(at: "data.created", in: answer) == "1700000000")
    }

    @Test("the list counts, and shows text models unless asked otherwise")
    func list() throws {
        #expect(try Self.slugs([:]) == ["\"a/one\""])
        #expect(try Self.slugs(["output_modalities": "all"]) == ["\"a/one\"", "\"b/picture\""])
        #expect(try Self.slugs(["output_modalities": "image"]) == ["\"b/picture\""])
        #expect(try Self.slugs(["output_modalities": "image,text"]).count == 2)
        let answer = try Self.text { try CatalogueAnswers.models(Self.view(), TestQuery(), into: &$0) }
        #expect(JSONComparison.value(at: "total_count", in: answer) == "1")
        #expect(JSONComparison.value(at: "links", in: answer) == #"{"next":null}"#)
        let count = try Self.text {
            try CatalogueAnswers.modelCount(Self.view(), ["output_modalities": "all"] as TestQuery, into: &$0)
        }
        #expect(count == #"{"data":{"count":2}}"#)
    }

    @Test(
        "the list filters",
        arguments: [
            (["q": "ONE"], 1), (["q": "picture"], 0), (["input_modalities": "image"], 1),
            (["input_modalities": "audio"], 0), (["supported_parameters": "tools,seed"], 1),
            (["supported_parameters": "top_k"], 0), (["supported_parameters": ""], 1), (["context": "8000"], 1),
            (["context": "8001"], 0),
            (["model_authors": "A, b"], 1), (["model_authors": "b"], 0), (["providers": "beta"], 1),
            (["providers": "Beta,alpha"], 1), (["unknown": "x"], 1), (["arch": "gpt"], 1), (["arch": "Llama"], 0),
            (["min_price": "0.15"], 1), (["min_price": "0.1500001"], 0), (["max_price": "0.15"], 1),
            (["max_price": "0.1499999"], 0), (["min_output_price": "0.6", "max_output_price": "6e-1"], 1),
            (["min_age_days": "10"], 1), (["min_age_days": "11"], 0), (["max_age_days": "10"], 1),
            (["max_age_days": "9"], 0), (["min_coding_index": "38.9"], 1), (["max_coding_index": "38"], 0),
            (["min_intelligence_index": "0"], 0), (["max_agentic_index": "100"], 0),
            (["max_tool_success_rate": "1"], 0), (["distillable": "true"], 1), (["distillable": "false"], 0),
            (["zdr": "true"], 1), (["region": "eu"], 0), (["region": "us"], 0), (["category": "programming"], 1),
            (["category": "legal"], 0), (["sort": "newest"], 1), (["q": ""], 1),
        ] as [([String: String], Int)])
    func filters(items: [String: String], count: Int) throws {
        var query = TestQuery()
        query.items = items
        #expect(try Self.slugs(query).count == count)
    }

    @Test("the list pages")
    func pages() throws {
        let query: TestQuery = ["output_modalities": "all", "limit": "1", "q": "c e/"]
        var first = query
        first.items["q"] = nil
        let answer = try Self.text { try CatalogueAnswers.models(Self.view(), first, into: &$0) }
        #expect(JSONComparison.value(at: "total_count", in: answer) == "2")
        #expect(
            JSONComparison.value(at: "links.next", in: answer)
                == #""\/api\/v1\/models?offset=1&limit=1&output_modalities=all""#
                || JSONComparison.value(at: "links.next", in: answer)
                    == #""/api/v1/models?offset=1&limit=1&output_modalities=all""#
        )
        first.items["offset"] = "1"
        #expect(try Self.slugs(first) == ["\"b/picture\""])
        first.items["offset"] = "9"
        #expect(try Self.slugs(first) == [])
        #expect(
            try CataloguePage(query).next("/models", query, total: 5)?.hasSuffix("&output_modalities=all&q=c%20e%2F")
                == true)
    }

    @Test(
        "wrong parameters are named",
        arguments: [
            ("offset", "-1"), ("offset", "x"), ("limit", "0"), ("limit", "1001"), ("limit", "1e3"), ("context", "many"),
            ("output_modalities", "smell"), ("input_modalities", "text,smell"), ("offset", "99999999999999999999"),
            ("output_modalities", "file"), ("input_modalities", "embeddings"), ("context", "0"),
            ("category", "cooking"),
            ("sort", "best"), ("distillable", "maybe"), ("zdr", "false"), ("region", "mars"), ("arch", "abacus"),
            ("model_authors", "a,nobody"), ("providers", "gamma"), ("supported_parameters", "tols"),
            ("min_price", "-1"), ("max_price", "cheap"), ("min_output_price", "1e9"), ("max_output_price", "nan"),
            ("min_age_days", "1.5"), ("max_age_days", "-3"), ("min_intelligence_index", "x"),
            ("max_coding_index", "-1"), ("min_agentic_index", "inf"), ("max_tool_success_rate", "1.01"),
        ])
    func wrong(name: String, value: String) throws {
        var query = TestQuery()
        query.items[name] = value
        let error = #expect(throws: APIError.self) {
            try Self.text { try CatalogueAnswers.models(Self.view(), query, into: &$0) }
        }
        #expect(error?.status == 400)
        #expect(error?.param == name)
    }

    @Test(
        "paths lead to their routes, with raw slashes and escaped ones",
        arguments: [
            ("/models", .models), ("/models/count", .count), ("/models/user", .userModels),
            ("/embeddings/models", .embeddingModels), ("/endpoints/zdr", .zeroRetentionEndpoints),
            ("/images/models", .imageModels), ("/images/models/a/b/endpoints", .imageEndpoints(slug: "a/b")),
            ("/images/models/a%2Fb/endpoints", .imageEndpoints(slug: "a/b")), ("/images/models/a/b", nil),
            ("/videos/models", .videoModels), ("/videos/models/a/b/endpoints", nil),
            ("/providers", .providers), ("/model/a/b", .model(slug: "a/b")), ("/model/a%2Fb", .model(slug: "a/b")),
            ("/models/a/b", .plainModel(id: "a/b")), ("/models/a%2fb:free", .plainModel(id: "a/b:free")),
            ("/models/gpt-4o", .plainModel(id: "gpt-4o")), ("/models/%7Ea/b-latest", .plainModel(id: "~a/b-latest")),
            ("/models/a/b/endpoints", .endpoints(slug: "a/b")), ("/models/a%2Fb/endpoints", .endpoints(slug: "a/b")),
            ("/models/a/b/c", nil), ("/models/", nil), ("/models//b", nil), ("/model", nil), ("/other/a", nil),
        ] as [(String, CatalogueRoute?)])
    func paths(path: String, route: CatalogueRoute?) {
        #expect(CatalogueRoute(path) == route)
    }

    @Test("what was used most comes first, and what was not used comes last")
    func popularity() throws {
        var view = try Self.view()
        view.popularity = ["b/picture": 7]
        let query: TestQuery = ["output_modalities": "all", "sort": "most-popular"]
        let answer = try Self.text { try CatalogueAnswers.models(view, query, into: &$0) }
        #expect(JSONComparison.value(at: "data.0.id", in: answer) == "\"b/picture\"")
        #expect(JSONComparison.value(at: "data.1.id", in: answer) == "\"a/one\"")
    }

    @Test("a key that may not use a model's first endpoint sees the price of one that it may")
    func ownPrices() throws {
        var view = try Self.view()
        var key = APIKeyRecord(APIKeyText("0123456789abcdef")!, name: "", keyClass: .inference, createdAtMs: 0)
        key.allowedProviders = NameList(["beta"])
        view.principal = Principal(key: key)
        #expect(view.rows.map(\.slug) == ["a/one", "b/picture"])
        #expect(view.rows.map(\.promptPicos) == [0, 0])
        let answer = try Self.text { try CatalogueAnswers.models(view, ["max_price": "0"] as TestQuery, into: &$0) }
        #expect(JSONComparison.value(at: "data.0.pricing.prompt", in: answer) == "\"0\"")
        key.allowedModels = NameList(["b/*"])
        view.principal = Principal(key: key)
        #expect(view.rows.map(\.slug) == ["b/picture"])
    }

    @Test("a region holds what stays in it by its own word or by all datacentres of its provider")
    func regions() throws {
        func endpoint(_ region: String?, _ countries: [String]?) throws -> Endpoint {
            Endpoint(
                index: 0,
                provider: ProviderEntry(
                    slug: "p", displayName: "P", baseURL: try BaseURL("http://127.0.0.1/v1"), region: region,
                    profile: ProviderProfile(datacenters: countries)),
                modelSlug: "a/b", upstreamModel: "b", pricing: .free)
        }
        for (region, countries, expected) in [
            (nil, ["NL", "FI"], [.eu]), (nil, ["US"], [.us]), (nil, ["US", "IE"], []), (nil, ["GB"], []), (nil, [], []),
            (nil, nil, []), ("eu-west-1", ["US"], [.eu]), ("US", nil, [.us]), ("europe", nil, []),
        ] as [(String?, [String]?, [DataRegion])] {
            let endpoint = try endpoint(region, countries)
            #expect(DataRegion.allCases.filter { $0.contains(endpoint) } == expected)
        }
    }

    @Test("a known model is plain for clients of OpenAI")
    func plain() throws {
        let answer = try Self.text { try CatalogueAnswers.plainModel(Self.view(), "one:nitro", into: &$0) }
        #expect(JSONComparison.value(at: "id", in: answer) == "\"a/one\"")
        #expect(JSONComparison.value(at: "object", in: answer) == "\"model\"")
        #expect(JSONComparison.value(at: "owned_by", in: answer) == "\"a\"")
    }

    @Test("an unknown model is 404 with the nearest names")
    func unknown() throws {
        let error = #expect(throws: APIError.self) {
            try Self.text { try CatalogueAnswers.model(Self.view(), "a/oen", into: &$0) }
        }
        #expect(error?.status == 404)
        #expect(error?.message.contains("Did you mean a/one?") == true)
        #expect(throws: APIError.self) {
            try Self.text { try CatalogueAnswers.endpoints(Self.view(), "no/thing", into: &$0) }
        }
    }

    @Test("providers tell what is known about them")
    func providers() throws {
        let answer = try Self.text { CatalogueAnswers.providers(try Self.view(), into: &$0) }
        #expect(
            JSONComparison.difference(
                answer,
                """
                {"data":[
                 {"name":"Alpha \\"A\\"","slug":"alpha","privacy_policy_url":"https://a/privacy",
                  "terms_of_service_url":null,"status_page_url":null,"headquarters":"US","datacenters":["US","IE"]},
                 {"name":"Beta","slug":"beta","privacy_policy_url":null,"terms_of_service_url":null,
                  "status_page_url":null,"headquarters":null,"datacenters":null}]}
                """) == nil)
    }

    @Test("an empty catalogue answers too")
    func empty() throws {
        let view = CatalogueView(CatalogueIndex(try ModelCatalog(providers: [], models: [])), unixSeconds: 0)
        let answer = try Self.text { try CatalogueAnswers.models(view, TestQuery(), into: &$0) }
        #expect(answer == #"{"data":[],"total_count":0,"links":{"next":null}}"#)
    }
}
