import Accounting
package import Activity
package import Buffers
import Completions
import JSONText

/// `GET /generation`: one record in the shape that the official client validates.
package enum GenerationAnswer {
    package static func write(_ record: GenerationRecord, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { data(record, &$0) }
            }
        }
    }

    private static func data(_ record: GenerationRecord, _ json: inout JSONWriter) {
        identity(record, &json)
        tokens(record.usage, &json)
        money(record, &json)
        json.memberArray("provider_responses") { json in
            for attempt in record.attempts {
                json.object { json in response(attempt, &json) }
            }
        }
        // What this server does not do yet is null, as the client demands.
        for name in Self.absent { json.memberNull(name) }
    }

    private static let absent: [StaticString] = [
        "app_id", "external_user", "moderation_latency", "num_fetches", "num_search_results", "preset_id", "router",
        "web_search_engine", "response_cache_source_id", "workspace_id", "cache_discount",
    ]

    private static func identity(_ record: GenerationRecord, _ json: inout JSONWriter) {
        json.member("id", record.id.description)
        json.nullable("upstream_id", record.upstreamID)
        json.member("request_id", record.id.description)
        json.member("created_at", UTCTime.text(ms: record.createdAtMs))
        json.member("api_type", "completions")
        json.member("model", record.model)
        json.nullable("provider_name", record.provider)
        json.nullable("service_tier", record.serviceTier)
        json.member("streamed", record.isStreamed)
        json.member("cancelled", record.isCancelled)
        json.nullable("finish_reason", record.finishReason.map { "\($0.wireName)" })
        json.nullable("native_finish_reason", record.nativeFinishReason)
        json.member("latency", record.ttftMs ?? record.durationMs)
        json.member("generation_time", record.generationMs ?? record.durationMs)
        json.member("origin", record.referer ?? "")
        json.nullable("http_referer", record.referer)
        json.member("app_title", record.appTitle)
        json.nullable("user_agent", record.userAgent)
        json.member("session_id", record.sessionID)
        json.member("data_region", "global")
        json.member("is_byok", false)
        json.member("status", "\(record.status)")
        json.member("http_status", record.httpStatus)
        json.member("error_type", record.errorType.map { "\($0.wireName)" })
    }

    private static func tokens(_ usage: TokenUsage, _ json: inout JSONWriter) {
        json.member("tokens_prompt", usage.prompt)
        json.member("tokens_completion", usage.completion)
        json.member("native_tokens_prompt", usage.prompt)
        json.member("native_tokens_completion", usage.completion)
        json.member("native_tokens_reasoning", usage.reasoning)
        json.member("native_tokens_cached", usage.cached)
        json.member("native_tokens_completion_images", usage.imageCompletion)
        json.member("num_media_prompt", usage.imagePrompt)
        json.member("num_media_completion", usage.images)
        json.member("num_input_audio_prompt", usage.audioPrompt)
        json.member("usage_estimated", usage.isEstimated)
    }

    private static func money(_ record: GenerationRecord, _ json: inout JSONWriter) {
        json.member("usage", nanos: record.charge.total.nanos)
        json.member("total_cost", nanos: record.charge.total.nanos)
        if let cost = record.usage.upstreamCost {
            json.member("upstream_inference_cost", nanos: cost.nanos)
        } else {
            json.memberNull("upstream_inference_cost")
        }
    }

    private static func response(_ attempt: AttemptRecord, _ json: inout JSONWriter) {
        json.member("status", attempt.status)
        json.member("endpoint_id", attempt.endpoint)
        if let id = attempt.upstreamID { json.member("id", id) }
        json.member("is_byok", false)
        json.member("latency", attempt.latencyMs)
        json.member("model_permaslug", attempt.model)
        json.member("provider_name", attempt.provider)
        if let failure = attempt.failure { json.member("error_class", "\(failure.label)") }
    }
}
