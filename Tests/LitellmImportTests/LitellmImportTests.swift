import Catalog
import CatalogueImport
import Configuration
import Testing

@testable import LitellmImport

@Suite("Importing a LiteLLM configuration")
struct LitellmImportTests {
    static let catalogue: KnownCatalogue? =
        (try? CatalogueDocument(
            providers: ShippedCatalogue.providersText, models: ShippedCatalogue.modelsText)).map { KnownCatalogue($0) }

    static func read(_ text: String) throws -> LitellmImport {
        try LitellmImport(text, name: "config.yaml", catalogue: #require(catalogue))
    }

    /// One entry of the name `m` with these parameters.
    static func entry(_ params: String, info: String = "") throws -> LitellmImport {
        try read(
            "model_list:\n  - model_name: m\n    litellm_params: {\(params)}\n    model_info: {\(info)}\n")
    }

    static func dropped(_ result: LitellmImport) -> [String] {
        result.remarks.filter { $0.kind == .dropped }.map(\.path)
    }

    static func lines(_ result: LitellmImport) -> [String] {
        result.text(showsSecrets: true).split(separator: "\n").map { $0.trimmed }
    }

    @Test(
        "knows where a model string leads",
        arguments: [
            ("model: gpt-4o", "openai", "https://api.openai.com/v1", "gpt-4o", "${OPENAI_API_KEY}"),
            ("model: openai/gpt-4o", "openai", "https://api.openai.com/v1", "gpt-4o", "${OPENAI_API_KEY}"),
            (
                "model: claude-sonnet-4-5-20250929", "anthropic", "https://api.anthropic.com",
                "claude-sonnet-4-5-20250929", "${ANTHROPIC_API_KEY}"
            ),
            (
                "model: together_ai/a/b, api_key: os.environ/K", "together", "https://api.together.xyz/v1", "a/b",
                "${K}"
            ),
            ("model: together_ai/a/b", "together", "https://api.together.xyz/v1", "a/b", "${TOGETHERAI_API_KEY}"),
            ("model: ollama/llama3", "ollama", "http://localhost:11434/v1", "llama3", nil),
            ("model: ollama_chat/llama3:8b, api_base: \"http://h:1/\"", "ollama", "http://h:1/v1", "llama3:8b", nil),
            (
                "model: hosted_vllm/Qwen/Q, api_base: \"http://g:8000/v1\"", "hosted-vllm", "http://g:8000/v1",
                "Qwen/Q",
                nil
            ),
            (
                "model: openai/x, api_base: \"http://llm.example:8000/v1\", api_key: none", "llm.example-8000",
                "http://llm.example:8000/v1", "x", nil
            ),
            (
                "model: x, custom_llm_provider: openai, api_base: os.environ/BASE, api_key: os.environ/K",
                "openai-compatible", "${BASE}", "x", "${K}"
            ),
            (
                "model: azure/dep, api_base: \"https://c.openai.azure.com/\", api_key: os.environ/K", "azure",
                "https://c.openai.azure.com/openai/v1", "dep", "${K}"
            ),
            ("model: azure/dep", "azure", "${AZURE_API_BASE}/openai/v1", "dep", "${AZURE_API_KEY}"),
            (
                "model: gemini/g", "google-ai-studio", "https://generativelanguage.googleapis.com", "g",
                "${GEMINI_API_KEY}"
            ),
            (
                "model: anthropic/c, api_base: \"http://proxy:1/v1/messages\"", "anthropic", "http://proxy:1", "c",
                "${ANTHROPIC_API_KEY}"
            ),
            (
                "model: cohere_chat/command-a-03-2025", "cohere", "https://api.cohere.com", "command-a-03-2025",
                "${COHERE_API_KEY}"
            ),
            ("model: openrouter/a/b", "openrouter", "https://openrouter.ai/api/v1", "a/b", "${OPENROUTER_API_KEY}"),
        ] as [(String, String, String, String, String?)])
    func providers(params: String, slug: String, base: String, model: String, key: String?) throws {
        let result = try Self.entry(params)
        let provider = try #require(result.providers.entries.first)
        #expect(provider.slug == slug)
        #expect(provider.provider.baseURL == base)
        #expect(provider.provider.key?.text == key)
        #expect(result.models.first?.endpoints.first?.model == model)
        #expect(result.problems(environment: [:]).isEmpty)
    }

    @Test(
        "takes what is embedded, ranked or asked in the Responses API",
        arguments: [
            ("model: openai/our-embedder", "mode: embedding", ["embeddings"], nil),
            ("model: text-embedding-3-small", "", ["embeddings"], nil),
            ("model: cohere/our-ranker", "mode: rerank", ["rerank"], nil),
            ("model: cohere/rerank-v3.5", "", ["rerank"], nil),
            ("model: openai/o9-deep", "mode: responses", ["text"], "openai-responses"),
            (
                "model: azure/dep, api_base: \"https://c.openai.azure.com/\"", "mode: responses", ["text"],
                "openai-responses"
            ),
            // Whoever has a dialect of its own is asked in that.
            ("model: anthropic/our-claude", "mode: responses", ["text"], nil),
        ] as [(String, String, [String], String?)])
    func modes(params: String, info: String, output: [String], dialect: String?) throws {
        let result = try Self.entry(params, info: info)
        let endpoint = try #require(result.models.first?.endpoints.first)
        #expect(endpoint.outputModalities == output && endpoint.dialect == dialect)
        #expect(!endpoint.inputModalities.isEmpty)
        #expect(result.problems(environment: [:]).isEmpty)
        let text = result.text(showsSecrets: true)
        #expect(text.contains("dialect: openai-responses") == (dialect != nil))
        #expect(text.contains("output_modalities: [\(output[0])]") == (output != ["text"]))
    }

    @Test(
        "says why an entry cannot be served",
        arguments: [
            ("model: bedrock/anthropic.claude-v2", "", "bedrock"), ("model: vertex_ai/gemini-2.5-pro", "", "vertex"),
            ("model: openai/whisper-1", "", "chats"), ("model: gpt-4o", "mode: audio_speech", "mode audio_speech"),
            ("model: petals/x", "", "not known"), ("model: hosted_vllm/x", "", "api_base"),
            ("api_key: x", "", "no model"),
        ])
    func refusals(params: String, info: String, reason: String) throws {
        let result = try Self.entry(params, info: info)
        #expect(result.models.isEmpty)
        let remark = try #require(result.remarks.first { $0.kind == .dropped })
        #expect(remark.reason.contains(reason), "\(remark.reason)")
        #expect(remark.line == 2 || remark.line == 4)
    }

    @Test("takes limits, waits, prices and sizes over")
    func facts() throws {
        let result = try Self.entry(
            "model: openai/x, rpm: 6, tpm: 1000, max_parallel_requests: 3, timeout: 2.5, stream_timeout: 1",
            info:
                "input_cost_per_token: 1.5e-06, output_cost_per_token: 0.000002, max_input_tokens: 4096, max_tokens: 512"
        )
        let lines = Self.lines(result)
        #expect(lines.contains("limits: {rpm: 6, tpm: 1000, concurrency: 3}"))
        #expect(lines.contains("timeouts: {total: 2500ms, first_byte: 1s}"))
        #expect(lines.contains("context_length: 4096") && lines.contains("max_completion_tokens: 512"))
        #expect(lines.contains(#"pricing: {"prompt": "0.0000015", "completion": "0.000002"}"#))
        #expect(result.remarks.isEmpty)
        #expect(result.problems(environment: [:]).isEmpty)
    }

    @Test("takes what the catalogue knows, by base_model too")
    func catalogueFacts() throws {
        for params in ["model: openai/gpt-5", "model: gpt-5"] {
            let text = try Self.entry(params).text(showsSecrets: true)
            #expect(text.contains(#""prompt": "0.00000125", "completion": "0.00001""#), "\(params)")
            #expect(text.contains("context_length: 400000"), "\(params)")
        }
        let azure = try Self.entry("model: azure/our-deployment", info: "base_model: azure/gpt-5")
        #expect(azure.text(showsSecrets: true).contains(#""prompt": "0.00000125""#))
        for model in ["anthropic/claude-opus-5.5", "anthropic/claude-opus-5-5-20260801", "claude-opus-5-5-latest"] {
            #expect(try Self.entry("model: \(model)").text(showsSecrets: true).contains("pricing: {"), "\(model)")
        }
        #expect(KnownCatalogue.undated("gpt-4o-2024-08-06") == "gpt-4o")
        #expect(KnownCatalogue.undated("claude-x@20250929") == "claude-x" && KnownCatalogue.undated("o1") == "o1")
        let unknown = try Self.entry("model: openai/our-own")
        #expect(unknown.remarks.contains { $0.kind == .attention && $0.reason.contains("free") })
    }

    @Test("names every setting that it does not take, with its line")
    func drops() throws {
        let result = try Self.read(
            """
            model_list:
              - model_name: m
                litellm_params:
                  model: openai/gpt-4o
                  seed: 7
                  aws_region_name: x
                model_info: {team_id: t}
                unheard_of: 1
            litellm_settings: {cache: true, callbacks: [a]}
            router_settings:
              redis_password: hush-hush
            general_settings: {database_url: "postgres://u:hush-hush@h/d"}
            mcp_servers: {}
            finetune_settings: []
            """)
        #expect(
            Self.dropped(result) == [
                "model_list[0] (m).litellm_params.seed", "model_list[0] (m).litellm_params.aws_region_name",
                "model_list[0] (m).model_info.team_id", "model_list[0].unheard_of", "litellm_settings.cache",
                "litellm_settings.callbacks", "router_settings.redis_password", "general_settings.database_url",
                "mcp_servers", "finetune_settings",
            ])
        #expect(result.remarks.map(\.line) == [5, 6, 7, 8, 9, 9, 11, 12, 13, 14])
        #expect(result.remarks.allSatisfy { !$0.reason.isEmpty && !$0.reason.contains("hush") })
        #expect(!result.text(showsSecrets: true).contains("hush"))
    }

