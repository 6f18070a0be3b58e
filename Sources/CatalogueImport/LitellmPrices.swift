import JSONText

/// litellm's price map: one object of `provider/model` keys, prices in dollars per token.
enum LitellmPrices {
    private static let components: [(key: String, ours: String)] = [
        ("input_cost_per_token", "prompt"), ("output_cost_per_token", "completion"),
        ("input_cost_per_audio_token", "audio"), ("output_cost_per_audio_token", "audio_output"),
        ("cache_read_input_audio_token_cost", "input_audio_cache"), ("output_cost_per_image_token", "image_output"),
        ("output_cost_per_reasoning_token", "internal_reasoning"), ("cache_read_input_token_cost", "input_cache_read"),
        ("cache_creation_input_token_cost", "input_cache_write"),
        ("cache_creation_input_token_cost_above_1hr", "input_cache_write_1h"),
    ]
    /// Prompts above so many thousand tokens have prices of their own.
    private static let thresholds = [32, 100, 128, 200, 256, 272, 512]
    /// What ends the keys of a service tier.
    private static let tiers: [(name: String, suffix: String)] = [
        ("flex", "_flex"), ("priority", "_priority"), ("ultrafast", "_ultrafast"), ("batch", "_batches"),
    ]

    static func endpoints(_ root: JSONValue, _ names: [String: String]) -> [SourceEndpoint] {
        var endpoints: [SourceEndpoint] = []
        for member in root.members {
            guard let provider = member.value["litellm_provider"]?.string, let slug = names[provider],
                let mode = member.value["mode"]?.string, isCompletion(mode, member.value),
                let name = model(member.key.string, provider)
            else { continue }
            var endpoint = SourceEndpoint(provider: slug, model: name)
            endpoint.isResponsesOnly = mode == "responses"
            read(member.value, into: &endpoint)
            endpoints.append(endpoint)
        }
        return endpoints
    }

    /// Models that make images count where they answer chats: others are asked for sizes, not with messages.
    private static func isCompletion(_ mode: String, _ value: JSONValue) -> Bool {
        switch mode {
        case "chat", "responses": true
        case "image_generation":
            value["supported_endpoints"]?.elements.contains { $0.equals("/v1/chat/completions") } ?? false
        default: false
        }
    }

    /// The provider's own name of the model; nil for keys of one region.
    private static func model(_ key: String, _ provider: String) -> String? {
        for region in ["us.", "eu.", "apac.", "au.", "jp.", "global.", "us-gov.", "ca.", "bedrock/"]
        where key.hasPrefix(region) { return nil }
        guard let slash = key.firstIndex(of: "/") else { return key }
        let author = key[..<slash]
        let rest = key[key.index(after: slash)...]
        guard author == provider || provider.hasPrefix(author + "-") else { return key }
        for region in ["us/", "eu/", "apac/", "global/"] where rest.hasPrefix(region) { return nil }
        return String(rest)
    }

    private static func read(_ value: JSONValue, into endpoint: inout SourceEndpoint) {
        var texts: [String: String] = [:]
        for member in value.members {
            if let number = member.value.numberText { texts[member.key.string] = number }
        }
        func prices(_ suffix: String) -> [String: Int64] {
            var prices: [String: Int64] = [:]
            for (key, ours) in components { prices[ours] = texts[key + suffix].flatMap { PriceText.picos($0) } }
            return prices
        }
        endpoint.prices = prices("")
        endpoint.prices["request"] = texts["input_cost_per_request"].flatMap { PriceText.picos($0) }
        endpoint.prices["web_search"] = value["search_context_cost_per_query"]?.picos("search_context_size_medium")
        endpoint.dropUnknowns()
        for threshold in thresholds {
            endpoint.setOverride(above: threshold * 1000, prices("_above_\(threshold)k_tokens"))
            for tier in tiers {
                let own = prices("_above_\(threshold)k_tokens\(tier.suffix)")
                if !own.isEmpty { endpoint.tierOverrides[tier.name, default: [:]][threshold * 1000] = own }
            }
        }
        endpoint.contextLength = value.tokens("max_input_tokens")
        endpoint.maxCompletionTokens = value.tokens("max_output_tokens")
        endpoint.deprecationDate = value["deprecation_date"]?.string
    }
}
