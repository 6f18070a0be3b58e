package import Accounting

/// A row that somebody asks the ledger to take: a grant, a refund or an adjustment.
package struct LedgerOrder: Hashable, Sendable {
    package var entry: LedgerEntry
    /// Of a refund: what the generation was charged, more than which is never given back.
    package var charged: Credits?
    /// Of a refund: the amount is whatever is left of the charge.
    package var takesRest = false
    /// The same key never makes a second row; repeated, it answers with the first.
    package var idempotencyKey: String?

    package init(_ entry: LedgerEntry, charged: Credits? = nil, idempotencyKey: String? = nil) {
        self.entry = entry
        self.charged = charged
        self.idempotencyKey = idempotencyKey
    }
}

/// What became of an order.
package enum LedgerOutcome: Hashable, Sendable {
    /// The row is committed.
    case posted(LedgerLine)
    /// The row is written but its commit takes long: it counts from now on, and is lost if the server ends before the
    /// store has recovered.
    case pending(LedgerLine)
    /// An earlier order with the same key made this row, and nothing was added.
    case repeated(LedgerLine)
    /// The key belongs to a row with other content.
    case keyReused
    /// A refund of more than what is left of the charge.
    case refundTooLarge(left: Credits)
    /// The account's credits would leave `ActivityLimits.creditsMax` behind, on either side of nothing.
    case outOfBounds
    /// The store cannot write now, and the row will never be.
    case unavailable
}

/// Adds to the ledger by hand. Each loop has one of its own; called on it, answered on it.
package protocol LedgerPosting: AnyObject {
    /// Checks an order against what is committed and adds its row, both in one transaction.
    func post(_ order: LedgerOrder) async -> LedgerOutcome
}
