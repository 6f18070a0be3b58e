import Buffers
package import Completions
package import JSONText

/// Reads a request of Anthropic's Messages API, with the router's own members beside it, into canonical form.
///
/// Both versions of the API are taken: what `2026-10-21` refuses (sampling parameters, documents of the assistant,
/// citations of the user) is read, for the model may be another family's. `max_tokens` may be missing. The first fault
/// ends the reading with a 400 that names the field. Source: wire spec 2.4, openrouter spec 17.1.
package struct AnthropicRequestReader {
    var request = CanonicalRequest()
    private var system: [MessageItem] = []
    private var thinking: JSONValue?
    /// The same in the router's words.
    private var reasoning: JSONValue?
    /// `output_config.effort`: of thinking where the model is to think, else of the answer.
    var effort: ReasoningPreferences.Effort?
    private var metadataUser: String?
    private var hasMessages = false
    private var hasModels = false

    /// Reads a request body.
    ///
    /// - Throws: a 400 with `param` for the first field that is missing, of a wrong type, out of range or repeated.
    package static func read(_ root: JSONValue) throws(APIError) -> CanonicalRequest {
        try root.requireRequest()
        var reader = AnthropicRequestReader()
        for member in root.members where !member.value.isNull { try reader.read(member) }
        try reader.finish(root)
        return reader.request
    }

    private mutating func read(_ member: JSONMember) throws(APIError) {
        let value = member.value
        switch member.name {
        case "model": request.model = try value.requireString("model")
        case "messages":
            hasMessages = true
            try readMessages(value)
        case "system": system = try readSystem(value)
        case "max_tokens":
            request.maxTokens = try value.requireInteger(0...DialectLimits.outputTokens.upperBound, "max_tokens")
        case "stream": request.isStream = try value.requireBool("stream")
        case "temperature": request.sampling.temperature = try value.requireNumber(0...2, "temperature")
        case "top_p": request.sampling.topP = try value.requireNumber(0...1, "top_p")
        case "top_k": request.sampling.topK = try value.requireInteger(0...Int.max, "top_k")
        case "stop_sequences":
            request.stop = try value.requireStrings(atMost: DialectLimits.messageStopSequences, "stop_sequences")
        case "tools": try readTools(value)
        case "tool_choice": try readToolChoice(value)
        case "thinking": thinking = value
        case "output_config": try readOutputConfig(value)
        case "output_format": try readOutputFormat(value, "output_format")
        case "cache_control": request.cache = try readCache(value, "cache_control")
        case "metadata": try readMetadata(value)
        case "user": request.user = try value.requireString(atMost: DialectLimits.userCharacters, "user")
        case "service_tier":
            let tier = try value.requireString("service_tier")
            request.serviceTier = tier == "standard_only" ? "default" : tier
        case "fallbacks": try readFallbacks(value)
        default: try readOther(member)
        }
    }

    /// The router's own words mean the same as in chat.
    private mutating func readOther(_ member: JSONMember) throws(APIError) {
        let value = member.value
        switch member.name {
        case "reasoning":
            reasoning = value
            return
        case "parallel_tool_calls":
            request.allowsParallelToolCalls = try value.requireBool("parallel_tool_calls")
            return
        case "models": hasModels = true
        default: if try request.readFurtherSampling(member) { return }
        }
        request.others.append(NamedJSON(member.key.string, RawJSON(value.rawText)))
    }

    private mutating func readMetadata(_ value: JSONValue) throws(APIError) {
        try value.requireObject("metadata")
        for member in value.members where !member.value.isNull {
            let name = member.key.string
            let text = try member.value.requireString(
                atMost: DialectLimits.metadataValueCharacters, "metadata.\(name)")
            if name == "user_id" { metadataUser = text } else { request.metadata.append(StringPair(name, text)) }
        }
        guard request.metadata.count <= DialectLimits.metadataPairs else {
            throw .invalid("metadata", "'metadata' may have at most \(DialectLimits.metadataPairs) pairs.")
        }
    }

    /// The same as `models`, in the words of this dialect.
    private mutating func readFallbacks(_ value: JSONValue) throws(APIError) {
        try value.requireArray("fallbacks")
        guard value.count <= DialectLimits.messageFallbacks else {
            throw .invalid(
                "fallbacks", "'fallbacks' may have at most \(DialectLimits.messageFallbacks) entries; use 'models'.")
        }
        var models: [String] = []
        for fallback in value.elements {
            try fallback.requireObject("fallbacks[\(models.count)]")
            guard let model = fallback["model"], fallback.count == 1 else {
                throw .invalid(
                    "fallbacks[\(models.count)]", "'fallbacks[\(models.count)]' must have 'model' and nothing else.")
            }
            models.append(RawJSON(string: try model.requireString("fallbacks[\(models.count)].model")).text)
        }
        guard !models.isEmpty else { return }
        request.others.append(NamedJSON("models", RawJSON("[" + models.joined(separator: ",") + "]")))
    }

    /// What can only be judged once every field is known.
    private mutating func finish(_ root: JSONValue) throws(APIError) {
        guard hasMessages else {
            throw .invalid(
                "messages",
                "'messages' is missing; send an array of messages such as [{\"role\": \"user\", \"content\": \"Hello\"}]."
            )
        }
        if hasModels, let fallbacks = root["fallbacks"], !fallbacks.isNull {
            throw .invalid("fallbacks", "'fallbacks' and 'models' exclude each other; send one of them.")
        }
        if !system.isEmpty { request.messages.insert(Message(.system, system), at: 0) }
        if request.user == nil { request.user = metadataUser }
        if let reasoning {
            if thinking != nil {
                throw .invalid("reasoning", "'reasoning' and 'thinking' exclude each other; send one of them.")
            }
            try request.readReasoning(reasoning)
        }
        try finishThinking(thinking)
    }
}

extension RawJSON {
    /// A string as JSON text.
    init(string: String) {
        var writer = JSONWriter()
        writer.string(string)
        self.init(writer.finish().text)
    }
}
