import Completions
import JSONText

/// `generationConfig`: how the next token is drawn, what form the answer has, how much the model thinks.
/// Source: wire spec 3, 6.1.
extension GeminiRequestWriter {
    /// How the form of the answer is asked for.
    struct OutputPlan {
        /// The answer is one JSON value.
        var isJSON = false
        var schema: RawJSON?
        /// Where the endpoint cannot be told otherwise: what is asked of the model in words.
        var instruction: String?
    }

    /// Sequences that end an answer; more are refused.
    private static let stopSequences = 5
    /// The largest thinking budget of any model.
    private static let thinkingBudgetMax = 32_768
    /// The largest budget that every thinking model takes.
    private static let commonBudgetMax = 24_576
    /// The smallest budget of models that cannot be kept from thinking.
    private static let thinkingBudgetMin = 128

    /// Older models refuse a form of answer beside functions, some refuse schemas: there the form is asked for in
    /// words, because a request for JSON is never silently dropped.
    mutating func outputPlan() -> OutputPlan {
        var plan = OutputPlan()
        switch request.outputFormat {
        case nil, .text: return plan
        case .native: translation.drop("response_format")
        case .jsonObject: plan.isJSON = true
        case .jsonSchema(let format):
            plan.isJSON = true
            plan.schema = format.schema
        }
        guard plan.isJSON else { return plan }
        if hasFunctions, !isThirdGeneration {
            plan.instruction = Self.instruction(plan.schema)
            plan.isJSON = false
            plan.schema = nil
            translation.drop("response_format")
        } else if plan.schema != nil, !target.abilities.contains(.jsonSchema) {
            plan.instruction = Self.instruction(plan.schema)
            plan.schema = nil
            translation.drop("response_format.json_schema")
        }
        return plan
    }

    private static func instruction(_ schema: RawJSON?) -> String {
        guard let schema else { return "Answer with one JSON object and nothing else." }
        return "Answer with one JSON value that follows this JSON Schema, and nothing else:\n\(schema.text)"
    }

    mutating func writeGenerationConfig(_ output: OutputPlan, _ json: inout JSONWriter) {
        json.key("generationConfig")
        json.beginObject()
        writeSampling(&json)
        if let limit = request.maxTokens {
            json.member("maxOutputTokens", min(limit, target.maxOutputTokens ?? limit))
        }
        writeStop(&json)
        if request.choiceCount > 1 { json.member("candidateCount", request.choiceCount) }
        if request.wantsLogprobs == true {
            json.member("responseLogprobs", true)
            if let count = request.topLogprobs, count > 0 { json.member("logprobs", count) }
        }
        writeForm(output, &json)
        writeModalities(&json)
        writeThinking(&json)
        if let resolution = request.others.first(where: { ["media_resolution", "mediaResolution"].contains($0.name) }) {
            json.key("mediaResolution")
            json.raw(resolution.json)
        }
        json.endObject()
    }

    private mutating func writeSampling(_ json: inout JSONWriter) {
        let sampling = request.sampling
        if target.abilities.contains(.sampling) {
            json.member("temperature", sampling.temperature)
            json.member("topP", sampling.topP)
            json.member("topK", sampling.topK)
        } else {
            if sampling.temperature != nil { translation.drop("temperature") }
            if sampling.topP != nil { translation.drop("top_p") }
            if sampling.topK != nil { translation.drop("top_k") }
        }
        if isThirdGeneration {
            if sampling.frequencyPenalty != nil { translation.drop("frequency_penalty") }
            if sampling.presencePenalty != nil { translation.drop("presence_penalty") }
        } else {
            json.member("frequencyPenalty", sampling.frequencyPenalty)
            json.member("presencePenalty", sampling.presencePenalty)
        }
        // A seed of 32 bits: a larger one keeps its lower half, so the same seed is still the same.
        json.member("seed", sampling.seed.map { Int64(Int32(truncatingIfNeeded: $0)) })
    }

    private mutating func writeStop(_ json: inout JSONWriter) {
        let stop = request.stop.filter { !$0.isEmpty }
        guard !stop.isEmpty else { return }
        if stop.count > Self.stopSequences { translation.drop("stop") }
        json.memberArray("stopSequences") { json in
            for text in stop.prefix(Self.stopSequences) { json.string(text) }
        }
    }

    private mutating func writeForm(_ output: OutputPlan, _ json: inout JSONWriter) {
        guard output.isJSON else { return }
        json.member("responseMimeType", "application/json")
        guard let schema = output.schema else { return }
        json.key("responseJsonSchema")
        for keyword in writeSchema(schema, &json) {
            translation.drop("response_format.json_schema.schema: \(keyword)")
        }
    }

