package import Buffers
package import Completions
import JSONText

/// Writes a request in the router's own dialect: what a caller of another dialect asked, as if it had been asked here.
///
/// The body is what `ChatRequestDecoder` takes, and reading it again gives the same request, as far as a chat message
/// can say it: thoughts before text before calls. What it has no words for is left out and named.
///
/// The same request always gives the same bytes, and `messages` stands last: a conversation that goes on has the one
/// before as its beginning.
package struct ChatRequestWriter {
    let request: CanonicalRequest
    /// Whose request it is: what only other dialects know at the top level is for no host of this one.
    let caller: CallerDialect
    /// The rules of the host it is for; nil for this router, and for others like it.
    let host: ChatHostRules?
    var translation = Translation()
    /// What results of tools hold beside text, where the host takes none of it there: it follows as the user's.
    var moved: [MessageItem] = []
    /// Tools that are written: a native one of another dialect is not.
    var hasTools = false
    /// Messages that are written: one of which nothing is left is not.
    var hasMessages = false

    /// Appends the whole body.
    ///
    /// - Parameters:
    ///   - caller: the dialect that the request came in.
    ///   - host: the rules of the host it is for; nil for this router, and for others like it.
    /// - Returns: what had to be left out, and the names that had to be changed.
    @discardableResult
    package static func write(
        _ request: CanonicalRequest, of caller: CallerDialect = .chat, for host: ChatHostRules? = nil,
        into out: inout ByteBuffer
    ) -> Translation {
        var writer = ChatRequestWriter(request: request, caller: caller, host: host)
        out.appendJSON { json in
            json.object { writer.write(into: &$0) }
        }
        return writer.translation
    }

    /// Appends the body for one endpoint. What its host takes of it is for `ChatRequestSplice` to know.
    package static func write(
        _ request: CanonicalRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        var request = request
        request.model = target.model
        request.isStream = target.isStream
        return write(request, into: &out)
    }

    private mutating func write(into json: inout JSONWriter) {
        json.member("model", request.model)
        if request.isStream { json.member("stream", true) }
        // None at all, which Anthropic takes to fill its cache, is one elsewhere.
        json.member("max_tokens", request.maxTokens.map { max($0, 1) })
        writeSampling(into: &json)
        if !request.stop.isEmpty {
            json.memberArray("stop") { json in
                for text in request.stop.prefix(DialectLimits.stopSequences) { json.string(text) }
            }
            if request.stop.count > DialectLimits.stopSequences { translation.drop("stop") }
        }
        writeReasoning(into: &json)
        json.member("verbosity", request.verbosity)
        writeOutputFormat(into: &json)
        writeModalities(into: &json)
        json.member("audio", request.audioOptions)
        json.member("image_config", request.imageOptions)
        json.member("prediction", request.predictedOutput)
        json.member("web_search_options", request.webSearchOptions)
        if request.choiceCount != 1 { json.member("n", request.choiceCount) }
        json.member("logprobs", request.wantsLogprobs)
        json.member("top_logprobs", request.topLogprobs)
        if let cache = request.cache { cache.writeControl(into: &json) }
        json.member("prompt_cache_key", request.promptCacheKey)
        json.member("user", request.user)
        json.member("service_tier", request.serviceTier)
        if !request.metadata.isEmpty {
            json.memberObject("metadata") { json in
                for pair in request.metadata {
                    json.key(text: pair.name)
                    json.string(pair.value)
                }
            }
        }
        writeOthers(into: &json)
        writeTools(into: &json)
        json.key("messages")
        json.beginArray()
        for message in request.messages { write(message, into: &json) }
        writeMoved(into: &json)
        if !hasMessages, !request.messages.isEmpty { writeNothing(into: &json) }
        json.endArray()
    }

    /// A conversation is never empty, though there be nothing of it that this dialect can say.
    private func writeNothing(into json: inout JSONWriter) {
        json.object { json in
            json.member("role", "user")
            json.member("content", "")
        }
    }

    /// Members that have no meaning in common: all of a chat caller's, and the router's own of any other.
    private mutating func writeOthers(into json: inout JSONWriter) {
        for other in request.others {
            if caller.isChat || Self.names.contains(other.name) {
                json.member(other)
            } else {
                translation.drop(other.name)
            }
        }
    }

    private static let names = Set(RequestField.allCases.map { "\($0.wireName)" })

    private func writeSampling(into json: inout JSONWriter) {
        let sampling = request.sampling
        json.member("temperature", sampling.temperature)
        // Nothing but the likeliest token; this dialect's range is open there.
        json.member("top_p", sampling.topP.map { max($0, Self.topPMin) })
        json.member("top_k", sampling.topK)
        json.member("min_p", sampling.minP)
        json.member("top_a", sampling.topA)
        json.member("frequency_penalty", sampling.frequencyPenalty)
        json.member("presence_penalty", sampling.presencePenalty)
        json.member("repetition_penalty", sampling.repetitionPenalty)
        json.member("seed", sampling.seed)
        json.member("logit_bias", sampling.logitBias)
    }

    private static let topPMin = 0.000001

    private func writeReasoning(into json: inout JSONWriter) {
        let wishes = request.reasoning
        let summary = request.reasoningSummary
        if wishes == ReasoningPreferences(), summary == nil, request.reasoningContext == nil,
            request.reasoningMode == nil
        {
            return
        }
        json.memberObject("reasoning") { json in
            json.member("effort", wishes.effort?.rawValue)
            json.member("max_tokens", wishes.maxTokens)
            json.member("enabled", wishes.isEnabled)
            if wishes.isExcluded { json.member("exclude", true) }
            json.member("summary", summary)
            json.member("context", request.reasoningContext)
            json.member("mode", request.reasoningMode)
        }
    }

    private func writeOutputFormat(into json: inout JSONWriter) {
        switch request.outputFormat {
        case nil: break
        case .text: json.memberObject("response_format") { $0.member("type", "text") }
        case .jsonObject: json.memberObject("response_format") { $0.member("type", "json_object") }
        case .native(let format): json.member("response_format", format)
        case .jsonSchema(let format):
            json.memberObject("response_format") { json in
                json.member("type", "json_schema")
                json.memberObject("json_schema") { json in
                    json.member("name", Self.schemaName(format.name))
                    json.member("description", format.description)
                    json.member("strict", format.isStrict)
                    json.member("schema", format.schema)
                }
            }
        }
    }

    /// The name under this dialect's rules; other dialects have none.
    private static func schemaName(_ name: String) -> String {
        let bytes = name.utf8.prefix(DialectLimits.schemaNameBytes).map { $0.isSchemaNameByte ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "answer" : String(decoding: bytes, as: UTF8.self)
    }

    private func writeModalities(into json: inout JSONWriter) {
        let modalities = request.outputModalities
        if modalities == .text { return }
        json.memberArray("modalities") { json in
            if modalities.contains(.text) { json.string("text") }
            if modalities.contains(.image) { json.string("image") }
            if modalities.contains(.audio) { json.string("audio") }
        }
    }
}

extension CacheMarker {
    /// Writes the marker as a member: Anthropic's, or OpenAI's where the time is one that only that knows.
    func writeMarker(into json: inout JSONWriter) {
        guard let ttl, ttl != "5m", ttl != "1h" else { return writeControl(into: &json) }
        json.memberObject("prompt_cache_breakpoint") { json in
            json.member("mode", "explicit")
            json.member("ttl", ttl)
        }
    }

    /// Writes `cache_control`.
    func writeControl(into json: inout JSONWriter) {
        json.memberObject("cache_control") { json in
            json.member("type", "ephemeral")
            json.member("ttl", ttl)
        }
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ member: NamedJSON) {
        key(text: member.name)
        raw(member.json)
    }
}
