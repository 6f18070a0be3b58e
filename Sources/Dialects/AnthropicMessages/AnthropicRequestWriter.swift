package import Buffers
import Catalog
package import Completions
import JSONText

/// Writes a canonical request for Anthropic's Messages API.
///
/// Version `2023-06-01` takes all that the later one does; what that refuses is left out and named. The same request
/// always gives the same bytes, and the messages stand last, so that a conversation that goes on begins as it began.
/// Source: wire spec 2.4, 3, 5.2.
package struct AnthropicRequestWriter {
    let request: CanonicalRequest
    let target: TranslationTarget
    var translation = Translation()
    var turns: AnthropicTurns
    var tools = AnthropicTools()
    var thinking = AnthropicThinking()
    var sampling = SamplingParameters()
    /// `output_config.format.schema`.
    private var schema: RawJSON?
    /// What the system prompt has to say about the form of the answer, where the API has no field for it.
    private var instruction: String?

    /// Appends the body.
    ///
    /// - Returns: what was left out, and the names that changed.
    /// - Throws: a 400 where something has no equivalent that may not be left out.
    package static func write(
        _ request: CanonicalRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        var writer = AnthropicRequestWriter(request, target)
        try writer.plan()
        out.appendJSON { writer.write(&$0) }
        return writer.translation
    }

    private init(_ request: CanonicalRequest, _ target: TranslationTarget) {
        self.request = request
        self.target = target
        turns = AnthropicTurns(takesSystemAnywhere: target.abilities.contains(.systemAnywhere))
    }

    /// Decides everything before the first byte.
    private mutating func plan() throws(APIError) {
        planTools()
        var names = translation.names
        try turns.build(request.messages) { names.anthropicName($0) }
        translation.names = names
        try checkMedia()
        if target.anthropicVersion == .of2026, turns.removeCitationsOfUsers() {
            translation.drop("messages.content.citations")
        }
        planMissingTools()
        try planPrefill()
        planFormat()
        planToolChoice()
        planThinking()
        planSampling()
        planLeftOut()
    }

    private mutating func planPrefill() throws(APIError) {
        guard hasPrefill, !target.abilities.contains(.prefill) else { return }
        throw .invalid(
            "messages",
            "This model does not go on with the beginning of an answer; end 'messages' with a message of the user.")
    }

    /// Whether the conversation ends with the beginning of an answer. Calls of server tools are a turn that was paused.
    var hasPrefill: Bool {
        guard let last = turns.turns.last, last.role == .assistant else { return false }
        return switch last.blocks.last {
        case .text, .note: true
        default: false
        }
    }

    private mutating func planFormat() {
        switch request.outputFormat {
        case nil, .text?: break
        case .jsonObject?: instruct("Answer with one JSON object and nothing else.")
        case .native?: translation.drop("response_format")
        case .jsonSchema(let format)?:
            guard let given = format.schema else {
                return instruct("Answer with one JSON object and nothing else.")
            }
            schema = target.abilities.contains(.jsonSchema) ? AnthropicSchema.strict(given) : nil
            if schema != nil { return }
            if planAnswerTool(format, given) { return }
            instruct("Answer with one JSON value and nothing else. It must match this JSON Schema:\n" + given.text)
        }
    }

    /// Asks for the form of the answer in words, which is less than was asked for.
    private mutating func instruct(_ words: String) {
        instruction = words
        translation.drop("response_format")
    }

    /// A model that takes no schema for its answer takes one for a tool, which it can be made to call.
    private mutating func planAnswerTool(_ format: JSONSchemaFormat, _ schema: RawJSON) -> Bool {
        let thinks = AnthropicThinking.isWanted(request, target)
        guard tools.list.isEmpty, target.abilities.contains(.forcedTools), !thinks, !hasPrefill,
            AnthropicSchema.isObject(schema)
        else { return false }
        let name = translation.names.anthropicName(format.name.isEmpty ? "answer" : format.name)
        let description = format.description ?? "Gives the answer. Always call this."
        tools.list = [.function(name: name, Tool(name: name, description: description, parameters: schema), nil)]
        tools.forced = .tool(name)
        translation.answerTool = name
        return true
    }

    private mutating func planSampling() {
        sampling = request.sampling
        if !target.abilities.contains(.sampling) || target.anthropicVersion == .of2026 {
            Self.drop(&sampling.temperature, "temperature", &translation)
            Self.drop(&sampling.topP, "top_p", &translation)
            Self.drop(&sampling.topK, "top_k", &translation)
        }
        if let temperature = sampling.temperature { sampling.temperature = min(max(temperature, 0), 1) }
        // Models since Opus 4.1 take either, and who gives a temperature means it.
        if sampling.temperature != nil { Self.drop(&sampling.topP, "top_p", &translation) }
        if thinking.budget != nil {
            // Thinking takes the usual temperature only, and no narrow choice of tokens.
            if sampling.temperature == 1 { sampling.temperature = nil }
            Self.drop(&sampling.temperature, "temperature", &translation)
            Self.drop(&sampling.topK, "top_k", &translation)
            if let topP = sampling.topP, topP < 0.95 { Self.drop(&sampling.topP, "top_p", &translation) }
        }
        Self.drop(&sampling.minP, "min_p", &translation)
        Self.drop(&sampling.topA, "top_a", &translation)
        Self.drop(&sampling.frequencyPenalty, "frequency_penalty", &translation)
        Self.drop(&sampling.presencePenalty, "presence_penalty", &translation)
        Self.drop(&sampling.repetitionPenalty, "repetition_penalty", &translation)
        Self.drop(&sampling.seed, "seed", &translation)
        Self.drop(&sampling.logitBias, "logit_bias", &translation)
    }

    private mutating func planLeftOut() {
        for name in turns.leftOut { translation.drop(name) }
        if request.choiceCount > 1 { translation.drop("n") }
        if request.wantsLogprobs == true { translation.drop("logprobs") }
        if request.topLogprobs != nil { translation.drop("top_logprobs") }
        if request.predictedOutput != nil { translation.drop("prediction") }
        if request.audioOptions != nil { translation.drop("audio") }
        if request.imageOptions != nil { translation.drop("image_config") }
        if request.outputModalities != .text { translation.drop("modalities") }
        if request.promptCacheKey != nil { translation.drop("prompt_cache_key") }
        if !request.metadata.isEmpty { translation.drop("metadata") }
        if request.user != nil, userID == nil { translation.drop("user") }
        if let tier = request.serviceTier, serviceTier(tier) == nil { translation.drop("service_tier") }
        if request.stop.contains(where: { $0.allSatisfy(\.isWhitespace) }) { translation.drop("stop") }
        for member in request.others where !RouterMembers.areOurs(member.name) && !isOwn(member.name) {
            translation.drop(member.name)
        }
    }

    private static func drop<Value>(_ value: inout Value?, _ name: String, _ translation: inout Translation) {
        guard value != nil else { return }
        value = nil
        translation.drop(name)
    }

    private func write(_ json: inout JSONWriter) {
        let blocks = AnthropicBlocks(wrapped: translation.wrappedTools)
        // The first version has other names on other platforms.
        let version = target.anthropicVersion == .of2023 ? nil : target.anthropicVersion.rawValue
        json.object { json in
            switch target.platform {
            case .own: json.member("model", target.model)
            case .vertex: json.member("anthropic_version", version ?? "vertex-2023-10-16")
            case .bedrock: json.member("anthropic_version", version ?? "bedrock-2023-05-31")
            }
            json.member("max_tokens", thinking.maxTokens)
            if target.isStream, target.platform != .bedrock { json.member("stream", true) }
            json.member("temperature", sampling.temperature)
            json.member("top_p", sampling.topP)
            json.member("top_k", sampling.topK)
            writeStop(&json)
            thinking.write(&json)
            writeOutputConfig(blocks, &json)
            tools.writeChoice(&json)
            if let userID { json.memberObject("metadata") { $0.member("user_id", userID) } }
            json.member("service_tier", request.serviceTier.flatMap(serviceTier))
            if let cache = request.cache { AnthropicBlocks.writeCache(cache, &json) }
            writeOthers(&json)
            tools.write(blocks, &json)
            writeSystem(blocks, &json)
            json.memberArray("messages") { json in
                for turn in turns.turns { blocks.write(turn, &json) }
            }
        }
    }

    private func writeStop(_ json: inout JSONWriter) {
        let sequences = request.stop.filter { !$0.allSatisfy(\.isWhitespace) }
        if sequences.isEmpty { return }
        json.memberArray("stop_sequences") { json in
            for sequence in sequences { json.string(sequence) }
        }
    }

    private func writeOutputConfig(_ blocks: AnthropicBlocks, _ json: inout JSONWriter) {
        let rest = other("output_config")
        guard thinking.effort != nil || schema != nil || rest != nil else { return }
        json.memberObject("output_config") { json in
            json.member("effort", thinking.effort)
            if let schema {
                json.memberObject("format") { json in
                    json.member("type", "json_schema")
                    json.member("schema", schema)
                }
            }
            if let rest { blocks.writeMembers(of: rest, &json) }
        }
    }

    private func writeSystem(_ blocks: AnthropicBlocks, _ json: inout JSONWriter) {
        if turns.system.isEmpty, instruction == nil { return }
        json.memberArray("system") { json in
            for item in turns.system { blocks.write(item, &json) }
            if let instruction { blocks.write(TextItem(instruction), &json) }
        }
    }

    /// Members of this dialect that no other has, as they came. Unknown ones would be refused.
    private func writeOthers(_ json: inout JSONWriter) {
        for name in Self.ownMembers {
            if let value = other("\(name)") { json.member(name, value) }
        }
        if target.isFast, other("speed") == nil { json.member("speed", "fast") }
    }

    private static let ownMembers: [StaticString] = [
        "context_management", "container", "mcp_servers", "inference_geo", "speed", "diagnostics",
    ]

    private func isOwn(_ name: String) -> Bool {
        name == "thinking" || name == "output_config" || Self.ownMembers.contains { "\($0)" == name }
    }

    func other(_ name: String) -> RawJSON? { request.others.first { $0.name == name }?.json }

    /// Opaque to Anthropic, which refuses addresses of persons and long ids.
    private var userID: String? {
        guard let user = request.user, user.utf8.count <= 256, !user.utf8.contains(UInt8(ascii: "@")) else {
            return nil
        }
        return user
    }

    private func serviceTier(_ tier: String) -> String? {
        switch tier {
        case "auto", "priority": "auto"
        case "default", "standard", "standard_only": "standard_only"
        default: nil
        }
    }
}

extension ToolNameMap {
    /// A tool's name as Anthropic takes it.
    mutating func anthropicName(_ name: String) -> String {
        sent(for: name, atMost: 128, allows: AnthropicWords.isNameByte)
    }
}
