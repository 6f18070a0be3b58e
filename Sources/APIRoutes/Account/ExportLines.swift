import Access
import Accounting
import Activity
import Buffers
import Catalog
import Completions
import JSONText
import Telemetry

/// Exported records as text: a line each.
enum ExportLines {
    /// What a file of this format begins with.
    static func begin(_ columns: [String], _ format: ExportFormat, into out: inout ByteBuffer) {
        guard format == .csv else { return }
        CSVLine.append(to: &out) { line in
            for column in columns { line.field(column) }
        }
    }

    static func append(
        _ record: GenerationRecord, as format: ExportFormat, _ catalog: ModelCatalog, into out: inout ByteBuffer
    ) {
        switch format {
        case .jsonLines:
            out.appendJSON { json in json.object { json in GenerationAnswer.members(of: record, catalog, &json) } }
            out.append("\n")
        case .csv:
            CSVLine.append(to: &out) { line in
                identity(record, &line)
                ending(record, &line)
                usage(record, &line)
                caller(record, &line)
            }
        }
    }

    static let generationColumns = [
        "id", "created_at", "api_key_hash", "workspace_id", "requested_model", "model", "provider_name", "endpoint_id",
        "upstream_id", "service_tier",
        "status", "http_status", "error_type", "streamed", "finish_reason", "native_finish_reason", "attempts",
        "latency", "generation_time",
        "tokens_prompt", "tokens_completion", "tokens_reasoning", "tokens_cached", "tokens_cache_write",
        "usage_estimated", "total_cost", "prompt_cost", "completion_cost", "cache_discount", "upstream_cost",
        "http_referer", "app_title", "app_categories", "user_agent", "external_user", "session_id", "metadata", "trace",
    ]

    private static func identity(_ record: GenerationRecord, _ line: inout CSVLine) {
        line.field(record.id.description)
        line.field(UTCTime.text(ms: record.createdAtMs))
        line.field(record.apiKey.description)
        line.field(record.workspaceID)
        line.field(record.requestedModel)
        line.field(record.model)
        line.field(record.provider)
        line.field(record.endpointID)
        line.field(record.upstreamID)
        line.field(record.serviceTier)
    }

    private static func ending(_ record: GenerationRecord, _ line: inout CSVLine) {
        line.field("\(record.status)")
        line.field(record.httpStatus)
        line.field(record.errorType.map { "\($0.wireName)" })
        line.field(record.isStreamed)
        line.field(record.finishReason.map { "\($0.wireName)" })
        line.field(record.nativeFinishReason)
        line.field(record.attempts.count)
        line.field(record.ttftMs ?? record.durationMs)
        line.field(record.generationMs ?? record.durationMs)
    }

    private static func usage(_ record: GenerationRecord, _ line: inout CSVLine) {
        let usage = record.usage
        line.field(usage.prompt)
        line.field(usage.completion)
        line.field(usage.reasoning)
        line.field(usage.cached)
        line.field(usage.cacheWrite)
        line.field(usage.isEstimated)
        line.field(record.charge.total)
        line.field(record.charge.prompt)
        line.field(record.charge.completion)
        line.field(record.cacheDiscount)
        line.field(usage.upstreamCost)
    }

    private static func caller(_ record: GenerationRecord, _ line: inout CSVLine) {
        line.field(record.referer)
        line.field(record.appTitle)
        line.field(record.appCategories)
        line.field(record.userAgent)
        line.field(record.user)
        line.field(record.sessionID)
        line.field(record.metadata)
        line.field(record.trace)
    }

    // MARK: The ledger

    static let ledgerColumns = [
        "id", "kind", "amount", "created_at", "reason", "generation_id", "api_key_hash", "workspace_id",
    ]

    static func append(_ row: LedgerLine, as format: ExportFormat, into out: inout ByteBuffer) {
        switch format {
        case .jsonLines:
            out.appendJSON { json in json.object { json in AccountAnswers.members(of: row, &json) } }
            out.append("\n")
        case .csv:
            let entry = row.entry
            CSVLine.append(to: &out) { line in
                line.field(Int(row.sequence))
                line.field("\(entry.kind.label)")
                line.field(entry.amount)
                line.field(UTCTime.text(ms: entry.atMs))
                line.field(entry.reason)
                line.field(entry.generationID?.description)
                line.field(entry.apiKey?.description)
                line.field(entry.workspaceID)
            }
        }
    }
}
