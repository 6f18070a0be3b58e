import Accounting
import JSONText

/// Reads what an answer of the Responses dialect says it used: totals that include their parts.
enum ResponsesUsage {
    /// - Parameter searches: what was seen of searches, for hosts that do not count them.
    /// - Returns: nil for an answer that reports nothing.
    static func read(_ response: JSONValue, searches: Int) -> TokenUsage? {
        guard let report = response["usage"], report.isObject else { return nil }
        guard let prompt = count(report["input_tokens"]), let completion = count(report["output_tokens"]) else {
            return nil
        }
        var usage = TokenUsage(prompt: prompt, completion: completion)
        if let details = report["input_tokens_details"] {
            usage.cached = min(count(details["cached_tokens"]) ?? 0, prompt)
            let written = min(count(details["cache_write_tokens"]) ?? 0, prompt - usage.cached)
            // Twelve hours are the dear kind, as an hour is elsewhere.
            usage.cacheWrite1h = min(count(details["cache_write_tokens_details"]?["ttl_12h_tokens"]) ?? 0, written)
            usage.cacheWrite5m = written - usage.cacheWrite1h
            usage.audioPrompt = min(count(details["audio_tokens"]) ?? 0, prompt)
            usage.imagePrompt = min(count(details["image_tokens"]) ?? 0, prompt)
        }
        if let details = report["output_tokens_details"] {
            let reasoning = count(details["reasoning_tokens"]) ?? 0
            // As in the chat dialect: only the total proves that reasoning is counted beside the rest.
            if reasoning > 0, count(report["total_tokens"]) == prompt + completion + reasoning {
                usage.completion += reasoning
            }
            usage.reasoning = min(reasoning, usage.completion)
            usage.audioCompletion = min(count(details["audio_tokens"]) ?? 0, usage.completion)
            usage.imageCompletion = min(count(details["image_tokens"]) ?? 0, usage.completion)
        }
        usage.total = usage.prompt + usage.completion
        usage.webSearches = count(response["tool_usage"]?["web_search"]?["num_requests"]) ?? searches
        usage.upstreamCost = cost(report)
        return usage
    }

    /// Dollars (OpenRouter), or ticks of a ten-billionth of a dollar (xAI).
    private static func cost(_ report: JSONValue) -> Credits? {
        if let ticks = count(report["cost_in_usd_ticks"]) { return Credits(nanos: Int64(ticks / 10)) }
        guard let dollars = report["cost"], dollars.isNumber else { return nil }
        return dollars.withRawSpan { Credits(parsing: $0) }
    }

    /// A count that is not negative and small enough that sums of a few cannot overflow.
    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.integer else { return nil }
        return Int(min(max(number, 0), 1 << 40))
    }
}
