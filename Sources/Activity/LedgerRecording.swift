/// Where the ledger is added to by hand. Each loop has one of its own; methods are called on that loop, and what comes
/// back comes back on it.
package protocol LedgerRecording: AnyObject {
    /// Adds a grant, a refund or an adjustment, and says what became of it once it is durable. Charges are not added
    /// here: each is written with its generation, in one transaction.
    func append(_ entry: LedgerEntry) async -> RecordOutcome
}

/// Reads the ledger. Each loop has one of its own.
package protocol LedgerReading: AnyObject {
    /// The sums of everything that is committed.
    func ledgerTotals() async throws(GenerationReadError) -> LedgerTotals
}
