/// Which provider a LiteLLM model string means.
struct ProviderNames {
    enum Meaning: Equatable {
        /// A provider of the catalogue, by its slug.
        case known(String)
        /// A host that speaks OpenAI's dialect, with the address it has unless one is given.
        case compatible(name: String, defaultBase: String?)
        case unknown
    }

    let catalogue: KnownCatalogue

    /// Names that the catalogue's `sources` do not list, or lists under another spelling.
    private static let more = [
        "cohere": "cohere", "perplexity": "perplexity", "openrouter": "openrouter", "databricks": "databricks",
        "huggingface": "huggingface", "vertex_ai_beta": "google-vertex", "text-completion-openai": "openai",
        "azure_text": "azure", "text-completion-codestral": "mistral", "codestral": "mistral",
    ]
    private static let compatible: [String: String?] = [
        "ollama": "http://localhost:11434", "ollama_chat": "http://localhost:11434", "lm_studio": nil,
        "hosted_vllm": nil, "vllm": nil, "openai_like": nil, "custom_openai": nil, "xinference": nil,
        "llamafile": "http://127.0.0.1:8080/v1", "litellm_proxy": nil, "infinity": nil, "oobabooga": nil,
        "docker_model_runner": nil, "azure_ai": nil, "custom": nil,
        "nvidia_nim": "https://integrate.api.nvidia.com/v1",
    ]
    /// LiteLLM's own variables where they are not the catalogue's.
    private static let variables = [
        "together": "TOGETHERAI_API_KEY", "fireworks": "FIREWORKS_AI_API_KEY", "perplexity": "PERPLEXITYAI_API_KEY",
        "huggingface": "HUGGINGFACE_API_KEY", "databricks": "DATABRICKS_API_KEY", "nvidia_nim": "NVIDIA_NIM_API_KEY",
        "lm_studio": "LM_STUDIO_API_KEY", "hosted_vllm": "HOSTED_VLLM_API_KEY", "azure_ai": "AZURE_AI_API_KEY",
    ]

    /// The variable that LiteLLM reads a provider's key from where the file names none.
    func keyVariable(_ meaning: Meaning) -> String? {
        switch meaning {
        case .known(let slug): Self.variables[slug] ?? catalogue.provider(slug)?.keyVariable
        case .compatible(let name, _): name == "nvidia_nim" ? Self.variables[name] : nil
        case .unknown: nil
        }
    }

    /// What a prefix, or `custom_llm_provider`, stands for.
    func meaning(of name: String) -> Meaning {
        if let slug = catalogue.slugs[name] ?? Self.more[name] { return .known(slug) }
        if let base = Self.compatible[name] { return .compatible(name: name, defaultBase: base) }
        return .unknown
    }

    /// The provider and its own name of the model.
    func split(_ model: String, custom: String?) -> (meaning: Meaning, prefix: String, model: String) {
        if let slash = model.firstIndex(of: "/") {
            let prefix = String(model[..<slash])
            let found = meaning(of: prefix)
            if found != .unknown { return (found, prefix, String(model[model.index(after: slash)...])) }
        }
        if let custom { return (meaning(of: custom), custom, model) }
        // LiteLLM knows the names of some providers without a prefix.
        if let slug = catalogue.servers(of: model).first { return (.known(slug), slug, model) }
        for (start, slug) in Self.starts where model.hasPrefix(start) { return (.known(slug), slug, model) }
        return (.unknown, model.split(separator: "/").first.map(String.init) ?? "", model)
    }

    private static let starts = [
        ("gpt-", "openai"), ("chatgpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4", "openai"),
        ("ft:gpt-", "openai"), ("text-embedding-3-", "openai"), ("text-embedding-ada-", "openai"),
        ("claude-", "anthropic"), ("gemini-", "google-vertex"), ("command", "cohere"),
    ]

    /// What a model is for, told from its name; nil for what there is no route for.
    static func mode(of model: String) -> ImportedEndpoint.Mode? {
        let name = model.lowercased()
        let unserved = ["whisper", "tts-", "-tts", "dall-e", "gpt-image", "imagen", "transcribe"]
        if unserved.contains(where: { name.contains($0) }) { return nil }
        return name.contains("rerank") ? .rerank : name.contains("embed") ? .embedding : .chat
    }
}

extension String {
    func contains(_ part: String) -> Bool {
        var rest = self[...]
        while !rest.isEmpty {
            if rest.hasPrefix(part) { return true }
            rest = rest.dropFirst()
        }
        return part.isEmpty
    }
}
