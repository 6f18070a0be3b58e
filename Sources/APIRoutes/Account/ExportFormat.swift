/// How exported records are written.
enum ExportFormat: String {
    /// One JSON object a line.
    case jsonLines = "jsonl"
    /// A head line and a line for each record (RFC 4180).
    case csv

    var contentType: StaticString {
        switch self {
        case .jsonLines: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8"
        }
    }
}
