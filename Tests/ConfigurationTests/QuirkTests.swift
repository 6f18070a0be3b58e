import Catalog
import Completions
import Testing

@testable import Configuration

@Suite("Quirks of hosts")
struct QuirkTests {
    /// The quirks of the one provider in a configuration.
    static func quirks(
        _ entry: String, catalog: String = "none", _ environment: [String: String] = [:]
    ) throws -> HostQuirks {
        let text = "catalog: \(catalog)\nproviders:\n  - \(entry)"
        return try #require(try ConfigurationParsingTests.parse(text, environment).catalog.providers.first).quirks
    }

    @Test(
        "are what the switch over hosts was, for whoever asks there",
        arguments: [
            ("https://api.openai.com/v1", ["wants_max_completion_tokens", "inline_files"], []),
            ("https://ours.openai.azure.com/openai/v1", ["wants_max_completion_tokens"], []),
            (
                "https://api.groq.com/openai/v1", ["chat_only"],
                [.logitBias, .logprobs, .topLogprobs, .frequencyPenalty, .presencePenalty, .metadata, .store]
            ),
            ("https://api.mistral.ai/v1", ["refuses_stream_options", "only_max_tokens", "chat_only"], []),
            ("https://api.perplexity.ai", ["refuses_stream_options", "chat_only"], []),
            ("https://api.cohere.ai/compatibility/v1", ["refuses_stream_options", "chat_only"], []),
            ("https://api.cohere.com/compatibility/v1", ["refuses_stream_options", "chat_only"], []),
            ("https://api.deepseek.com/v1", ["only_max_tokens", "wants_reasoning_content"], []),
            (
                "https://openrouter.ai/api/v1",
                ["takes_router_fields", "takes_router_messages", "takes_reasoning_object", "takes_cache_control"], []
            ),
            ("http://127.0.0.1:8080/v1", ["may_omit_finish_reason"], []),
            ("https://unknown.example/v1", [], []),
        ] as [(String, Set<String>, [RequestField])])
    func hosts(url: String, flags: Set<String>, refused: [RequestField]) throws {
        for catalog in ["none", "shipped"] {
            let quirks = try Self.quirks("{slug: mine, base_url: \"\(url)\"}", catalog: catalog)
            let set = HostQuirks.flags.filter { quirks[keyPath: $0.path] }.map(\.name)
            #expect(flags.isSubset(of: set), "\(url): \(set)")
            for field in refused { #expect(quirks.refusedFields.contains(field)) }
        }
    }

    @Test("are said by an operator, over what is known")
    func said() throws {
        let own = try Self.quirks(
            """
            {slug: mine, base_url: "https://h.example/v1",
             quirks: {only_max_tokens: true, refused_parameters: [seed, logit_bias, n], messages_max: 40}}
            """)
        #expect(own.knowsOnlyMaxTokens && own.messagesMax == 40)
        #expect(own.refusedFields == RequestFieldSet(.seed, .logitBias, .count))
        let over = try Self.quirks(
            "{slug: mine, base_url: \"https://api.mistral.ai/v1\", quirks: {chat_only: false}}")
        #expect(!over.isChatOnly && over.knowsOnlyMaxTokens && over.refusesStreamOptions)
    }

    @Test("are laid over a shipped provider's, unless it is put at another address")
    func overlay() throws {
        let key = ["MISTRAL_API_KEY": "k"]
        let shipped = try Self.quirks("{slug: mistral, quirks: {chat_only: false}}", catalog: "shipped", key)
        #expect(!shipped.isChatOnly && shipped.knowsOnlyMaxTokens)
        let elsewhere = try Self.quirks(
            "{slug: mistral, base_url: \"https://proxy.example/v1\", quirks: {chat_only: true}}", catalog: "shipped")
        #expect(elsewhere.isChatOnly && !elsewhere.knowsOnlyMaxTokens)
    }

    @Test("say which version of Anthropic's API is asked for")
    func version() throws {
        let provider = "slug: mine, dialect: anthropic, base_url: \"https://h.example\""
        #expect(try Self.quirks("{\(provider)}").anthropicVersion == .of2023)
        let quirks = try Self.quirks("{\(provider), quirks: {anthropic_version: 2026-10-21}}")
        #expect(quirks.anthropicVersion == .of2026)
    }

    @Test("are every one of them taken")
    func every() throws {
        for flag in HostQuirks.flags {
            let quirks = try Self.quirks(
                "{slug: mine, base_url: \"https://h.example/v1\", quirks: {\(flag.name): true}}")
            var expected = HostQuirks.known(host: "h.example", slug: "mine")
            expected[keyPath: flag.path] = true
            #expect(quirks == expected)
        }
    }

    @Test(
        "are refused with their line where they are wrong",
        arguments: [
            ("{only_max_token: true}", "unknown key \"only_max_token\" in quirks; did you mean only_max_tokens?"),
            ("{chat_only: perhaps}", "chat_only must be true or false, not \"perhaps\""),
            ("[chat_only]", "quirks must be a mapping"),
            ("{messages_max: 0}", "messages_max must be a whole number from 1"),
            ("{anthropic_version: \"2024-01-01\"}", "anthropic_version must be 2023-06-01 or 2026-10-21"),
            ("{refused_parameters: seed}", "refused_parameters must be a list"),
            ("{refused_parameters: [sed]}", "\"sed\" is no parameter that can be left out; did you mean seed?"),
            ("{refused_parameters: [messages]}", "\"messages\" is no parameter that can be left out"),
            (
                "{only_max_tokens: true, wants_max_completion_tokens: true}",
                "only_max_tokens and wants_max_completion_tokens exclude each other"
            ),
        ])
    func wrong(quirks: String, message: String) {
        let text = "providers:\n  - slug: mine\n    base_url: https://h.example/v1\n    quirks: \(quirks)"
        let problems = ConfigurationProblemTests.problems(text)
        #expect(problems.count == 1 && problems[0].line == 4, "\(problems)")
        #expect(problems.first?.message.contains(message) == true, "\(problems)")
    }

    @Test(
        "tell how shipped hosts want what differs among them",
        arguments: [
            ("DEEPSEEK_API_KEY", ReasoningControl.thinking, nil, ["reasoning_placeholder", "wants_reasoning_content"]),
            ("MOONSHOT_API_KEY", .thinking, .partial, ["refuses_strict"]),
            ("MISTRAL_API_KEY", .effort, .prefix, ["random_seed", "short_call_ids"]),
            ("CEREBRAS_API_KEY", .disableReasoning, nil, []),
            ("TOGETHER_API_KEY", .enabled, nil, []),
            ("XAI_API_KEY", .effort, nil, ["refuses_strict"]),
            ("PERPLEXITY_API_KEY", .effort, nil, ["reports_cost"]),
            ("OPENAI_API_KEY", .effort, nil, ["takes_developer", "takes_custom_tools", "takes_cache_breakpoints"]),
        ] as [(String, ReasoningControl, PrefillMark?, Set<String>)])
    func shipped(variable: String, reasoning: ReasoningControl, prefill: PrefillMark?, flags: Set<String>) throws {
        let catalog = try ConfigurationParsingTests.parse(nil, [variable: "k"]).catalog
        let quirks = try #require(catalog.providers.first).quirks
        let set = HostQuirks.flags.filter { quirks[keyPath: $0.path] }.map(\.name)
        #expect(quirks.reasoning == reasoning && quirks.prefill == prefill && flags.isSubset(of: set), "\(quirks)")
        #expect(quirks.takesDeveloper == (variable == "OPENAI_API_KEY"))
    }

    @Test("leave Claude at Azure to a provider of its own dialect")
    func azure() throws {
        let environment = ["AZURE_API_KEY": "k", "AZURE_RESOURCE_NAME": "ours", "ANTHROPIC_API_KEY": "k"]
        let catalog = try ConfigurationParsingTests.parse(nil, environment).catalog
        #expect(catalog.resolve("openai/gpt-5")?.endpoints.first?.provider.slug == "azure")
        let claude = try #require(catalog.resolve("anthropic/claude-opus-4.8"))
        #expect(Set(claude.endpoints.map(\.provider.slug)) == ["anthropic"])
        #expect(claude.dormantEndpoints.contains { $0.provider.slug == "azure" && !$0.isSpoken })
        #expect(claude.facts.takesSystemAnywhere)
        #expect(catalog.resolve("anthropic/claude-opus-4.7")?.facts.takesSystemAnywhere == false)
        let listed = """
            providers: [{slug: mine, dialect: azure, base_url: "https://ours.openai.azure.com/openai/v1", api_key: k}]
            models: [{id: a/b, endpoints: [{provider: mine, model: claude-opus-5, pricing: {prompt: "0", completion: "0"}}]}]
            """
        let problems = ConfigurationProblemTests.problems(listed)
        #expect(problems.contains { $0.message.contains("services.ai.azure.com/anthropic") }, "\(problems)")
    }
}
