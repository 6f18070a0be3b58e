/// Reads the ledger. Each loop has one of its own.
package protocol LedgerReading: AnyObject {
    /// The sums of everything that is committed.
    func ledgerTotals() async throws(GenerationReadError) -> LedgerTotals
}
