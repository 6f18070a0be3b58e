import JSONText

/// OpenRouter's `GET /models`: slugs, parameters and limits, prices in dollars per token.
enum OpenRouterList {
    private static let provider = "openrouter"
    /// Prices that mean there what they mean here; its `image` is a token's for some models and an image's for others.
    private static let components: [StaticString] = [
        "prompt", "completion", "request", "web_search", "audio", "input_cache_read", "input_cache_write",
    ]

    private static let parameters: [StaticString] = [
        "temperature", "top_p", "top_k", "frequency_penalty", "presence_penalty", "repetition_penalty",
    ]

    static func endpoints(_ root: JSONValue) -> [SourceEndpoint] {
        guard let data = root["data"] else { return [] }
        var endpoints: [SourceEndpoint] = []
        for model in data.elements {
            guard let slug = model["id"]?.string, !slug.hasPrefix("~"), !slug.hasPrefix("openrouter/"),
                !slug.hasSuffix(":batch")
            else { continue }
            var endpoint = SourceEndpoint(provider: provider, model: slug)
            for key in components { endpoint.prices["\(key)"] = model["pricing"]?.picos(key) }
            for key in ["request", "web_search", "audio"] where endpoint.prices[key] == 0 { endpoint.prices[key] = nil }
            endpoint.dropUnknowns()
            endpoint.facts = facts(model, slug)
            endpoints.append(endpoint)
        }
        return endpoints
    }

    private static func facts(_ model: JSONValue, _ slug: String) -> FactRecord {
        var facts = FactRecord()
        facts["id"] = .text(slug)
        if let dated = model["canonical_slug"]?.string, dated != slug { facts["canonical_slug"] = .text(dated) }
        for key in ["name", "created", "context_length"] as [StaticString] { copy(key, model, into: &facts) }
        if let top = model["top_provider"] { copy("max_completion_tokens", top, into: &facts) }
        if let architecture = model["architecture"] {
            for key in ["input_modalities", "output_modalities"] as [StaticString] {
                guard let list = architecture[key], list.count != 1 || list[0]?.equals("text") != true else { continue }
                facts["\(key)"] = FactValue(list)
            }
            for key in ["tokenizer", "instruct_type"] as [StaticString] { copy(key, architecture, into: &facts) }
        }
        for key in ["hugging_face_id", "knowledge_cutoff", "expiration_date"] as [StaticString] {
            copy(key, model, into: &facts)
        }
        if let recommended = model["default_parameters"] {
            var defaults = FactRecord()
            for key in parameters { copy(key, recommended, into: &defaults) }
            if !defaults.keys.isEmpty { facts["default_parameters"] = .record(defaults) }
        }
        copy("supported_parameters", model, into: &facts)
        return facts
    }

    private static func copy(_ key: StaticString, _ value: JSONValue, into facts: inout FactRecord) {
        guard let member = value[key], !member.isNull, !member.isEmptyString else { return }
        facts["\(key)"] = FactValue(member)
    }
}
