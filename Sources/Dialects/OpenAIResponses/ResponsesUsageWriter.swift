import Accounting
import JSONText

/// The `usage` object of the dialect, with what it cost. Source: openrouter spec 27.1.
enum ResponsesUsageWriter {
    static func write(_ usage: TokenUsage, charge: Charge, _ json: inout JSONWriter) {
        json.object { json in
            json.member("input_tokens", usage.prompt)
            json.memberObject("input_tokens_details") { json in
                json.member("cached_tokens", usage.cached)
                json.member("cache_write_tokens", usage.cacheWrite)
            }
            json.member("output_tokens", usage.completion)
            json.memberObject("output_tokens_details") { json in
                json.member("reasoning_tokens", usage.reasoning)
            }
            json.member("total_tokens", usage.prompt + usage.completion)
            json.member("cost", nanos: charge.total.nanos)
            json.member("is_byok", charge.direct != nil)
            json.memberObject("cost_details") { json in
                json.directCost(of: charge)
                json.member("upstream_inference_input_cost", nanos: charge.inference.prompt.nanos)
                json.member("upstream_inference_output_cost", nanos: charge.inference.completion.nanos)
            }
            if usage.webSearches > 0 {
                json.memberObject("server_tool_use_details") { json in
                    json.member("web_search_requests", usage.webSearches)
                }
            }
        }
    }
}
