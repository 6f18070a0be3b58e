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
}

@Suite("Catalogue answers")
struct CatalogueAnswersTests {
    static func catalog() throws -> ModelCatalog {
        let alpha = ProviderEntry(
            slug: "alpha", displayName: "Alpha \"A\"", baseURL: try BaseURL("http://127.0.0.1/v1"),
            profile: ProviderProfile(
                privacyPolicyURL: "https://a/privacy", headquarters: "US", datacenters: ["US", "IE"]))
        let beta = ProviderEntry(slug: "beta", displayName: "Beta", baseURL: try BaseURL("http://127.0.0.1/v1"))
        var first = Model.Facts(slug: "a/one", name: "One")
        first.canonicalSlug = "a/one-2026"
        first.created = 1_700_000_000
        first.description = "The first."
        first.aliases = ["one"]
        first.contextLength = 8000
        first.inputModalities = [.text, .image]
        first.tokenizer = "GPT"
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

    static func text(_ write: (inout ByteBuffer) throws -> Void) rethrows -> String {
        var out = ByteBuffer()
        try write(&out)
        return out.text
    }

    static func slugs(_ query: TestQuery) throws -> [String] {
        let catalog = try catalog()
        let answer = try text { try CatalogueAnswers.models(catalog, query, into: &$0) }
        return (0..<catalog.models.count).compactMap { JSONComparison.value(at: "data.\($0).id", in: answer) }
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
             "per_request_limits":null,"supported_parameters":[\(parameters)],"default_parameters":null,
             "supported_voices":null,"knowledge_cutoff":null,"expiration_date":null,
             "reasoning":{"mandatory":true,"default_effort":"medium","supported_efforts":["high","medium"]},
             "links":{"details":"/api/v1/models/a/one-2026/endpoints"}}}
            """
        for slug in ["a/one", "one", "a/one-2026"] {
            let answer = try Self.text { try CatalogueAnswers.model(Self.catalog(), slug, into: &$0) }
            #expect(JSONComparison.difference(answer, expected) == nil)
        }
    }

    @Test("endpoints have every field the client demands")
    func endpoints() throws {
        let answer = try Self.text { try CatalogueAnswers.endpoints(Self.catalog(), "a/one", into: &$0) }
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
        let answer = try Self.text { try CatalogueAnswers.models(Self.catalog(), TestQuery(), into: &$0) }
        #expect(JSONComparison.value(at: "total_count", in: answer) == "1")
        #expect(JSONComparison.value(at: "links", in: answer) == #"{"next":null}"#)
        let count = try Self.text {
            try CatalogueAnswers.modelCount(Self.catalog(), ["output_modalities": "all"] as TestQuery, into: &$0)
        }
        #expect(count == #"{"data":{"count":2}}"#)
    }

    @Test(
        "the list filters",
        arguments: [
            (["q": "ONE"], 1), (["q": "picture"], 0), (["input_modalities": "image"], 1),
            (["input_modalities": "audio"], 0), (["supported_parameters": "tools,seed"], 1),
            (["supported_parameters": "top_k"], 0), (["context": "8000"], 1), (["context": "8001"], 0),
            (["model_authors": "a,z"], 1), (["model_authors": "b"], 0), (["providers": "beta"], 1),
            (["providers": "gamma"], 0), (["unknown": "x"], 1),
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
        let answer = try Self.text { try CatalogueAnswers.models(Self.catalog(), first, into: &$0) }
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
        #expect(try CataloguePage(query).next(query, total: 5)?.hasSuffix("&q=c%20e%2F&output_modalities=all") == true)
    }

    @Test(
        "wrong parameters are named",
        arguments: [
            ("offset", "-1"), ("offset", "x"), ("limit", "0"), ("limit", "1001"), ("limit", "1e3"), ("context", "many"),
            ("output_modalities", "smell"), ("input_modalities", "text,smell"), ("offset", "99999999999999999999"),
        ])
    func wrong(name: String, value: String) throws {
        var query = TestQuery()
        query.items[name] = value
        let error = #expect(throws: APIError.self) {
            try Self.text { try CatalogueAnswers.models(Self.catalog(), query, into: &$0) }
        }
        #expect(error?.status == 400)
        #expect(error?.param == name)
    }

    @Test("an unknown model is 404 with the nearest names")
    func unknown() throws {
        let error = #expect(throws: APIError.self) {
            try Self.text { try CatalogueAnswers.model(Self.catalog(), "a/oen", into: &$0) }
        }
        #expect(error?.status == 404)
        #expect(error?.message.contains("Did you mean a/one?") == true)
        #expect(throws: APIError.self) {
            try Self.text { try CatalogueAnswers.endpoints(Self.catalog(), "no/thing", into: &$0) }
        }
    }

    @Test("providers tell what is known about them")
    func providers() throws {
        let answer = try Self.text { CatalogueAnswers.providers(try Self.catalog(), into: &$0) }
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
        let catalog = try ModelCatalog(providers: [], models: [])
        let answer = try Self.text { try CatalogueAnswers.models(catalog, TestQuery(), into: &$0) }
        #expect(answer == #"{"data":[],"total_count":0,"links":{"next":null}}"#)
    }
}
