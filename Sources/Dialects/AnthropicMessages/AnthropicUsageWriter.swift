import Accounting
import Buffers
import JSONText

/// The `usage` objects callers get: counts as Anthropic counts, where the input is without what the cache read or
/// wrote, and what it cost. Source: wire spec 8, openrouter spec 17.1.
enum AnthropicUsageWriter {
    /// - Parameters:
    ///   - tier: the service tier that served, in our words.
    ///   - charge: nil where it is not known yet, at the beginning of a stream.
    static func write(_ usage: TokenUsage, tier: String?, charge: Charge?, _ json: inout JSONWriter) {
        json.object { json in
            json.member("input_tokens", max(0, usage.prompt - usage.cached - usage.cacheWrite))
            json.member("cache_creation_input_tokens", usage.cacheWrite)
            json.member("cache_read_input_tokens", usage.cached)
            json.memberObject("cache_creation") { json in
                json.member("ephemeral_5m_input_tokens", usage.cacheWrite5m)
                json.member("ephemeral_1h_input_tokens", usage.cacheWrite1h)
            }
            json.member("output_tokens", usage.completion)
            if usage.reasoning > 0 {
                json.memberObject("output_tokens_details") { $0.member("thinking_tokens", usage.reasoning) }
            }
            if usage.webSearches > 0 {
                json.memberObject("server_tool_use") { json in
                    json.member("web_search_requests", usage.webSearches)
                    json.member("web_fetch_requests", 0)
                }
            }
            if let tier { writeTier(tier, &json) }
            guard let charge else { return }
            json.member("cost", nanos: charge.total.nanos)
            json.member("is_byok", charge.direct != nil)
            json.memberObject("cost_details") { json in
                json.directCost(of: charge)
                json.member("upstream_inference_prompt_cost", nanos: charge.inference.prompt.nanos)
                json.member("upstream_inference_completions_cost", nanos: charge.inference.completion.nanos)
            }
        }
    }

    private static func writeTier(_ tier: String, _ json: inout JSONWriter) {
        json.member("service_tier", tier == "default" || tier == "fast" ? "standard" : tier)
        if tier == "fast" { json.member("speed", "fast") }
    }
}
