import Accounting
import Completions
import Testing

@testable import Catalog

@Suite("Endpoints")
struct EndpointTests {
    static func provider(
        _ base: String = "https://api.example.com/v1", keys: [String] = ["sk-1"], organization: String? = nil,
        headers: [ProviderEntry.Header] = [], dialect: ProviderDialect = .openAI
    ) throws -> ProviderEntry {
        ProviderEntry(
            slug: "example", displayName: "Example", dialect: dialect, baseURL: try BaseURL(base),
            keys: keys.map { ProviderKey(secret: Secret($0)) }, organization: organization, headers: headers)
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("write the fixed part of a request's head once")
    func head() throws {
        let provider = try Self.provider(
            organization: "org-1", headers: [.init(name: "X-Team", value: Secret("blue"))])
        let endpoint = Endpoint(
            index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "b", pricing: .free)
        #expect(
            Self.text(endpoint.head(.chatCompletions)) == """
                POST /v1/chat/completions HTTP/1.1\r
                Host: api.example.com\r
                Authorization: Bearer sk-1\r
                OpenAI-Organization: org-1\r
                Content-Type: application/json\r
                User-Agent: martlet\r
                X-Team: blue\r

                """)
        #expect(Self.text(endpoint.head(.completions)).hasPrefix("POST /v1/completions HTTP/1.1\r\n"))
        let models = Self.text(endpoint.head(.models))
        #expect(models.hasPrefix("GET /v1/models HTTP/1.1\r\n"))
        #expect(!models.contains("Content-Type"))
    }

    @Test("send no authentication without a key, and one head per key otherwise")
    func keys() throws {
        let none = Endpoint(
            index: 0, provider: try Self.provider(keys: [""]), modelSlug: "a/b", upstreamModel: "b", pricing: .free)
        #expect(!Self.text(none.head(.chatCompletions)).contains("Authorization"))
        let two = Endpoint(
            index: 0, provider: try Self.provider(keys: ["sk-1", "sk-2"]), modelSlug: "a/b", upstreamModel: "b",
            pricing: .free)
        for path in [UpstreamPath.chatCompletions, .completions, .models] {
            #expect(Self.text(two.head(path, key: 0)).contains("Bearer sk-1\r\n"))
            #expect(Self.text(two.head(path, key: 1)).contains("Bearer sk-2\r\n"))
        }
    }

    @Test(
        "authenticate as their dialect does",
        arguments: [
            (.openAI, "Authorization: Bearer sk-1\r\n"), (.anthropic, "x-api-key: sk-1\r\n"),
            (.gemini, "x-goog-api-key: sk-1\r\n"), (.azure, "api-key: sk-1\r\n"),
        ] as [(ProviderDialect, String)])
    func authentication(dialect: ProviderDialect, field: String) throws {
        let endpoint = Endpoint(
            index: 0, provider: try Self.provider(dialect: dialect), modelSlug: "a/b", upstreamModel: "b",
            pricing: .free)
        #expect(Self.text(endpoint.head(.models)).contains(field))
    }

    @Test(
        "ask for answers where their dialect has them, in one piece and streamed",
        arguments: [
            (.openAI, .chatCompletions, "POST /v1/chat/completions HTTP/1.1"),
            (.openAIResponses, .answer, "POST /v1/responses HTTP/1.1"),
            (.anthropic, .streamedAnswer, "POST /v1/messages HTTP/1.1"),
            (.gemini, .answer, "POST /v1/models/m%2F1%3A0:generateContent HTTP/1.1"),
            (.gemini, .streamedAnswer, "POST /v1/models/m%2F1%3A0:streamGenerateContent?alt=sse HTTP/1.1"),
            (.bedrock, .answer, "POST /v1/model/m%2F1%3A0/converse HTTP/1.1"),
            (.bedrock, .streamedAnswer, "POST /v1/model/m%2F1%3A0/converse-stream HTTP/1.1"),
            (.cohere, .answer, "POST /v1/chat HTTP/1.1"),
            (.openAI, .embeddings, "POST /v1/embeddings HTTP/1.1"),
            (.openAIResponses, .embeddings, "POST /v1/embeddings HTTP/1.1"),
            (.gemini, .embeddings, "POST /v1/models/m%2F1%3A0:batchEmbedContents HTTP/1.1"),
            (.cohere, .embeddings, "POST /v1/embed HTTP/1.1"), (.cohere, .rerank, "POST /v1/rerank HTTP/1.1"),
            (.openAI, .rerank, "POST /v1/rerank HTTP/1.1"),
            (.bedrock, .embeddings, "POST /v1/model/m%2F1%3A0/invoke HTTP/1.1"),
            (.vertex, .embeddings, "POST /v1/publishers/google/models/m%2F1%3A0:predict HTTP/1.1"),
        ] as [(ProviderDialect, UpstreamPath, String)])
    func paths(dialect: ProviderDialect, path: UpstreamPath, line: String) throws {
        let endpoint = Endpoint(
            index: 0, provider: try Self.provider(dialect: dialect), modelSlug: "a/b", upstreamModel: "m/1:0",
            pricing: .free)
        let head = Self.text(endpoint.head(path))
        #expect(head.hasPrefix(line + "\r\n"), "\(head)")
        #expect(head.contains("anthropic-version: 2023-06-01\r\n") == (dialect == .anthropic))
    }

