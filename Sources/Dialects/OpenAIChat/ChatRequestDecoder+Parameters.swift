import Completions
import JSONText

extension ChatRequestDecoder {
    /// Sampling parameters and switches: checked, and otherwise left to the provider.
    mutating func readParameter(_ field: RequestField, _ value: JSONValue) throws(APIError) {
        switch field {
        case .maxTokens, .maxCompletionTokens:
            let limit = try value.requireInteger(DialectLimits.outputTokens, "\(field.wireName)")
            // The newer spelling wins where both are sent.
            if field == .maxCompletionTokens || request.maxTokens == nil { request.maxTokens = limit }
        case .count: request.choiceCount = try value.requireInteger(DialectLimits.choices, "n")
        case .bestOf: bestOf = try value.requireInteger(DialectLimits.choices, "best_of")
        case .temperature: try value.requireNumber(0...2, "temperature")
        case .topP: try value.requireNumber(0...1, openBelow: true, "top_p")
        case .topK: _ = try value.requireInteger(0...Int.max, "top_k")
        case .minP: try value.requireNumber(0...1, "min_p")
        case .topA: try value.requireNumber(0...1, "top_a")
        case .frequencyPenalty: try value.requireNumber(-2...2, "frequency_penalty")
        case .presencePenalty: try value.requireNumber(-2...2, "presence_penalty")
        case .repetitionPenalty: try value.requireNumber(0...2, openBelow: true, "repetition_penalty")
        case .seed: _ = try value.requireInteger(Int.min...Int.max, "seed")
        case .topLogprobs: _ = try value.requireInteger(DialectLimits.topLogprobs, "top_logprobs")
        case .logprobs: logprobs = value
        case .logitBias: try readLogitBias(value)
        case .stop: try readStop(value)
        case .maxToolCalls: _ = try value.requireInteger(DialectLimits.serverToolSteps, "max_tool_calls")
        case .structuredOutputs, .parallelToolCalls, .echo, .store: _ = try value.requireBool("\(field.wireName)")
        case .verbosity: _ = try value.requireWord(Verbosity.self, "verbosity")
        case .route, .suffix, .promptCacheKey: try value.checkString("\(field.wireName)")
        case .speed:
            try value.checkString("speed")
            request.wantsSpeed = value.equals("fast")
        case .debug:
            try value.requireObject("debug")
            if let echo = value["echo_upstream_body"], !echo.isNull {
                request.echoesUpstreamBody = try echo.requireBool("debug.echo_upstream_body")
            }
        case .cacheControl, .promptCacheOptions, .prediction, .audio, .imageConfig, .deferredTools,
            .webSearchOptions, .xSearchFilter:
            guard value.kind == .object else { throw value.wrongType("\(field.wireName)", "an object") }
        case .stopServerToolsWhen, .functions: try value.requireArray("\(field.wireName)")
        default: break
        }
    }

    private enum Verbosity: String, CaseIterable {
        case low, medium, high, xhigh, max
    }

    private func readLogitBias(_ value: JSONValue) throws(APIError) {
        guard value.kind == .object else {
            throw value.wrongType("logit_bias", "an object that maps token ids to numbers from -100 to 100")
        }
        for member in value.members {
            try member.value.requireNumber(-100...100, "logit_bias.\(member.key.string)")
        }
    }

    private func readStop(_ value: JSONValue) throws(APIError) {
        if value.kind == .string { return }
        guard value.kind == .array else { throw value.wrongType("stop", "a string or an array of up to 4 strings") }
        _ = try value.requireStrings(atMost: DialectLimits.stopSequences, "stop")
    }

    mutating func readStreamOptions(_ value: JSONValue) throws(APIError) {
        try value.requireObject("stream_options")
        guard let includeUsage = value["include_usage"] else { return }
        request.layout.includeUsage = includeUsage.range
        if !includeUsage.isNull { _ = try includeUsage.requireBool("stream_options.include_usage") }
    }

    /// Usage is always returned; the switch is accepted and has no effect.
    func readUsage(_ value: JSONValue) throws(APIError) {
        try value.requireObject("usage")
        if let include = value["include"], !include.isNull { _ = try include.requireBool("usage.include") }
    }

    mutating func readModalities(_ value: JSONValue) throws(APIError) {
        var modalities: CompletionRequest.Modalities = []
        for (index, word) in try value.requireStrings(atMost: 8, "modalities").enumerated() {
            switch word {
            case "text": modalities.insert(.text)
            case "image": modalities.insert(.image)
            case "audio": modalities.insert(.audio)
            default:
                throw .invalid(
                    "modalities[\(index)]", "'modalities[\(index)]' must be \"text\", \"image\" or \"audio\".")
            }
        }
        if !modalities.isEmpty { request.outputModalities = modalities }
    }

    /// The former spelling of the plugin `context-compression`: named or left out.
    mutating func readTransforms(_ value: JSONValue) throws(APIError) {
        let names = try value.requireStrings(atMost: DialectLimits.fallbackModels, "transforms")
        if let index = names.firstIndex(where: { $0 != "middle-out" }) {
            throw .invalid(
                "transforms[\(index)]", "'transforms[\(index)]' must be \"middle-out\", the only one there is.")
        }
        if !hasCompressionPlugin { request.compression = names.isEmpty ? .off : .on }
    }

    private mutating func readCompression(_ plugin: JSONValue, _ index: Int, isEnabled: Bool) throws(APIError) {
        if let engine = plugin["engine"], !engine.isNull, !engine.equals("middle-out") {
            throw .invalid(
                "plugins[\(index)].engine", "'plugins[\(index)].engine' must be \"middle-out\", the only one there is.")
        }
        hasCompressionPlugin = true
        request.compression = isEnabled ? .on : .off
    }

    mutating func readPlugins(_ value: JSONValue) throws(APIError) {
        try value.requireArray("plugins")
        for plugin in value.elements {
            let index = request.plugins.count
            try plugin.requireObject("plugins[\(index)]")
            guard let id = plugin["id"] else {
                throw .invalid("plugins[\(index)].id", "'plugins[\(index)].id' is missing; name the plugin.")
            }
            var isEnabled = true
            if let enabled = plugin["enabled"], !enabled.isNull {
                isEnabled = try enabled.requireBool("plugins[\(index)].enabled")
            }
            let name = try id.requireString("plugins[\(index)].id")
            if name == "web", isEnabled { request.wantsWebSearch = true }
            if name == "response-healing" { request.wantsHealing = isEnabled }
            if name == "context-compression" { try readCompression(plugin, index, isEnabled: isEnabled) }
            request.plugins.append(CompletionRequest.Plugin(id: name, isEnabled: isEnabled))
        }
    }
}
