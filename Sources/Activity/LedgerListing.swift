/// A row of the ledger with its place in it.
package struct LedgerLine: Hashable, Sendable {
    /// From 1 on, without gaps.
    package var sequence: Int64
    package var entry: LedgerEntry

    package init(sequence: Int64, entry: LedgerEntry) {
        self.sequence = sequence
        self.entry = entry
    }
}

/// A question for rows of the ledger, newest first.
package struct LedgerQuery: Hashable, Sendable {
    /// Nil for every kind.
    package var kind: LedgerKind?
    /// Rows to be passed over.
    package var offset: Int
    package var limit: Int

    package init(kind: LedgerKind? = nil, offset: Int = 0, limit: Int = 50) {
        self.kind = kind
        self.offset = offset
        self.limit = limit
    }
}

/// Some rows of the ledger, and how many there are in all.
package struct LedgerPage: Hashable, Sendable {
    package var lines: [LedgerLine] = []
    package var count = 0

    package init() {}
}

/// Lists the ledger. Each loop has one of its own.
package protocol LedgerListing: AnyObject {
    func ledger(_ query: LedgerQuery) async throws(GenerationReadError) -> LedgerPage
}
