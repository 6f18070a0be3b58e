import Accounting
import Catalog
import Completions
import Telemetry
import Testing

@testable import Configuration

@Suite("Configuration")
struct ConfigurationParsingTests {
    static let memory = 8 << 30

    static func parse(
        _ text: String?, _ environment: [String: String] = [:], files: [String: String] = [:]
    ) throws(ConfigurationErrors) -> Configuration {
        try Configuration.parse(
            ConfigurationSource(
                text: text, environment: environment, readFile: { files[$0] }, systemMemoryBytes: memory,
                catalogVersion: 7))
    }

    static let example = """
        listen: 127.0.0.1:8080
        data: ./data                 # directory for the embedded database
        workers: auto
        billing: metered
        keys:
          - {key: "${MARTLET_API_KEY}", name: ci}
        providers:
          - slug: local
            name: Local
            dialect: openai
            base_url: http://127.0.0.1:8081/v1
            api_key: ${LOCAL_API_KEY:-}
        models:
          - id: huggingface/smollm2-135m-instruct
            name: SmolLM2 135M Instruct
            context_length: 8192
            endpoints:
              - {provider: local, model: smollm2-135m-instruct, pricing: {prompt: "0.0000001", completion: "0.0000002"}}
        """

    @Test("an endpoint may speak another dialect than its provider")
    func endpointDialects() throws {
        let catalog = try Self.parse(
            """
            catalog: none
            providers:
              - {slug: p, base_url: "http://127.0.0.1/v1", api_key: k}
              - {slug: bare, base_url: "http://127.0.0.1", dialect: anthropic, api_key: k}
            models:
              - id: a/b
                endpoints:
                  - {provider: p, model: w}
                  - {provider: p, model: x, tag: p/messages, dialect: anthropic}
                  - {provider: p, model: y, tag: p/responses, dialect: openai-responses}
                  - {provider: bare, model: z, dialect: cohere}
            """
        ).catalog
        let endpoints = catalog.models[0].endpoints
        #expect(endpoints.map(\.dialect) == [.openAI, .anthropic, .openAIResponses, .cohere])
        let heads = endpoints.map { String(decoding: $0.head(.answer), as: UTF8.self) }
        #expect(heads[1].hasPrefix("POST /v1/messages HTTP/1.1\r\n") && heads[1].contains("x-api-key: k\r\n"))
        #expect(heads[2].hasPrefix("POST /v1/responses HTTP/1.1\r\n") && heads[2].contains("Bearer k\r\n"))
        #expect(heads[3].hasPrefix("POST /v2/chat HTTP/1.1\r\n"))
    }

    @Test("models know their fallbacks, their authors' permissions and the order of their endpoints")
    func modelKeys() throws {
        let catalog = try Self.parse(
            """
            catalog: none
            providers: [{slug: p, base_url: "http://127.0.0.1/v1", api_key: k}]
            models:
              - {id: a/one, fallbacks: [two, a/one-more:nitro], distillable: true, aliases: [uno],
                 endpoints: [{provider: p, model: x, order: 2}, {provider: p, model: y, tag: p/y}]}
              - {id: a/two, distillable: false, endpoints: [{provider: p, model: x}]}
              - {id: a/one-more, endpoints: [{provider: p, model: x}]}
            """
        ).catalog
        #expect(catalog.models.map(\.facts.fallbacks) == [["two", "a/one-more:nitro"], [], []])
        #expect(catalog.models.map(\.facts.distillable) == [true, false, nil])
        #expect(catalog.models[0].endpoints.map(\.order) == [2, CatalogLimits.orderMax])
    }

    @Test("a model for callers' own keys stays one, even where the operator has a key")
    func ownKeysOnly() throws {
        let text = """
            providers: [{slug: p, base_url: "http://127.0.0.1/v1", api_key: k}]
            models: [{id: a/own, byok_only: true, endpoints: [{provider: p, model: x}]}]
            """
        let own = try #require(try Self.parse(text).catalog.resolve("a/own"))
        #expect(!own.isCallable && own.facts.demandsCallersKey && own.dormantEndpoints.count == 1)
        // In the catalogue's files as well, with the provider's variable set.
        let files = [
            "/facts/providers.json": CatalogueDirectoryTests.providers,
            "/facts/models.json": CatalogueDirectoryTests.models.replacingFirst(
                "\"created\": 1", with: "\"byok_only\": true, \"created\": 1"),
        ]
        let shipped = try Self.parse("catalog: /facts", ["ACME_API_KEY": "k-1"], files: files).catalog
        let model = try #require(shipped.resolve("acme/one"))
        #expect(!model.isCallable && model.facts.demandsCallersKey && model.shownEndpoints.count == 1)
    }