    private mutating func writeModalities(_ json: inout JSONWriter) {
        let modalities = request.outputModalities
        guard modalities.contains(.image) || modalities.contains(.audio) else {
            if request.audioOptions != nil { translation.drop("audio") }
            if request.imageOptions != nil { translation.drop("image_config") }
            return
        }
        json.memberArray("responseModalities") { json in
            // Models that speak do nothing else.
            if modalities.contains(.text), !modalities.contains(.audio) { json.string("TEXT") }
            if modalities.contains(.image) { json.string("IMAGE") }
            if modalities.contains(.audio) { json.string("AUDIO") }
        }
        if modalities.contains(.audio), let options = request.audioOptions, let audio = try? scan(options.text) {
            if let voice = audio["voice"]?.string {
                json.memberObject("speechConfig") { json in
                    json.memberObject("voiceConfig") { json in
                        json.memberObject("prebuiltVoiceConfig") { $0.member("voiceName", voice) }
                    }
                }
            }
        }
        if modalities.contains(.image), let options = request.imageOptions, let image = try? scan(options.text) {
            json.memberObject("imageConfig") { json in
                json.member("aspectRatio", (image["aspect_ratio"] ?? image["aspectRatio"])?.string)
                json.member("imageSize", (image["image_size"] ?? image["imageSize"])?.string)
            }
        }
    }

    /// `thinkingLevel` or `thinkingBudget`, never both.
    private mutating func writeThinking(_ json: inout JSONWriter) {
        let wish = request.reasoning
        let isOff = wish.effort == ReasoningPreferences.Effort.none || wish.isEnabled == false
        let isOn = wish.effort != nil || wish.maxTokens != nil || wish.isEnabled == true
        // A model that does not think refuses to be told how.
        guard target.abilities.contains(.reasoning) else {
            if isOn, !isOff { translation.drop("reasoning") }
            return
        }
        guard isOff || isOn else {
            if wish.isExcluded { json.memberObject("thinkingConfig") { $0.member("includeThoughts", false) } }
            return
        }
        json.key("thinkingConfig")
        json.beginObject()
        json.member("includeThoughts", !isOff && !wish.isExcluded)
        if isOff {
            writeThinkingOff(&json)
        } else if target.abilities.contains(.adaptiveThinking), wish.maxTokens == nil {
            json.member("thinkingLevel", "\(level(efforts.nearest(to: wish.effort ?? .medium)))")
        } else {
            json.member("thinkingBudget", budget(wish))
        }
        json.endObject()
    }

    /// As little as the model can.
    private mutating func writeThinkingOff(_ json: inout JSONWriter) {
        // 2.5 Pro cannot stop, whatever a catalogue says of it. Source: wire spec 6.1.
        let cannot = target.abilities.contains(.alwaysThinks) || target.model.contains("gemini-2.5-pro")
        if target.abilities.contains(.adaptiveThinking) {
            json.member("thinkingLevel", cannot ? "LOW" : "\(level(.minimal))")
            translation.drop(request.reasoning.effort == nil ? "reasoning.enabled" : "reasoning.effort")
        } else {
            json.member("thinkingBudget", cannot ? Self.thinkingBudgetMin : 0)
            if cannot { translation.drop(request.reasoning.effort == nil ? "reasoning.enabled" : "reasoning.effort") }
        }
    }

    private var efforts: KnownEfforts { KnownEfforts(target.efforts) }

    private func level(_ effort: ReasoningPreferences.Effort) -> StaticString {
        switch effort {
        case .max, .xhigh, .high: "HIGH"
        case .medium: "MEDIUM"
        case .low: "LOW"
        case .minimal, .none: knowsMinimal ? "MINIMAL" : "LOW"
        }
    }

    /// The Pro models of the third generation refuse `MINIMAL`.
    private var knowsMinimal: Bool {
        guard let efforts = target.efforts, !efforts.isEmpty else { return true }
        return efforts.contains(.minimal) || !efforts.contains(.low)
    }

    /// Tokens to think with: as asked, or the effort's share of the output tokens; always less than those.
    private func budget(_ wish: ReasoningPreferences) -> Int? {
        let limit = [request.maxTokens, target.maxOutputTokens].compactMap(\.self).min()
        var budget: Int
        if let asked = wish.maxTokens {
            budget = min(asked, Self.thinkingBudgetMax)
        } else {
            let effort = wish.effort ?? .medium
            let share = limit.map { Int(Double($0) * ReasoningBudget.share(effort)) } ?? Self.budget(effort)
            budget = min(max(share, 1024), Self.commonBudgetMax)
        }
        guard let limit else { return budget }
        budget = min(budget, limit - 1)
        return budget >= Self.thinkingBudgetMin ? budget : nil
    }

    /// Where no limit is known to take a share of.
    private static func budget(_ effort: ReasoningPreferences.Effort) -> Int {
        switch effort {
        case .max, .xhigh: 16_384
        case .high: 8_192
        case .medium: 4_096
        case .low: 2_048
        case .minimal, .none: 1_024
        }
    }
}
