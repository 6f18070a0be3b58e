import Configuration

/// What an entry of `model_list` says about its share of the traffic, its waits, its price and its size.
extension DeploymentReader {
    func readShare(_ params: SourceMapping, into endpoint: inout ImportedEndpoint) {
        endpoint.weight = params.take("weight")?.value.number
        endpoint.order = params.take("order")?.value.number.map { Int($0) }
        let requests = params.take("rpm")
        let tokens = params.take("tpm")
        endpoint.requestsPerMinute = requests?.value.number
        endpoint.tokensPerMinute = tokens?.value.number
        let parallel = params.take("max_parallel_requests")?.value ?? concurrency
        for (key, node) in [("rpm", requests?.value), ("tpm", tokens?.value), ("concurrency", parallel)] {
            if let text = Self.count(node, environment) { endpoint.limits.append((key, text)) }
        }
    }

    /// A whole number from 1 on, or a variable that holds one.
    static func count(_ node: YAMLNode?, _ environment: [String: String]) -> String? {
        guard let node else { return nil }
        if let number = node.number { return number >= 1 && number <= 1e9 ? "\(Int(number))" : nil }
        guard let value = ImportedValue(node, environment: environment), value.variable != nil else { return nil }
        return "\"\(value.text)\""
    }

    func readTimeouts(_ params: SourceMapping, into endpoint: inout ImportedEndpoint) {
        for (theirs, ours) in [("timeout", "total"), ("stream_timeout", "first_byte")] {
            guard let entry = params.take(theirs) else { continue }
            if let seconds = entry.value.number, let text = Self.duration(seconds) {
                endpoint.timeouts.append((ours, text))
            } else {
                log.dropped(entry.line, "\(params.path).\(theirs)", "no number of seconds")
            }
        }
        if let entry = params.take("api_version"), endpoint.providerSlug.hasPrefix("azure") {
            log.changed(
                entry.line, params.path + ".api_version", "Azure's API without dated versions (/openai/v1) is used")
        }
    }

    /// `30s`, or milliseconds where it is not whole.
    static func duration(_ seconds: Double) -> String? {
        guard seconds > 0, seconds <= 604_800 else { return nil }
        return seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(Int((seconds * 1000).rounded(.up)))ms"
    }

    private static let prices = [
        ("input_cost_per_token", "prompt"), ("output_cost_per_token", "completion"),
        ("cache_read_input_token_cost", "input_cache_read"), ("cache_creation_input_token_cost", "input_cache_write"),
        ("input_cost_per_audio_token", "audio"), ("input_cost_per_request", "request"),
        ("output_cost_per_reasoning_token", "internal_reasoning"),
    ]

    func readFacts(
        _ meaning: ProviderNames.Meaning, _ params: SourceMapping, _ info: SourceMapping,
        into endpoint: inout ImportedEndpoint
    ) {
        let base = info.take("base_model") ?? params.take("base_model")
        let known = facts(meaning, endpoint.model, base: base?.value.scalar)
        endpoint.id = info.take("id")?.value.scalar
        endpoint.displayName = known?.name
        endpoint.parameters = known?.parameters
        endpoint.contextLength =
            Self.count(info.take("max_input_tokens")?.value, environment) ?? known?.contextLength
        endpoint.maxCompletionTokens =
            Self.count(info.take("max_output_tokens", "max_tokens")?.value, environment)
            ?? known?.maxCompletionTokens
        if let context = endpoint.contextLength.flatMap({ Int($0) }),
            let output = endpoint.maxCompletionTokens.flatMap({ Int($0) }), output > context
        {
            endpoint.maxCompletionTokens = nil
        }
        readModalities(info, known, into: &endpoint)
        var own: [(String, String)] = []
        for (theirs, ours) in Self.prices {
            let entry = params.take(theirs) ?? info.take(theirs)
            _ = info.take(theirs)
            guard let entry else { continue }
            if let price = entry.value.scalar.flatMap({ DecimalText.plain($0) }) {
                own.append((ours, price))
            } else {
                log.dropped(entry.line, "\(endpoint.path).\(theirs)", "no price: a decimal number from 0 on is needed")
            }
        }
        if own.isEmpty {
            endpoint.pricing = known?.pricing
        } else {
            for needed in ["prompt", "completion"] where !own.contains(where: { $0.0 == needed }) {
                own.append((needed, "0"))
            }
            endpoint.pricing = "{" + own.map { "\"\($0.0)\": \"\($0.1)\"" }.joined(separator: ", ") + "}"
        }
        if endpoint.pricing == nil {
            log.attention(
                endpoint.line, endpoint.path,
                "no price is known, so that it counts as free; set pricing of the endpoint")
        }
    }

    private func readModalities(
        _ info: SourceMapping, _ known: KnownCatalogue.Facts?, into endpoint: inout ImportedEndpoint
    ) {
        let vision = info.take("supports_vision")?.value
        if let output = endpoint.mode.outputModality, known?.outputModalities.contains(output) != true {
            (endpoint.inputModalities, endpoint.outputModalities) = (["text"], [output])
        } else if let known {
            endpoint.inputModalities = known.inputModalities
            endpoint.outputModalities = known.outputModalities
        } else {
            // LiteLLM sends pictures to models that it does not know.
            endpoint.inputModalities = vision?.isFalse == true ? ["text"] : ["text", "image"]
        }
        if vision?.isTrue == true, !endpoint.inputModalities.contains("image") {
            endpoint.inputModalities.append("image")
        }
    }

    /// The catalogue's facts by the deployment's own name, else by its `base_model`.
    private func facts(_ meaning: ProviderNames.Meaning, _ model: String, base: String?) -> KnownCatalogue.Facts? {
        guard case .known(let slug) = meaning else { return nil }
        for name in [base, model].compactMap(\.self) {
            if let facts = catalogue.facts(slug, name) { return facts }
            let (other, _, upstream) = names.split(name, custom: nil)
            if case .known(let otherSlug) = other, let facts = catalogue.facts(otherSlug, upstream) { return facts }
            // Azure serves OpenAI's models at OpenAI's prices.
            if slug == "azure", let facts = catalogue.facts("openai", upstream) { return facts }
        }
        return nil
    }
}
