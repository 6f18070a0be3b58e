import Accounting
import JSONText

/// Reads Converse's `usage`, whose `inputTokens` leave out what was read from and written to the cache, into totals
/// that include their parts. Source: wire spec 8.
enum BedrockUsage {
    /// - Parameter reasoning: Tokens of thinking, which only the model's own fields tell.
    static func read(_ usage: JSONValue, reasoning: Int?) -> TokenUsage? {
        guard let input = count(usage["inputTokens"]), let output = count(usage["outputTokens"]) else { return nil }
        let cached = count(usage["cacheReadInputTokens"]) ?? count(usage["cacheReadInputTokenCount"]) ?? 0
        let written = count(usage["cacheWriteInputTokens"]) ?? count(usage["cacheWriteInputTokenCount"]) ?? 0
        var hour = 0
        if let details = usage["cacheDetails"] {
            for detail in details.elements where detail["ttl"]?.equals("1h") == true {
                hour += count(detail["inputTokens"]) ?? 0
            }
        }
        var result = TokenUsage(prompt: input + cached + written, completion: output)
        result.cached = cached
        result.cacheWrite1h = min(hour, written)
        result.cacheWrite5m = written - result.cacheWrite1h
        result.reasoning = min(reasoning ?? 0, output)
        return result
    }

    /// `usage.output_tokens_details` of the model's own fields, where they were asked for.
    static func reasoning(_ fields: JSONValue?) -> Int? {
        let details = fields?["usage"]?["output_tokens_details"] ?? fields?["output_tokens_details"]
        return count(details?["thinking_tokens"]) ?? count(details?["reasoning_tokens"])
    }

    /// A count that is not negative and small enough that sums of a few cannot overflow.
    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.integer else { return nil }
        return Int(min(max(number, 0), 1 << 40))
    }
}