    @Test(
        "is refused where it is something else",
        arguments: ["", "a: [", "- 1", "model_list: {}", "providers: []", "model_list: 3"])
    func malformed(text: String) {
        #expect(throws: ConfigurationProblem.self) { try Self.read(text) }
    }

    @Test("keeps keys apart from what is shown, and dollars as they are")
    func secrets() throws {
        let result = try Self.read(
            """
            model_list:
              - model_name: m
                litellm_params: {model: openai/gpt-4o, api_key: "sk-$ecret{1}", extra_headers: {X-Auth: "b$b", X-Team: t}}
            general_settings: {master_key: "0123456789abcdef-master"}
            """)
        let hidden = result.text(showsSecrets: false)
        let shown = result.text(showsSecrets: true)
        for secret in ["sk-$", "b$$b", "0123456789abcdef-master"] {
            #expect(!hidden.contains(secret))
        }
        #expect(shown.contains("sk-$$ecret{1}") && shown.contains("b$$b"))
        #expect(hidden.contains("\"X-Team\": \"t\""))
        #expect(result.secretVariables == ["MARTLET_API_KEY", "OPENAI_API_KEY", "OPENAI_X_AUTH"])
        #expect(result.problems(environment: [:]).isEmpty)
        let configuration = try Configuration.parse(
            ConfigurationSource(text: shown, environment: [:], systemMemoryBytes: 1 << 32))
        #expect(configuration.catalog.providers[0].keys[0].secret.reveal() == "sk-$ecret{1}")
    }

    @Test("refuses a master key that is too short, and says how to make one")
    func shortMasterKey() throws {
        let result = try Self.read("model_list: []\ngeneral_settings: {master_key: sk-1234}\n")
        #expect(result.settings.masterKey == nil)
        #expect(result.remarks.first?.reason.contains("martlet keys create") == true)
    }
}

extension Substring {
    var trimmed: String {
        var text = self
        while text.hasPrefix(" ") { text = text.dropFirst() }
        return String(text)
    }
}
