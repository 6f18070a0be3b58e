import Accounting
import JSONText

/// Reads the `usage` object of OpenAI-compatible hosts into one meaning: totals that include their parts.
enum ChatUsage {
    /// Returns nil for null and for an object that reports nothing.
    static func read(_ usage: JSONValue) -> TokenUsage? {
        guard usage.isObject else { return nil }
        let prompt = count(usage["prompt_tokens"])
        let completion = count(usage["completion_tokens"])
        guard prompt != nil || completion != nil else { return nil }
        var result = TokenUsage(prompt: prompt ?? 0, completion: completion ?? 0)
        readPromptDetails(usage, into: &result)
        let details = usage["completion_tokens_details"]
        result.reasoning = count(details?["reasoning_tokens"]) ?? count(usage["reasoning_tokens"]) ?? 0
        if let details {
            result.audioCompletion = count(details["audio_tokens"]) ?? 0
            result.imageCompletion = count(details["image_tokens"]) ?? 0
            result.acceptedPrediction = count(details["accepted_prediction_tokens"])
            result.rejectedPrediction = count(details["rejected_prediction_tokens"])
        }
        result.webSearches =
            count(usage["num_search_queries"]) ?? count(usage["server_tool_use"]?["web_search_requests"]) ?? 0
        result.upstreamCost = cost(usage)
        addSeparateReasoning(total: count(usage["total_tokens"]), to: &result)
        clampParts(&result)
        return result
    }

    private static func readPromptDetails(_ usage: JSONValue, into result: inout TokenUsage) {
        if let details = usage["prompt_tokens_details"] {
            result.cached = count(details["cached_tokens"]) ?? 0
            result.cacheWrite5m = count(details["cache_write_tokens"]) ?? 0
            result.audioPrompt = count(details["audio_tokens"]) ?? 0
            result.imagePrompt = count(details["image_tokens"]) ?? 0
            result.videoPrompt = count(details["video_tokens"]) ?? 0
        }
        // DeepSeek and Moonshot report the cache at the top level.
        if result.cached == 0 {
            result.cached = count(usage["prompt_cache_hit_tokens"]) ?? count(usage["cached_tokens"]) ?? 0
        }
    }

    /// xAI reports reasoning beside the completion instead of inside it. Only the total proves which of the two a
    /// host does.
    private static func addSeparateReasoning(total: Int?, to usage: inout TokenUsage) {
        let sum = usage.prompt + usage.completion
        if let total, usage.reasoning > 0, total == sum + usage.reasoning { usage.completion += usage.reasoning }
        usage.total = usage.prompt + usage.completion
    }

    /// Parts are priced apart from their totals, so a part above its total would be money from nowhere.
    private static func clampParts(_ usage: inout TokenUsage) {
        usage.cached = min(usage.cached, usage.prompt)
        usage.cacheWrite5m = min(usage.cacheWrite5m, usage.prompt - usage.cached)
        usage.audioPrompt = min(usage.audioPrompt, usage.prompt)
        usage.imagePrompt = min(usage.imagePrompt, usage.prompt)
        usage.videoPrompt = min(usage.videoPrompt, usage.prompt)
        usage.reasoning = min(usage.reasoning, usage.completion)
        usage.audioCompletion = min(usage.audioCompletion, usage.completion)
        usage.imageCompletion = min(usage.imageCompletion, usage.completion)
    }

    /// What the provider says it charged: dollars under `cost` (OpenRouter, Perplexity), `estimated_cost`
    /// (DeepInfra), or ticks of a ten-billionth of a dollar (xAI).
    private static func cost(_ usage: JSONValue) -> Credits? {
        if let ticks = count(usage["cost_in_usd_ticks"]) { return Credits(nanos: Int64(ticks / 10)) }
        guard let cost = usage["cost"] ?? usage["estimated_cost"] else { return nil }
        let dollars = cost.isObject ? cost["total_cost"] : cost
        guard let dollars, dollars.kind == .number else { return nil }
        return dollars.withRawSpan { Credits(parsing: $0) }
    }

    /// A count that is not negative and small enough that sums of a few cannot overflow.
    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.integer else { return nil }
        return Int(min(max(number, 0), 1 << 40))
    }
}