    @Test(
        "add the version to a bare host, keep one that is given, and list models where their dialect has them",
        arguments: [
            (.anthropic, "", .answer, "POST /v1/messages"), (.anthropic, "/v1", .answer, "POST /v1/messages"),
            (.anthropic, "/anthropic", .streamedAnswer, "POST /anthropic/v1/messages"),
            (.anthropic, "/v/vx", .answer, "POST /v/vx/v1/messages"),
            (.anthropic, "", .models, "GET /v1/models?limit=1000"),
            (.gemini, "", .answer, "POST /v1beta/models/m%2F1%3A0:generateContent"),
            (.gemini, "/v1", .streamedAnswer, "POST /v1/models/m%2F1%3A0:streamGenerateContent?alt=sse"),
            (.gemini, "", .models, "GET /v1beta/models?pageSize=1000"),
            (.gemini, "/proxy/v1", .models, "GET /proxy/v1/models?pageSize=1000"),
            (.cohere, "", .answer, "POST /v2/chat"), (.cohere, "/v2", .answer, "POST /v2/chat"),
            (.cohere, "", .models, "GET /v1/models?page_size=1000"),
            (.cohere, "/p/c/v2", .models, "GET /p/c/v1/models?page_size=1000"),
            (.bedrock, "", .models, "GET /foundation-models"), (.openAI, "/v1", .models, "GET /v1/models"),
            (.openAI, "", .chatCompletions, "POST /chat/completions"),
            (.azure, "/openai/v1", .chatCompletions, "POST /openai/v1/chat/completions"),
        ] as [(ProviderDialect, String, UpstreamPath, String)])
    func versions(dialect: ProviderDialect, prefix: String, path: UpstreamPath, line: String) throws {
        let provider = try Self.provider("https://api.example.com" + prefix, dialect: dialect)
        let endpoint = Endpoint(
            index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "m/1:0", pricing: .free)
        let head = Self.text(endpoint.head(path))
        #expect(head.hasPrefix(line + " HTTP/1.1\r\nHost: api.example.com\r\n"), "\(head)")
    }

    @Test(
        "embed at Vertex AI by the method that the model has",
        arguments: [
            ("text-embedding-005", "predict"), ("gemini-embedding-001", "predict"), ("gemini-embedding-", "predict"),
            ("gemini-embedding-exp-03-07", "predict"), ("gemini-embedding-2", "embedContent"),
            ("gemini-embedding-2-preview", "embedContent"), ("text-multilingual-embedding-002", "predict"),
        ])
    func vertexMethods(model: String, method: String) throws {
        let provider = try Self.provider("https://vertex.example/v1/projects/p/locations/global", dialect: .vertex)
        let endpoint = Endpoint(index: 0, provider: provider, modelSlug: "a/b", upstreamModel: model, pricing: .free)
        let line = "POST /v1/projects/p/locations/global/publishers/google/models/\(model):\(method) HTTP/1.1\r\n"
        #expect(Self.text(endpoint.head(.embeddings)).hasPrefix(line))
    }

