package import Accounting

/// The ledger's sums by kind.
package struct LedgerTotals: Hashable, Sendable {
    package var granted = Credits.zero
    package var charged = Credits.zero
    package var refunded = Credits.zero
    /// Of either sign.
    package var adjusted = Credits.zero

    package init() {}

    /// What is left of what was granted.
    package var balance: Credits { granted + refunded + adjusted - charged }

    /// What was given to the account, corrections included.
    package var credits: Credits { granted + adjusted }

    /// What was used, less what was given back.
    package var usage: Credits { charged - refunded }

    package subscript(_ kind: LedgerKind) -> Credits {
        get {
            switch kind {
            case .charge: charged
            case .grant: granted
            case .refund: refunded
            case .adjustment: adjusted
            }
        }
        set {
            switch kind {
            case .charge: charged = newValue
            case .grant: granted = newValue
            case .refund: refunded = newValue
            case .adjustment: adjusted = newValue
            }
        }
    }
}
