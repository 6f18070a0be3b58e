package import Buffers
package import Completions
import JSONText

/// Writes a request for a provider that speaks the Responses dialect.
///
/// `store` is always false: whoever keeps a conversation, it is not the provider. `input` comes last, so that a
/// conversation's next request begins with the bytes of the one before. Source: wire spec 3 (column Responses), 4.
package struct ResponsesRequestWriter {
    /// The fewest output tokens that OpenAI lets a request ask for.
    static let minOutputTokens = 16
    /// The longest id of a call, and name of a tool, that OpenAI takes.
    static let identifierBytes = 64

    let request: CanonicalRequest
    let target: TranslationTarget
    var translation = Translation()
    /// Tools that are written: a native one of another dialect is not.
    var hasTools = false
    /// Calls of freeform tools, whose results have a type of their own.
    var customCalls: Set<String> = []

    /// Appends the body.
    ///
    /// - Returns: what was left out or renamed.
    /// - Throws: a 400 with `param` for content that the dialect cannot carry.
    package static func write(
        _ request: CanonicalRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        var writer = ResponsesRequestWriter(request: request, target: target)
        writer.translation.reasoningFormat = target.reasoningFormat
        try out.appendJSON { (json) throws(APIError) in try writer.write(&json) }
        return writer.translation
    }

    private mutating func write(_ json: inout JSONWriter) throws(APIError) {
        json.beginObject()
        json.member("model", target.model)
        json.member("stream", target.isStream)
        json.member("store", false)
        let conversation = writeInstructions(&json)
        writeTools(&json)
        writeToolChoice(&json)
        writeText(&json)
        writeReasoning(&json)
        writeInclude(&json)
        writeLimits(&json)
        writeSampling(&json)
        writeIdentity(&json)
        writeOthers(&json)
        json.key("input")
        json.beginArray()
        for index in conversation { try write(request.messages[index], index, &json) }
        json.endArray()
        json.endObject()
    }

    /// A system prompt of one plain text goes beside the conversation, all others into it.
    private func writeInstructions(_ json: inout JSONWriter) -> Range<Int> {
        guard let first = request.messages.first, first.role == .system, first.items.count == 1,
            case .text(let text) = first.items[0], text.cache == nil
        else { return 0..<request.messages.count }
        json.member("instructions", text.text)
        return 1..<request.messages.count
    }

    private func writeLimits(_ json: inout JSONWriter) {
        guard let wanted = request.maxTokens else { return }
        let limit = min(wanted, target.maxOutputTokens ?? wanted)
        json.member("max_output_tokens", max(limit, Self.minOutputTokens))
    }

    private mutating func writeSampling(_ json: inout JSONWriter) {
        let sampling = request.sampling
        if target.abilities.contains(.sampling) {
            json.member("temperature", sampling.temperature)
            json.member("top_p", sampling.topP)
        } else {
            drop(sampling.temperature != nil, "temperature")
            drop(sampling.topP != nil, "top_p")
        }
        if request.wantsLogprobs == true { json.member("top_logprobs", request.topLogprobs) }
        drop(sampling.topK != nil, "top_k")
        drop(sampling.minP != nil, "min_p")
        drop(sampling.topA != nil, "top_a")
        drop(sampling.frequencyPenalty ?? 0 != 0, "frequency_penalty")
        drop(sampling.presencePenalty ?? 0 != 0, "presence_penalty")
        drop(sampling.repetitionPenalty != nil, "repetition_penalty")
        drop(sampling.seed != nil, "seed")
        drop(sampling.logitBias != nil, "logit_bias")
        drop(!request.stop.isEmpty, "stop")
        drop(request.choiceCount > 1, "n")
        drop(request.predictedOutput != nil, "prediction")
        drop(request.audioOptions != nil, "audio")
        drop(request.imageOptions != nil, "image_config")
        drop(request.outputModalities != .text, "modalities")
        leaveOut(request.cache)
    }

    private func writeIdentity(_ json: inout JSONWriter) {
        if !request.metadata.isEmpty {
            json.memberObject("metadata") { json in
                for pair in request.metadata {
                    json.key(text: pair.name)
                    json.string(pair.value)
                }
            }
        }
        json.member("safety_identifier", request.user)
        json.member("service_tier", request.serviceTier)
        json.member("prompt_cache_key", request.promptCacheKey)
    }

    /// Members that only this dialect has words for. Those of the router are its own business, and what nobody knows
    /// would be refused.
    private mutating func writeOthers(_ json: inout JSONWriter) {
        for other in request.others {
            switch other.name {
            case "truncation", "max_tool_calls", "context_management", "moderation":
                json.key(text: other.name)
                json.raw(other.json.text.utf8Span.span)
            case "prompt_cache_options", "prompt_cache_retention":
                if target.abilities.contains(.cacheMarkers) {
                    json.key(text: other.name)
                    json.raw(other.json.text.utf8Span.span)
                } else {
                    translation.drop(other.name)
                }
            case "safety_identifier":
                if request.user == nil {
                    json.key("safety_identifier")
                    json.raw(other.json.text.utf8Span.span)
                }
            case "include": break
            default: if !Self.routerMembers.contains(other.name) { translation.drop(other.name) }
            }
        }
    }

    private static let routerMembers: Set<String> = [
        "models", "provider", "plugins", "preset", "route", "transforms", "trace", "session_id", "debug", "usage",
        "stream_options", "fallbacks", "include_reasoning",
    ]

    mutating func drop(_ isSet: Bool, _ name: String) {
        if isSet { translation.drop(name) }
    }
}
