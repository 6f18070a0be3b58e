import Access
import Accounting
package import Activity
package import Buffers
package import Catalog
import JSONText
import Telemetry

/// The answers about an account: pure functions of what the store says, in the shapes that the official client demands.
package enum AccountAnswers {
    /// `GET /credits`.
    package static func credits(_ totals: LedgerTotals, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { json in
                    json.member("total_credits", nanos: totals.credits.nanos)
                    json.member("total_usage", nanos: totals.usage.nanos)
                }
            }
        }
    }

    /// One row of the ledger, as `POST /credits/grants` and `/credits/adjustments` answer.
    package static func line(_ line: LedgerLine, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("data") { members(of: line, &$0) }
            }
        }
    }

    /// `GET /credits/ledger`.
    package static func ledger(_ page: LedgerPage, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for line in page.lines { json.object { json in members(of: line, &json) } }
                }
                json.member("total_count", page.count)
            }
        }
    }

    /// `GET /activity`.
    package static func activity(_ rows: [ActivityRow], _ catalog: ModelCatalog, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberArray("data") { json in
                    for row in rows { json.object { json in write(row, catalog, &json) } }
                }
            }
        }
    }

    static func members(of line: LedgerLine, _ json: inout JSONWriter) {
        let entry = line.entry
        json.member("id", line.sequence)
        json.member("kind", "\(entry.kind.label)")
        json.member("amount", nanos: entry.amount.nanos)
        json.member("created_at", UTCTime.text(ms: entry.atMs))
        json.member("reason", entry.reason)
        json.nullable("generation_id", entry.generationID?.description)
        json.nullable("api_key_hash", entry.apiKey?.description)
        json.member("workspace_id", entry.workspaceID)
    }

    private static func write(_ row: ActivityRow, _ catalog: ModelCatalog, _ json: inout JSONWriter) {
        json.member("date", UTCTime.text(day: row.day))
        json.member("model", row.model)
        json.member("model_permaslug", catalog.resolve(row.model)?.canonicalSlug ?? row.model)
        json.member("endpoint_id", row.endpointID)
        json.member("provider_name", row.provider)
        json.member("usage", nanos: row.usage.nanos)
        json.member("byok_usage_inference", nanos: row.direct.nanos)
        json.member("requests", row.requests)
        json.member("prompt_tokens", row.promptTokens)
        json.member("completion_tokens", row.completionTokens)
        json.member("reasoning_tokens", row.reasoningTokens)
        json.member("cached_tokens", row.cachedTokens)
        json.member("workspace_id", row.workspaceID)
    }
}
