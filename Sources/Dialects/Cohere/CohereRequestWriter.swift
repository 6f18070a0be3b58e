package import Buffers
package import Completions
import JSONText

/// Writes requests for Cohere's `/v2/chat`. Source: wire spec 3, 5.5, 6.1, 7.
package struct CohereRequestWriter {
    let request: CanonicalRequest
    let target: TranslationTarget
    var translation = Translation()

    /// The name of Cohere's own parts in a canonical request.
    static let dialect = "cohere"
    /// Sequences that end an answer; more are refused.
    private static let stopSequences = 5
    /// Bounds of Cohere's sampling parameters, which are narrower than those of others.
    private static let topP = 0.01...0.99
    private static let topK = 0...500
    private static let penalty = 0.0...1.0

    /// Appends the body.
    ///
    /// - Throws: A 400 that names the part which Cohere cannot be given: sound, film, documents that are not text.
    ///   Nothing is appended then.
    package static func write(
        _ request: CanonicalRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        let start = out.count
        var writer = CohereRequestWriter(request: request, target: target)
        do throws(APIError) {
            try out.appendJSON { (json: inout JSONWriter) throws(APIError) in try writer.writeBody(&json) }
        } catch {
            out.truncate(to: start)
            throw error
        }
        return writer.translation
    }

    private mutating func writeBody(_ json: inout JSONWriter) throws(APIError) {
        json.beginObject()
        json.member("model", target.model)
        json.member("stream", target.isStream)
        writeTools(&json)
        writeSampling(&json)
        let instruction = writeForm(&json)
        writeThinking(&json)
        writeOthers(&json)
        noteDropped()
        try writeMessages(instruction: instruction, &json)
        json.endObject()
    }

    private mutating func writeSampling(_ json: inout JSONWriter) {
        let sampling = request.sampling
        if let limit = request.maxTokens {
            json.member("max_tokens", min(limit, target.maxOutputTokens ?? limit))
        }
        if target.abilities.contains(.sampling) {
            json.member("temperature", sampling.temperature)
            json.member("p", sampling.topP.map { min(max($0, Self.topP.lowerBound), Self.topP.upperBound) })
            json.member("k", sampling.topK.map { min(max($0, Self.topK.lowerBound), Self.topK.upperBound) })
        } else {
            if sampling.temperature != nil { translation.drop("temperature") }
            if sampling.topP != nil { translation.drop("top_p") }
            if sampling.topK != nil { translation.drop("top_k") }
        }
        json.member("frequency_penalty", penalty(sampling.frequencyPenalty, "frequency_penalty"))
        json.member("presence_penalty", penalty(sampling.presencePenalty, "presence_penalty"))
        json.member("seed", sampling.seed)
        if request.wantsLogprobs == true { json.member("logprobs", true) }
        let stop = request.stop.filter { !$0.isEmpty }
        guard !stop.isEmpty else { return }
        if stop.count > Self.stopSequences { translation.drop("stop") }
        json.memberArray("stop_sequences") { json in
            for text in stop.prefix(Self.stopSequences) { json.string(text) }
        }
    }

    /// Cohere knows no reward for repetition.
    private mutating func penalty(_ value: Double?, _ name: String) -> Double? {
        guard let value else { return nil }
        if value < 0 {
            translation.drop(name)
            return nil
        }
        return min(value, Self.penalty.upperBound)
    }

    /// `response_format`; beside tools Cohere refuses it, so there the form is asked for in words. Returns those.
    private mutating func writeForm(_ json: inout JSONWriter) -> String? {
        var schema: RawJSON?
        switch request.outputFormat {
        case nil, .text: return nil
        case .native:
            translation.drop("response_format")
            return nil
        case .jsonObject: break
        case .jsonSchema(let format): schema = format.schema
        }
        let isWords = request.tools.contains { !$0.isNative }
        if isWords || schema != nil && !target.abilities.contains(.jsonSchema) {
            translation.drop(isWords ? "response_format" : "response_format.json_schema")
        }
        if !isWords {
            json.memberObject("response_format") { json in
                json.member("type", "json_object")
                if target.abilities.contains(.jsonSchema) { json.member("json_schema", schema) }
            }
            if schema == nil || target.abilities.contains(.jsonSchema) { return nil }
        }
        guard let schema else { return "Answer with one JSON object and nothing else." }
        return "Answer with one JSON value that follows this JSON Schema, and nothing else:\n\(schema.text)"
    }

    private mutating func writeThinking(_ json: inout JSONWriter) {
        let wish = request.reasoning
        let isOff = wish.effort == ReasoningPreferences.Effort.none || wish.isEnabled == false
        let isOn = wish.effort != nil || wish.maxTokens != nil || wish.isEnabled == true
        // A model that does not think refuses to be told how.
        guard target.abilities.contains(.reasoning) else {
            if isOn, !isOff { translation.drop("reasoning") }
            return
        }
        if isOff {
            json.memberObject("thinking") { $0.member("type", "disabled") }
        } else if isOn {
            let limit = [request.maxTokens, target.maxOutputTokens].compactMap(\.self).min()
            json.memberObject("thinking") { json in
                json.member("type", "enabled")
                json.member("token_budget", ReasoningBudget.tokens(for: wish, limit: limit))
            }
        }
    }

    /// Members that are Cohere's own are passed on; unknown ones are not.
    private mutating func writeOthers(_ json: inout JSONWriter) {
        for other in request.others {
            switch other.name {
            case "safety_mode", "documents", "citation_options", "priority", "raw_prompting":
                json.key(text: other.name)
                json.raw(other.json)
            default: if !RouterMembers.areOurs(other.name) { translation.drop(other.name) }
            }
        }
    }

    /// What was sent and has no place in this dialect. Source: wire spec 3, 4.
    private mutating func noteDropped() {
        let sampling = request.sampling
        noteCache(request.cache)
        let absent: [(String, Bool)] = [
            ("min_p", sampling.minP != nil), ("top_a", sampling.topA != nil),
            ("repetition_penalty", sampling.repetitionPenalty != nil), ("logit_bias", sampling.logitBias != nil),
            ("top_logprobs", request.topLogprobs ?? 0 > 0), ("n", request.choiceCount > 1),
            ("verbosity", request.verbosity != nil), ("prompt_cache_key", request.promptCacheKey != nil),
            ("prediction", request.predictedOutput != nil), ("user", request.user != nil),
            ("metadata", !request.metadata.isEmpty), ("modalities", request.outputModalities != .text),
            ("audio", request.audioOptions != nil), ("image_config", request.imageOptions != nil),
            ("web_search_options", request.webSearchOptions != nil),
            ("service_tier", request.serviceTier.map { $0 != "auto" && $0 != "default" } ?? false),
            ("reasoning.summary", request.reasoningSummary != nil),
            ("reasoning.context", request.reasoningContext != nil),
            ("reasoning.mode", request.reasoningMode != nil),
        ]
        for (name, isSent) in absent where isSent { translation.drop(name) }
    }

    mutating func noteCache(_ marker: CacheMarker?) {
        if marker != nil { translation.drop("cache_control") }
    }
}
