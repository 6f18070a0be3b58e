import Accounting
import Activity

/// What of a row of the ledger is summed by day.
struct LedgerRow {
    var seq: Int64
    var kind: LedgerKind
    var nanos: Int64
    var atMs: Int64
    var keyRef: Int64
    /// Of charges only.
    var usage: Usage?

    /// What a generation used.
    struct Usage {
        var endpointRef: Int64
        var prompt: Int
        var completion: Int
        var reasoning: Int
        var cached: Int
        /// What the provider took from the caller itself.
        var direct: Int64 = 0
    }
}
