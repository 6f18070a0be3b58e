/// The catalogue that ships with the router: in the format of the configuration file, read by the same code.
///
/// A provider is on when its variable holds a key. Prices are the providers' list prices in dollars per token.
enum SeedCatalogue {
    /// The shipped entries. That they have no problems is a test's business.
    static func load(_ reader: inout ConfigurationReader) -> (providers: [ProviderDraft], models: [ModelDraft]) {
        guard let root = try? YAMLParser.parse(text), let values = seedValues(root, &reader) else { return ([], []) }
        return (reader.providers(values["providers"], .seedProvider), reader.models(values["models"], .seedModel))
    }

    private static func seedValues(_ root: YAMLNode, _ reader: inout ConfigurationReader) -> [String: YAMLNode]? {
        reader.mapping(root, KeySet(place: "the shipped catalogue", accepted: ["providers", "models"]))
    }

    static let text = """
        providers:
          - slug: openai
            name: OpenAI
            dialect: openai
            base_url: https://api.openai.com/v1
            key_variable: OPENAI_API_KEY
            data_collection: deny
            cancel: stops
            headquarters: US
            datacenters: [US]
            privacy_policy_url: https://openai.com/policies/privacy-policy/
            terms_of_service_url: https://openai.com/policies/row-terms-of-use/
            status_page_url: https://status.openai.com/
          - slug: groq
            name: Groq
            dialect: openai
            base_url: https://api.groq.com/openai/v1
            key_variable: GROQ_API_KEY
            data_collection: deny
            cancel: bills
            headquarters: US
            datacenters: [US]
            privacy_policy_url: https://groq.com/privacy-policy/
            terms_of_service_url: https://groq.com/terms-of-use/
            status_page_url: https://groqstatus.com/
        models:
          - id: openai/gpt-5
            canonical_slug: openai/gpt-5-2025-08-07
            name: "OpenAI: GPT-5"
            created: 1754587413
            description: OpenAI's reasoning model for code, long tasks and careful instructions.
            context_length: 400000
            max_completion_tokens: 128000
            input_modalities: [text, image, file]
            tokenizer: GPT
            knowledge_cutoff: "2024-09-30"
            reasoning: {mandatory: true, default_effort: medium, efforts: [high, medium, low, minimal]}
            supported_parameters: &reasoning
              [include_reasoning, max_completion_tokens, max_tokens, reasoning, reasoning_effort, response_format, seed,
               structured_outputs, tool_choice, tools, parallel_tool_calls, verbosity]
            endpoints:
              - provider: openai
                model: gpt-5
                pricing: {prompt: "0.00000125", completion: "0.00001", input_cache_read: "0.000000125"}
          - id: openai/gpt-5-mini
            canonical_slug: openai/gpt-5-mini-2025-08-07
            name: "OpenAI: GPT-5 Mini"
            created: 1754587407
            description: A smaller GPT-5 for lighter reasoning at a fifth of the price.
            context_length: 400000
            max_completion_tokens: 128000
            input_modalities: [text, image, file]
            tokenizer: GPT
            knowledge_cutoff: "2024-05-31"
            reasoning: {mandatory: true, default_effort: medium, efforts: [high, medium, low, minimal]}
            supported_parameters: *reasoning
            endpoints:
              - provider: openai
                model: gpt-5-mini
                pricing: {prompt: "0.00000025", completion: "0.000002", input_cache_read: "0.000000025"}
          - id: openai/gpt-5.4-mini
            canonical_slug: openai/gpt-5.4-mini-2026-03-17
            name: "OpenAI: GPT-5.4 Mini"
            created: 1773705600
            description: A fast, small model of the GPT-5.4 family that reasons only when asked to.
            context_length: 400000
            max_completion_tokens: 128000
            input_modalities: [text, image, file]
            tokenizer: GPT
            knowledge_cutoff: "2025-08-31"
            reasoning: {mandatory: false, default_effort: none, efforts: [xhigh, high, medium, low, none]}
            supported_parameters: *reasoning
            endpoints:
              - provider: openai
                model: gpt-5.4-mini
                pricing: {prompt: "0.00000075", completion: "0.0000045", input_cache_read: "0.000000075"}
          - id: openai/gpt-4.1-mini
            canonical_slug: openai/gpt-4.1-mini-2025-04-14
            name: "OpenAI: GPT-4.1 Mini"
            created: 1744651381
            description: A mid-sized model without reasoning and with a context of a million tokens.
            context_length: 1047576
            max_completion_tokens: 32768
            input_modalities: [text, image, file]
            tokenizer: GPT
            knowledge_cutoff: "2024-06-30"
            supported_parameters: &plain
              [frequency_penalty, logit_bias, logprobs, max_completion_tokens, max_tokens, parallel_tool_calls,
               prediction, presence_penalty, response_format, seed, stop, structured_outputs, temperature, tool_choice,
               tools, top_logprobs, top_p]
            endpoints:
              - provider: openai
                model: gpt-4.1-mini
                pricing: {prompt: "0.0000004", completion: "0.0000016", input_cache_read: "0.0000001"}
          - id: openai/gpt-4o-mini
            canonical_slug: openai/gpt-4o-mini-2024-07-18
            name: "OpenAI: GPT-4o-mini"
            created: 1721260800
            description: A small, cheap model for text and images.
            context_length: 128000
            max_completion_tokens: 16384
            input_modalities: [text, image, file]
            tokenizer: GPT
            knowledge_cutoff: "2023-10-31"
            supported_parameters: *plain
            endpoints:
              - provider: openai
                model: gpt-4o-mini
                pricing: {prompt: "0.00000015", completion: "0.0000006", input_cache_read: "0.000000075"}
          - id: openai/gpt-oss-120b
            name: "OpenAI: gpt-oss-120b"
            created: 1754414231
            description: An open-weight reasoning model of 117 billion parameters, 5.1 billion active.
            context_length: 131072
            max_completion_tokens: 65536
            tokenizer: GPT
            hugging_face_id: openai/gpt-oss-120b
            knowledge_cutoff: "2024-06-30"
            reasoning: {mandatory: true, default_effort: medium, efforts: [high, medium, low]}
            supported_parameters: &open
              [include_reasoning, max_completion_tokens, max_tokens, parallel_tool_calls, reasoning, reasoning_effort,
               response_format, seed, stop, structured_outputs, temperature, tool_choice, tools, top_p]
            endpoints:
              - provider: groq
                model: openai/gpt-oss-120b
                pricing: {prompt: "0.00000015", completion: "0.0000006", input_cache_read: "0.000000075"}
          - id: openai/gpt-oss-20b
            name: "OpenAI: gpt-oss-20b"
            created: 1754414229
            description: An open-weight reasoning model of 21 billion parameters, 3.6 billion active.
            context_length: 131072
            max_completion_tokens: 65536
            tokenizer: GPT
            hugging_face_id: openai/gpt-oss-20b
            knowledge_cutoff: "2024-06-30"
            reasoning: {mandatory: true, default_effort: medium, efforts: [high, medium, low]}
            supported_parameters: *open
            endpoints:
              - provider: groq
                model: openai/gpt-oss-20b
                pricing: {prompt: "0.000000075", completion: "0.0000003", input_cache_read: "0.0000000375"}
        """
}
