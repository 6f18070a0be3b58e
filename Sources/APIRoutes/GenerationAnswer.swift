import Access
import Accounting
package import Activity
package import Buffers
package import Catalog
import Completions
import JSONText
import Telemetry

/// `GET /generation`: one record in the shape that the official client validates, and what else is known of it.
package enum GenerationAnswer {
    /// - Parameter catalog: tells the permanent slugs of models; a model that has gone keeps the slug it had.
    package static func write(_ record: GenerationRecord, _ catalog: ModelCatalog, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in members(of: record, catalog, &json) }
            }
        }
    }

    static func members(of record: GenerationRecord, _ catalog: ModelCatalog, _ json: inout JSONWriter) {
        identity(record, &json)
        caller(record, &json)
        ending(record, &json)
        tokens(record, &json)
        money(record, &json)
        json.memberArray("provider_responses") { json in
            for attempt in record.attempts {
                json.object { json in response(attempt, of: record, catalog, &json) }
            }
        }
        // What this server does not do is null, as the client demands.
        for name in Self.absent { json.memberNull(name) }
    }

    private static let absent: [StaticString] = [
        "app_id", "moderation_latency", "num_fetches", "num_search_results", "num_media_completion", "preset_id",
        "router", "web_search_engine", "response_cache_source_id",
    ]

    private static func identity(_ record: GenerationRecord, _ json: inout JSONWriter) {
        let id = record.id.description
        json.member("id", id)
        // One request makes one generation here, so that both ids have the same digits.
        json.member("request_id", "req-\(id.dropFirst(4))")
        json.nullable("upstream_id", record.upstreamID)
        json.member("created_at", UTCTime.text(ms: record.createdAtMs))
        json.member("api_type", "\(record.kind.apiType)")
        json.member("model", record.model)
        json.member("requested_model", record.requestedModel)
        json.nullable("provider_name", record.provider.isEmpty ? nil : record.provider)
        json.member("endpoint_id", record.endpointID)
        json.nullable("service_tier", record.serviceTier)
        json.member("priced_as", record.pricedTag ?? record.endpointTag)
        json.member("data_region", "global")
        json.member("is_byok", record.isWithOwnKey)
        json.nullable("byok_id", record.credentialID)
        json.member("workspace_id", record.workspaceID)
        json.member("api_key_hash", record.apiKey.description)
    }

    private static func caller(_ record: GenerationRecord, _ json: inout JSONWriter) {
        json.member("origin", record.referer ?? "")
        json.nullable("http_referer", record.referer)
        json.nullable("app_title", record.appTitle)
        json.key("app_categories")
        json.strings(record.appCategories?.split(separator: ",").map(String.init) ?? [])
        json.nullable("user_agent", record.userAgent)
        json.nullable("external_user", record.user)
        json.nullable("session_id", record.sessionID)
        json.nullable("metadata", json: record.metadata)
        json.nullable("trace", json: record.trace)
    }

    private static func ending(_ record: GenerationRecord, _ json: inout JSONWriter) {
        json.member("streamed", record.isStreamed)
        json.member("cancelled", record.isCancelled)
        json.member("status", "\(record.status)")
        json.member("http_status", record.httpStatus)
        json.nullable("error_type", record.errorType.map { "\($0.wireName)" })
        json.nullable("finish_reason", record.finishReason.map { "\($0.wireName)" })
        json.nullable("native_finish_reason", record.nativeFinishReason)
        json.member("latency", record.ttftMs ?? record.durationMs)
        json.member("generation_time", record.generationMs ?? record.durationMs)
    }

    private static func tokens(_ record: GenerationRecord, _ json: inout JSONWriter) {
        let usage = record.usage
        json.member("tokens_prompt", usage.prompt)
        json.member("tokens_completion", usage.completion)
        json.member("native_tokens_prompt", usage.prompt)
        json.member("native_tokens_completion", usage.completion)
        json.member("native_tokens_reasoning", usage.reasoning)
        json.member("native_tokens_cached", usage.cached)
        json.member("native_tokens_cache_write", usage.cacheWrite)
        json.member("native_tokens_completion_images", usage.imageCompletion)
        json.member("num_media_prompt", record.promptMedia)
        json.member("num_input_audio_prompt", record.promptAudios)
        json.member("usage_estimated", usage.isEstimated)
    }

    private static func money(_ record: GenerationRecord, _ json: inout JSONWriter) {
        json.member("usage", nanos: record.charge.total.nanos)
        json.member("total_cost", nanos: record.charge.total.nanos)
        json.nullable("cache_discount", nanos: record.cacheDiscount?.nanos)
        // Without a key of the caller's own it is ours to pay, and told as `upstream_cost`.
        json.nullable("upstream_inference_cost", nanos: record.charge.direct?.total.nanos)
        json.nullable("upstream_cost", nanos: record.usage.upstreamCost?.nanos)
        json.memberObject("cost_details") { json in
            json.nullable("upstream_inference_cost", nanos: record.charge.direct?.total.nanos)
            json.member("upstream_inference_prompt_cost", nanos: record.charge.inference.prompt.nanos)
            json.member("upstream_inference_completions_cost", nanos: record.charge.inference.completion.nanos)
        }
    }

    private static func response(
        _ attempt: AttemptRecord, of record: GenerationRecord, _ catalog: ModelCatalog, _ json: inout JSONWriter
    ) {
        json.nullable("status", attempt.status)
        json.member("endpoint_id", attempt.endpoint)
        json.member("id", attempt.upstreamID)
        json.member("is_byok", attempt.isWithOwnKey)
        json.member("latency", attempt.latencyMs)
        json.member("model_permaslug", catalog.resolve(attempt.model)?.canonicalSlug ?? attempt.model)
        json.member("provider_name", attempt.provider)
        let dropped = attempt.droppedNames
        if !dropped.isEmpty {
            json.key("dropped_parameters")
            json.strings(dropped)
        }
        if let failure = attempt.failure {
            json.member("error_class", "\(failure.label)")
        } else if let tier = record.serviceTier, routedTiers.contains(tier) {
            json.member("routed_service_tier", tier)
        }
    }

    /// The tiers that the contract knows apart from the usual one.
    private static let routedTiers: Set<String> = ["flex", "priority", "ultrafast"]
}

extension GenerationKind {
    /// The client knows one word for all that completes.
    fileprivate var apiType: StaticString {
        switch self {
        case .chat, .completions, .messages, .responses: "completions"
        case .embeddings: "embeddings"
        case .rerank: "rerank"
        }
    }
}