    @Test("is optional: defaults apply")
    func defaults() throws {
        for text in [nil, "", "# nothing\n", "~\n"] {
            let configuration = try Self.parse(text)
            #expect(configuration.listen == .standard)
            #expect(configuration.dataDirectory == "./data")
            #expect(configuration.workers == nil)
            #expect(configuration.timeouts == Configuration.Timeouts())
            #expect(configuration.limits.memoryBytes == Self.memory / 4)
            #expect(configuration.limits.bodyBytes == 64 << 20)
            #expect(configuration.drainMs == 25_000 && configuration.drainDelayMs == 5_000)
            #expect(configuration.durability == .process)
            #expect(configuration.tls == nil)
            #expect(configuration.catalog.models.allSatisfy { !$0.isCallable })
            #expect(configuration.catalog.providers.isEmpty)
            #expect(configuration.catalog.version == 7)
        }
    }

    @Test("reads the documented example")
    func documentedExample() throws {
        let configuration = try Self.parse(Self.example, ["MARTLET_API_KEY": "sk-mt-v1-0123456789"])
        #expect(configuration.keys.map(\.name) == ["ci"])
        #expect(configuration.keys[0].key == Secret("sk-mt-v1-0123456789"))
        let model = try #require(configuration.catalog.resolve("huggingface/smollm2-135m-instruct"))
        #expect(model.name == "SmolLM2 135M Instruct")
        let endpoint = model.endpoints[0]
        #expect(endpoint.provider.displayName == "Local")
        #expect(endpoint.provider.keys.isEmpty)
        #expect(endpoint.upstreamModel == "smollm2-135m-instruct")
        #expect(endpoint.contextLength == 8192)
        #expect(endpoint.parameters == nil)
        #expect(endpoint.pricing.quote(.prompt)?.text == "0.0000001")
        #expect(endpoint.pricing.rates[.completion]?.picos == 200_000)
        #expect(!"\(configuration)".contains("0123456789"))
    }

