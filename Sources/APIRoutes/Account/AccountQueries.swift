import Access
import Activity
import Completions
import Telemetry

/// The query strings of the account's routes, checked.
enum AccountQueries {
    /// `GET /activity`.
    ///
    /// - Parameter keysOf: the keys that a member made; nil where nobody is known by that id.
    static func activity(
        _ query: some QueryParameters, nowMs: Int64, keysOf: (String) -> [APIKeyHash]?
    ) throws(APIError) -> ActivityQuery {
        var result = ActivityQuery(
            days: ActivityQuery.completedDays(AccountLimits.activityDays, beforeMs: nowMs))
        if let text = query["date"] {
            guard let day = UTCTime.day(text) else {
                throw .invalid("date", "date must be a day such as 2026-11-20 (YYYY-MM-DD, UTC).")
            }
            guard result.days.contains(day) else {
                throw .invalid(
                    "date",
                    "date must be one of the last \(AccountLimits.activityDays) completed UTC days: from "
                        + "\(UTCTime.text(day: result.days.lowerBound)) to "
                        + "\(UTCTime.text(day: result.days.upperBound - 1)).")
            }
            result.days = day..<day + 1
        }
        if let text = query["api_key_hash"] {
            guard let hash = APIKeyHash(hex: text) else {
                throw .invalid(
                    "api_key_hash", "api_key_hash must be 64 hexadecimal digits, as /api/v1/keys shows them.")
            }
            result.apiKeys = [hash]
        }
        if let user = query["user_id"] {
            guard let keys = keysOf(user) else {
                throw APIError(.notFound, "Nobody here has the user_id \(user.prefix(64)).", param: "user_id")
            }
            result.apiKeys = result.apiKeys.map { $0.filter(keys.contains) } ?? keys
        }
        if let workspace = query["workspace_id"] {
            guard workspace == GenerationRecord.defaultWorkspaceID else {
                throw APIError(.notFound, "There is no workspace \(workspace.prefix(64)).", param: "workspace_id")
            }
            result.workspaceID = workspace
        }
        if let group = query["group_by"] {
            guard group == "workspace" else { throw .invalid("group_by", "group_by can only be workspace.") }
            result.isByWorkspace = true
        }
        return result
    }

    /// `GET /credits/ledger`.
    static func ledger(_ query: some QueryParameters) throws(APIError) -> LedgerQuery {
        var result = LedgerQuery(limit: AccountLimits.pageRows)
        if let text = query["kind"] {
            guard let kind = LedgerKind.allCases.first(where: { $0.label.description == text }) else {
                let names = LedgerKind.allCases.map(\.label.description).joined(separator: ", ")
                throw .invalid("kind", "kind must be one of \(names).")
            }
            result.kind = kind
        }
        result.offset = try CataloguePage.number(query["offset"], "offset") ?? 0
        if let limit = try CataloguePage.number(query["limit"], "limit") {
            guard (1...AccountLimits.pageRowsMax).contains(limit) else {
                throw .invalid("limit", "limit must be from 1 to \(AccountLimits.pageRowsMax).")
            }
            result.limit = limit
        }
        return result
    }

    /// `GET /export/…`: how, and from when to when, which is at most until now.
    static func export(
        _ query: some QueryParameters, nowMs: Int64
    ) throws(APIError) -> (format: ExportFormat, range: Range<Int64>) {
        guard let format = ExportFormat(rawValue: query["format"] ?? ExportFormat.jsonLines.rawValue) else {
            throw .invalid("format", "format must be jsonl or csv.")
        }
        let from = try moment(query["from"], "from") ?? 0
        let to = try moment(query["to"], "to") ?? .max
        guard from <= to else { throw .invalid("to", "to must not be before from.") }
        return (format, (from..<to).clamped(to: 0..<nowMs + 1))
    }

    private static func moment(_ text: String?, _ param: String) throws(APIError) -> Int64? {
        guard let text else { return nil }
        guard let milliseconds = UTCTime.milliseconds(text) else {
            throw .invalid(param, "\(param) must be a day such as 2026-11-20 or a moment such as 2026-11-20T15:00:00Z.")
        }
        return milliseconds
    }
}
