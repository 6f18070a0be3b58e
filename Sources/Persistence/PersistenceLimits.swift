/// Every bound of this module.
enum PersistenceLimits {
    /// Health of endpoints that is older says nothing any more.
    static let healthKeptMs: Int64 = 86_400_000
    /// Rows of the ledger that wait at most to be summed by day, and for how long in milliseconds.
    static let unbookedRowsMax = 1000
    static let unbookedMsMax: UInt64 = 10_000
    /// Rows that are read and summed in one transaction when a store is opened.
    static let bookingRows = 10_000
    /// Generations that one transaction removes, and the pause before the next one.
    static let retentionRows = 250
    static let retentionPauseMs: UInt64 = 20
    /// How often is looked whether generations are to be removed.
    static let retentionLookMs: UInt64 = 60_000
    /// Rows of the ledger that one read for an export looks at.
    static let scannedRows = 8192
}
