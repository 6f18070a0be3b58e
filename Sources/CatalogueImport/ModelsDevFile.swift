import JSONText

/// `api.json` of models.dev: providers with their models, prices in dollars per million tokens.
enum ModelsDevFile {
    private static let components: [(key: StaticString, ours: String)] = [
        ("input", "prompt"), ("output", "completion"), ("cache_read", "input_cache_read"),
        ("cache_write", "input_cache_write"), ("input_audio", "audio"), ("output_audio", "audio_output"),
        ("reasoning", "internal_reasoning"),
    ]

    static func endpoints(_ root: JSONValue, _ names: [String: String]) -> [SourceEndpoint] {
        var endpoints: [SourceEndpoint] = []
        for provider in root.members {
            guard let slug = names[provider.key.string], let models = provider.value["models"] else { continue }
            for member in models.members {
                var endpoint = SourceEndpoint(provider: slug, model: member.key.string)
                read(member.value, into: &endpoint)
                endpoints.append(endpoint)
            }
        }
        return endpoints
    }

    private static func read(_ value: JSONValue, into endpoint: inout SourceEndpoint) {
        if let cost = value["cost"] {
            endpoint.prices = prices(cost)
            endpoint.dropUnknowns()
            for tier in cost["tiers"]?.elements.map({ $0 }) ?? [] {
                guard let tokens = tier["tier"]?.tokens("size") else { continue }
                endpoint.setOverride(above: tokens, prices(tier))
            }
        }
        endpoint.contextLength = value["limit"]?.tokens("context")
        endpoint.maxCompletionTokens = value["limit"]?.tokens("output")
        endpoint.isDeprecated = value["status"]?.equals("deprecated") ?? false
    }

    private static func prices(_ value: JSONValue) -> [String: Int64] {
        var prices: [String: Int64] = [:]
        for (key, ours) in components { prices[ours] = value.picos(key, shift: -6) }
        return prices
    }
}