    @Test("reads every server key")
    func server() throws {
        let configuration = try Self.parse(
            """
            listen: "[::1]:9000"
            data: /var/lib/martlet
            workers: 4
            billing: metered
            timeouts: {request_head: 1s, request_body: 2s, keep_alive: 3s, connect: 400ms, first_byte: 5m, idle: 6s,
              total: 1h, comment: 500ms}
            limits: {body: 1MiB, head: 8KiB, connections: 50, memory: 10%}
            durability: fsync
            tls: {certificate: /etc/cert.pem, key: "${KEY_FILE}"}
            log: {level: debug, format: text}
            drain: 10s
            drain_delay: 0s
            routing: {algorithm: default}
            records: {keep: 7d, max_size: 2GB}
            """, ["KEY_FILE": "/etc/key.pem"])
        #expect(configuration.listen == ListenAddress(host: "::1", port: 9000))
        #expect(configuration.dataDirectory == "/var/lib/martlet")
        #expect(configuration.workers == 4)
        #expect(
            configuration.timeouts
                == Configuration.Timeouts(
                    requestHeadMs: 1000, requestBodyMs: 2000, keepAliveMs: 3000, connectMs: 400, firstByteMs: 300_000,
                    idleMs: 6000, totalMs: 3_600_000, commentMs: 500))
        #expect(
            configuration.limits
                == Configuration.Limits(
                    bodyBytes: 1 << 20, headBytes: 8 << 10, connections: 50, memoryBytes: Self.memory / 10))
        #expect(configuration.durability == .fsync)
        #expect(configuration.records == Configuration.Records(keepMs: 7 * 86_400_000, bytesMax: 2_000_000_000))
        #expect(configuration.tls == Configuration.TLSFiles(certificate: "/etc/cert.pem", key: "/etc/key.pem"))
        #expect(configuration.logLevel == .debug && configuration.logFormat == .text)
        #expect(configuration.drainMs == 10_000 && configuration.drainDelayMs == 0)
    }

    @Test("reads several keys of a provider, and limits of provider, key and endpoint")
    func keysAndLimits() throws {
        let configuration = try Self.parse(
            """
            providers:
              - slug: one
                base_url: https://one.example/v1
                api_keys:
                  - {key: first, weight: 2.5, limits: {rpm: 60}}
                  - {key: "${SECOND}"}
                limits: {tpm: 1_000_000, concurrency: 8}
            models:
              - id: a/b
                endpoints: [{provider: one, model: m, limits: {rpm: 5}}]
            """, ["SECOND": "second"])
        let endpoint = configuration.catalog.endpoints[0]
        #expect(
            endpoint.provider.keys == [
                ProviderKey(secret: Secret("first"), weight: 2.5, limits: UsageLimits(requestsPerMinute: 60)),
                ProviderKey(secret: Secret("second")),
            ])
        #expect(endpoint.provider.limits == UsageLimits(tokensPerMinute: 1_000_000, concurrency: 8))
        #expect(endpoint.limits == UsageLimits(requestsPerMinute: 5))
    }

    @Test("keeps records for ever where told to")
    func recordsForEver() throws {
        let configuration = try Self.parse("records: {keep: forever, max_size: unlimited}")
        #expect(configuration.records == Configuration.Records(keepMs: nil, bytesMax: nil))
        #expect(try Self.parse("workers: 1").records == Configuration.Records())
    }

    @Test("reads every provider, model and endpoint key")
    func catalogue() throws {
        let configuration = try Self.parse(
            """
            default_model: other
            providers:
              - slug: one
                name: One & Only
                base_url: https://one.example/v1
                api_key: ${file:/run/secrets/one}
                cancel: bills
                organization: org-1
                headers: {X-Team: "blue ${TEAM}"}
                data_collection: deny
                zdr: true
                enabled: true
              - {slug: two, base_url: "http://10.0.0.2:8000", enabled: false}
            models:
              - id: a/b
                context_length: 1000
                max_completion_tokens: 100
                input_modalities: [text, image]
                output_modalities: [text]
                supported_parameters: [temperature, tools]
                created: 1700000000
                description: A model.
                aliases: [other, a/c]
                endpoints:
                  - provider: one
                    model: b-turbo
                    tag: one/turbo
                    context_length: 2000
                    quantization: fp8
                    supported_parameters: [temperature]
                    pricing:
                      prompt: 1e-6
                      completion: "0.000002"
                      request: "0.01"
                      discount: "0.1"
                      overrides:
                        - {min_prompt_tokens: 500, prompt: "0.000003"}
                        - {utc_start: 1630, utc_end: 30, utc_days: [monday], completion: "0.000001"}
                    timeouts: {connect: 1s, first_byte: 2s, idle: 3s, total: 4s}
                  - {provider: one, model: b, pricing: {prompt: "0", completion: "0"}}
                  - {provider: two, model: b, pricing: {prompt: "0", completion: "0"}}
            """, ["TEAM": "9"], files: ["/run/secrets/one": "sk-one\n"])
        let catalog = configuration.catalog
        #expect(catalog.defaultModel?.slug == "a/b")
        #expect(catalog.providers.map(\.slug) == ["one"])
        let provider = catalog.providers[0]
        #expect(provider.displayName == "One & Only" && provider.cancel == .bills)
        #expect(provider.keys.map(\.secret) == [Secret("sk-one")])
        #expect(provider.policy == DataPolicy(allowsCollection: false, retainsNothing: true))
        let head = String(decoding: catalog.endpoints[0].head(.chatCompletions), as: UTF8.self)
        #expect(head.contains("OpenAI-Organization: org-1\r\n") && head.contains("X-Team: blue 9\r\n"))
        let model = try #require(catalog.resolve("a/c"))
        #expect(model.endpoints.map(\.tag) == ["one/turbo", "one"])
        let endpoint = model.endpoints[0]
        #expect(endpoint.contextLength == 2000 && model.endpoints[1].contextLength == 1000)
        #expect(endpoint.maxCompletionTokens == 100 && endpoint.quantization == .fp8)
        #expect(endpoint.parameters?.names == ["temperature"])
        #expect(model.endpoints[1].parameters?.names == ["temperature", "tools"])
        #expect(endpoint.inputModalities == [.text, .image])
        #expect(endpoint.timeouts == EndpointTimeouts(connectMs: 1000, firstByteMs: 2000, idleMs: 3000, totalMs: 4000))
        #expect(endpoint.pricing.quote(.prompt)?.text == "1e-6")
        #expect(endpoint.pricing.rates[.request]?.picos == 10_000_000_000)
        #expect(endpoint.pricing.overrides.count == 2)
        #expect(endpoint.pricing.discount.millionths == 100_000)
        #expect(model.facts.created == 1_700_000_000 && model.facts.description == "A model.")
    }

    @Test("follows anchors, as generators of YAML write them")
    func anchors() throws {
        let configuration = try Self.parse(
            """
            providers: [{slug: p, base_url: "http://h/v1"}]
            models:
              - {id: a/b, endpoints: [{provider: p, model: b, pricing: &id001 {prompt: "0.1", completion: "0.2"}}]}
              - {id: a/c, endpoints: [{provider: p, model: c, pricing: *id001}]}
            """)
        #expect(configuration.catalog.models.count(where: \.isCallable) == 2)
        #expect(configuration.catalog.models[1].endpoints[0].index == 1)
    }
}
