import Accounting
import JSONText

/// Reads the `usage` object of OpenAI-compatible hosts into one meaning: totals that include their parts.
struct ChatUsage {
    private var usage = TokenUsage()
    private var prompt: Int?
    private var completion: Int?
    private var total: Int?
    /// Where hosts report the cache when not in the details.
    private var cachedBeside: Int?
    private var writtenBeside: Int?
    /// All that was written to the cache, of either kind.
    private var written: Int?
    /// The same, added up where it is told by its duration.
    private var writtenByDuration: Int?
    private var reasoningBeside: Int?
    /// What Perplexity's research read of its sources.
    private var citations: Int?

    /// Returns nil for null and for an object that reports nothing.
    static func read(_ usage: JSONValue) -> TokenUsage? {
        guard usage.isObject else { return nil }
        var reader = ChatUsage()
        for member in usage.members { reader.take(member) }
        return reader.finish()
    }

    private mutating func take(_ member: JSONMember) {
        let value = member.value
        switch member.name {
        case "prompt_tokens": prompt = Self.count(value)
        case "completion_tokens": completion = Self.count(value)
        case "total_tokens": total = Self.count(value)
        case "prompt_tokens_details":
            for member in value.members { takePromptDetail(member) }
        // DeepSeek and Moonshot report the cache at the top level, Perplexity its reasoning and searches.
        case "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens": cachedBeside = Self.count(value)
        case "reasoning_tokens": reasoningBeside = Self.count(value)
        case "num_search_queries": usage.webSearches = Self.count(value) ?? 0
        case "server_tool_use": usage.webSearches = value["web_search_requests"].flatMap(Self.count) ?? 0
        // Dollars (OpenRouter, Perplexity, DeepInfra), or ticks of a ten-billionth of a dollar (xAI).
        case "cost", "estimated_cost": usage.upstreamCost = Self.dollars(value) ?? usage.upstreamCost
        case "cost_in_usd_ticks": usage.upstreamCost = Self.count(value).map { Credits(nanos: Int64($0 / 10)) }
        // Longer than names in a switch may be.
        default:
            if member.key.equals("completion_tokens_details") {
                for member in value.members { takeCompletionDetail(member) }
            } else if member.key.equals("cache_creation_input_tokens") {
                writtenBeside = Self.count(value)
            } else if member.key.equals("citation_tokens") {
                citations = Self.count(value)
            }
        }
    }

    private mutating func takePromptDetail(_ member: JSONMember) {
        let value = member.value
        switch member.name {
        case "cached_tokens": usage.cached = Self.count(value) ?? 0
        case "cached_tokens_details": usage.cachedAudio = value["audio_tokens"].flatMap(Self.count) ?? 0
        // OpenAI's and OpenRouter's name, and that of gateways which speak for Anthropic.
        case "cache_write_tokens", "cache_creation_tokens": written = Self.count(value)
        case "audio_tokens": usage.audioPrompt = Self.count(value) ?? 0
        case "image_tokens": usage.imagePrompt = Self.count(value) ?? 0
        case "video_tokens": usage.videoPrompt = Self.count(value) ?? 0
        default:
            // The first and the last are DashScope's.
            if member.key.equals("cache_creation_input_tokens") {
                written = Self.count(value)
            } else if member.key.equals("cache_creation_token_details") || member.key.equals("cache_creation") {
                takeDurations(value)
            }
        }
    }

    private mutating func takeDurations(_ value: JSONValue) {
        guard value.isObject else { return }
        usage.cacheWrite1h = value["ephemeral_1h_input_tokens"].flatMap(Self.count) ?? 0
        writtenByDuration = usage.cacheWrite1h + (value["ephemeral_5m_input_tokens"].flatMap(Self.count) ?? 0)
    }

    private mutating func takeCompletionDetail(_ member: JSONMember) {
        let value = member.value
        switch member.name {
        case "reasoning_tokens": usage.reasoning = Self.count(value) ?? 0
        case "audio_tokens": usage.audioCompletion = Self.count(value) ?? 0
        case "image_tokens": usage.imageCompletion = Self.count(value) ?? 0
        default:
            if member.key.equals("accepted_prediction_tokens") { usage.acceptedPrediction = Self.count(value) }
            if member.key.equals("rejected_prediction_tokens") { usage.rejectedPrediction = Self.count(value) }
        }
    }

    private consuming func finish() -> TokenUsage? {
        guard prompt != nil || completion != nil else { return nil }
        var usage = self.usage
        usage.prompt = prompt ?? 0
        usage.completion = completion ?? 0
        if usage.cached == 0 { usage.cached = cachedBeside ?? 0 }
        usage.cacheWrite5m = max(0, (written ?? writtenByDuration ?? writtenBeside ?? 0) - usage.cacheWrite1h)
        if usage.reasoning == 0 { usage.reasoning = reasoningBeside ?? 0 }
        if let citations { addResearch(citations, &usage) }
        // xAI reports reasoning beside the completion instead of inside it. Only the total proves which of the two a
        // host does.
        let sum = usage.prompt + usage.completion
        if let total, usage.reasoning > 0, total == sum + usage.reasoning { usage.completion += usage.reasoning }
        usage.total = usage.prompt + usage.completion
        Self.clampParts(&usage)
        return usage
    }

    /// Perplexity's research bills its reasoning and what it read of its sources beside prompt and completion, and leaves
    /// both out of its total. What was read has the price of the prompt.
    private func addResearch(_ citations: Int, _ usage: inout TokenUsage) {
        usage.prompt += citations
        usage.completion += reasoningBeside ?? 0
    }

    /// Parts are priced apart from their totals, so a part above its total would be money from nowhere.
    static func clampParts(_ usage: inout TokenUsage) {
        usage.cached = min(usage.cached, usage.prompt)
        usage.cacheWrite1h = min(usage.cacheWrite1h, usage.prompt - usage.cached)
        usage.cacheWrite5m = min(usage.cacheWrite5m, usage.prompt - usage.cached - usage.cacheWrite1h)
        usage.audioPrompt = min(usage.audioPrompt, usage.prompt)
        usage.cachedAudio = min(usage.cachedAudio, usage.cached, usage.audioPrompt)
        usage.imagePrompt = min(usage.imagePrompt, usage.prompt)
        usage.videoPrompt = min(usage.videoPrompt, usage.prompt)
        usage.reasoning = min(usage.reasoning, usage.completion)
        usage.audioCompletion = min(usage.audioCompletion, usage.completion)
        usage.imageCompletion = min(usage.imageCompletion, usage.completion)
    }

    private static func dollars(_ cost: JSONValue) -> Credits? {
        let number = cost.isObject ? cost["total_cost"] : cost
        guard let number, number.isNumber else { return nil }
        return number.withRawSpan { Credits(parsing: $0) }
    }

    /// A count that is not negative and small enough that sums of a few cannot overflow.
    private static func count(_ value: JSONValue) -> Int? {
        guard let number = value.integer else { return nil }
        return Int(min(max(number, 0), 1 << 40))
    }
}
