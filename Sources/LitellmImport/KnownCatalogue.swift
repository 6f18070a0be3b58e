package import CatalogueImport

/// What the catalogue knows about the providers and models of a source: addresses, variables, prices, limits.
package struct KnownCatalogue {
    struct Provider {
        let slug: String
        let name: String
        let dialect: String
        /// May hold `${VARIABLE}`.
        let baseURL: String
        let keyVariable: String?
    }

    /// What it says about one model at one provider, in the JSON that is also YAML.
    struct Facts {
        let name: String?
        let pricing: String?
        let contextLength: String?
        let maxCompletionTokens: String?
        let parameters: String?
        let inputModalities: [String]
        let outputModalities: [String]
    }

    private let document: CatalogueDocument
    private let index: EndpointIndex
    private var providers: [String: Provider] = [:]
    /// Our slugs by LiteLLM's names.
    let slugs: [String: String]

    package init(_ document: CatalogueDocument) {
        self.document = document
        index = EndpointIndex(document)
        slugs = document.slugs(of: .litellm)
        for record in document.providers {
            guard let slug = record["slug"]?.text, let baseURL = record["base_url"]?.text else { continue }
            providers[slug] = Provider(
                slug: slug, name: record["name"]?.text ?? slug, dialect: record["dialect"]?.text ?? "openai",
                baseURL: baseURL, keyVariable: record["key_variable"]?.text)
        }
    }

    func provider(_ slug: String) -> Provider? { providers[slug] }

    /// The providers that serve a model under this name.
    func servers(of model: String) -> [String] {
        ["openai", "anthropic", "mistral", "deepseek", "xai", "cohere"].filter {
            index.place(provider: $0, model: model) != nil
        }
    }

    /// The endpoint of a provider's own name, else of the model that the name means without its date.
    private func place(_ provider: String, _ model: String) -> EndpointIndex.Place? {
        for name in [model, Self.undated(model)] {
            if let place = index.place(provider: provider, model: name) { return place }
            guard let position = index.model(of: name, at: provider) else { continue }
            let endpoints = document.models[position].endpoints
            if let endpoint = endpoints.firstIndex(where: { $0["provider"]?.text == provider }) {
                return EndpointIndex.Place(model: position, endpoint: endpoint)
            }
        }
        return nil
    }

    /// `claude-x` for `claude-x-20250929`, `claude-x@20250929` and `claude-x-latest`, `gpt-x` for `gpt-x-2025-08-07`.
    static func undated(_ model: String) -> String {
        var parts = model.split(separator: "@", maxSplits: 1)[...]
        var words = (parts.popFirst() ?? "").split(separator: "-", omittingEmptySubsequences: false)
        func isNumber(_ word: Substring, _ count: Int) -> Bool {
            word.utf8.count == count && word.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
        }
        if words.count > 1, let last = words.last, last == "latest" || isNumber(last, 8) {
            words.removeLast()
        } else if words.count > 3, isNumber(words[words.count - 1], 2), isNumber(words[words.count - 2], 2),
            isNumber(words[words.count - 3], 4)
        {
            words.removeLast(3)
        }
        return words.joined(separator: "-")
    }

    func facts(_ provider: String, _ model: String) -> Facts? {
        guard let place = place(provider, model) else { return nil }
        let record = document.models[place.model].facts
        let endpoint = document.models[place.model].endpoints[place.endpoint]
        func modalities(_ key: String) -> [String] { record[key]?.list.compactMap(\.text) ?? ["text"] }
        return Facts(
            name: record["name"]?.text, pricing: endpoint["pricing"]?.json,
            contextLength: (endpoint["context_length"] ?? record["context_length"])?.json,
            maxCompletionTokens: (endpoint["max_completion_tokens"] ?? record["max_completion_tokens"])?.json,
            parameters: (endpoint["supported_parameters"] ?? record["supported_parameters"])?.json,
            inputModalities: modalities("input_modalities"), outputModalities: modalities("output_modalities"))
    }
}
