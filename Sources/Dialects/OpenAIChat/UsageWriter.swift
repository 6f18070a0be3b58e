import Accounting
import Buffers

/// The `usage` object callers get: always whole, with what it cost.
enum UsageWriter {
    static func write(_ usage: TokenUsage, charge: Charge, into out: inout ByteBuffer) {
        out.append("{\"prompt_tokens\":")
        out.append(decimal: usage.prompt)
        out.append(",\"completion_tokens\":")
        out.append(decimal: usage.completion)
        out.append(",\"total_tokens\":")
        out.append(decimal: usage.prompt + usage.completion)
        out.append(",\"prompt_tokens_details\":{\"cached_tokens\":")
        out.append(decimal: usage.cached)
        out.append(",\"cache_write_tokens\":")
        out.append(decimal: usage.cacheWrite)
        out.append(",\"audio_tokens\":")
        out.append(decimal: usage.audioPrompt)
        out.append(",\"video_tokens\":")
        out.append(decimal: usage.videoPrompt)
        out.append("},\"completion_tokens_details\":{\"reasoning_tokens\":")
        out.append(decimal: usage.reasoning)
        out.append(",\"audio_tokens\":")
        out.append(decimal: usage.audioCompletion)
        out.append(",\"image_tokens\":")
        out.append(decimal: usage.imageCompletion)
        out.append(",\"accepted_prediction_tokens\":")
        write(usage.acceptedPrediction, into: &out)
        out.append(",\"rejected_prediction_tokens\":")
        write(usage.rejectedPrediction, into: &out)
        out.append("},\"cost\":")
        charge.total.append(to: &out)
        if let direct = charge.direct {
            out.append(",\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":")
            direct.total.append(to: &out)
        } else {
            out.append(",\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":null")
        }
        let inference = charge.inference
        out.append(",\"upstream_inference_prompt_cost\":")
        inference.prompt.append(to: &out)
        out.append(",\"upstream_inference_completions_cost\":")
        inference.completion.append(to: &out)
        out.append("}")
        if usage.webSearches > 0 {
            out.append(",\"server_tool_use\":{\"web_search_requests\":")
            out.append(decimal: usage.webSearches)
            out.append("},\"server_tool_use_details\":{\"web_search_requests\":")
            out.append(decimal: usage.webSearches)
            out.append("}")
        }
        out.append("}")
    }

    private static func write(_ count: Int?, into out: inout ByteBuffer) {
        if let count { out.append(decimal: count) } else { out.append("null") }
    }
}