    @Test("list Bedrock's models at the host that manages them, and at a proxy's own")
    func bedrockModels() throws {
        for (base, host) in [
            ("https://bedrock-runtime.eu-west-1.amazonaws.com", "bedrock.eu-west-1.amazonaws.com"),
            ("http://proxy:8080", "proxy:8080"),
        ] {
            let provider = try Self.provider(base, dialect: .bedrock)
            let endpoint = Endpoint(
                index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "m", pricing: .free)
            #expect(provider.address(of: .models).hostField == host)
            #expect(
                Self.text(endpoint.head(.models)).hasPrefix(
                    "GET /foundation-models HTTP/1.1\r\nHost: \(host)\r\nAuthorization: Bearer sk-1\r\n"))
            #expect(provider.address(of: .answer).host == provider.baseURL.host)
            #expect(Self.text(endpoint.head(.answer)).contains("Host: \(provider.baseURL.hostField)\r\n"))
        }
    }

    @Test("speak their own dialect where they have one")
    func dialect() throws {
        let endpoint = Endpoint(
            index: 0, provider: try Self.provider(), dialect: .openAIResponses, modelSlug: "a/b", upstreamModel: "m",
            pricing: .free)
        #expect(endpoint.dialect == .openAIResponses && endpoint.provider.dialect == .openAI)
        #expect(Self.text(endpoint.head(.answer)).hasPrefix("POST /v1/responses HTTP/1.1\r\n"))
        #expect(Self.text(endpoint.head(.chatCompletions)).isEmpty)
    }

    @Test("take of the declared parameters what their dialect can say, and lack the rest of it undeclared too")
    func unsaid() throws {
        let declared = SupportedParameters(names: ["temperature", "logit_bias", "seed", "x"])
        func endpoint(_ dialect: ProviderDialect, _ parameters: SupportedParameters?) throws -> Endpoint {
            Endpoint(
                index: 0, provider: try Self.provider(dialect: dialect), modelSlug: "a/b", upstreamModel: "m",
                parameters: parameters, pricing: .free)
        }
        let asked = RequestFieldSet(.temperature, .logitBias, .seed, .topP, .messages)
        for (dialect, names, lacking, lackingUndeclared) in [
            (.openAI, ["logit_bias", "seed", "temperature", "x"], [.topP], []),
            (.anthropic, ["temperature", "x"], [.logitBias, .seed, .topP], [.logitBias, .seed]),
            (.gemini, ["seed", "temperature", "x"], [.logitBias, .topP], [.logitBias]),
            (.bedrock, ["temperature", "x"], [.logitBias, .seed, .topP], [.logitBias, .seed]),
            (.cohere, ["seed", "temperature", "x"], [.logitBias, .topP], [.logitBias]),
            (.openAIResponses, ["temperature", "x"], [.logitBias, .seed, .topP], [.logitBias, .seed]),
        ] as [(ProviderDialect, [String], [RequestField], [RequestField])] {
            let told = try endpoint(dialect, declared)
            #expect(told.parameters?.names == names && told.shownParameters.names == names)
            #expect(RequestField.allCases.filter(told.lacking(asked).contains) == sorted(lacking))
            let untold = try endpoint(dialect, nil)
            #expect(RequestField.allCases.filter(untold.lacking(asked).contains) == sorted(lackingUndeclared))
            #expect(untold.shownParameters.known.contains(.logitBias) == (dialect == .openAI))
        }
    }

    private func sorted(_ fields: [RequestField]) -> [RequestField] { RequestField.allCases.filter(fields.contains) }

    @Test("escape names as JSON")
    func json() throws {
        let endpoint = Endpoint(
            index: 0, provider: try Self.provider(), modelSlug: "a/b", upstreamModel: "a\"\\\n\u{1}é", pricing: .free)
        #expect(Self.text(endpoint.upstreamModelJSON) == #""a\"\\\u000a\u0001é""#)
        #expect(Self.text(endpoint.provider.displayNameJSON) == #""Example""#)
    }

    @Test(
        "know the tier their tag names",
        arguments: [
            (nil, nil), ("example", nil), ("example/turbo", nil), ("example/us-east5", nil),
            ("example/flex", .flex), ("example/priority", .priority), ("example/eu/ultrafast", .ultrafast),
        ] as [(String?, Endpoint.ServiceTier?)])
    func tier(tag: String?, tier: Endpoint.ServiceTier?) throws {
        let endpoint = Endpoint(
            index: 0, provider: try Self.provider(), modelSlug: "a/b", upstreamModel: "b", tag: tag, pricing: .free)
        #expect(endpoint.serviceTier == tier)
        #expect(endpoint.tag == tag ?? "example")
    }

    @Test("know the quirks that follow from an address")
    func quirks() throws {
        func quirks(_ url: String, slug: String = "x") throws -> HostQuirks {
            HostQuirks.known(host: try BaseURL(url).host, slug: slug)
        }
        var azure = HostQuirks()
        azure.wantsCompletionTokens = true
        azure.takesDeveloper = true
        azure.takesCustomTools = true
        azure.takesCacheBreakpoints = true
        #expect(try quirks("https://ours.openai.azure.com/openai/v1") == azure)
        #expect(try quirks("http://127.0.0.1:11434/v1", slug: "ollama").wantsImagesInlined)
        #expect(try quirks("https://ollama.com/v1").wantsImagesInlined)
        #expect(try quirks("https://proxy.example/v1", slug: "openrouter").takesRouterFields)
        #expect(try quirks("https://api.cohere.ai/compatibility/v1").refusesStreamOptions)
        #expect(try quirks("https://unknown.example/v1") == HostQuirks())
        #expect(try quirks("http://127.0.0.1:8080/v1").mayOmitFinishReason)
        #expect(try !quirks("http://127.0.0.1:8080/v1").ignoresToolChoiceObject)
        #expect(try quirks("http://127.0.0.1:8080/v1", slug: "local").ignoresToolChoiceObject)
    }

    @Test(
        "may leave out the finish reason in the chat dialect only",
        arguments: ProviderDialect.allCases.filter { !$0.isVertex })
    func finishReason(dialect: ProviderDialect) throws {
        let provider = try Self.provider("http://127.0.0.1:8080/v1", dialect: dialect)
        let endpoint = Endpoint(
            index: 0, provider: provider, modelSlug: "a/b", upstreamModel: "b", pricing: .free)
        #expect(endpoint.mayOmitFinishReason == [.openAI, .azure].contains(dialect))
    }
}
