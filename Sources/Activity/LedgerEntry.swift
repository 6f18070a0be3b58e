package import Access
package import Accounting

/// A row of the ledger: the amounts of an account, each once and for ever.
///
/// A balance is not stored. It is grants and adjustments and refunds less charges.
package struct LedgerEntry: Hashable, Sendable {
    package var kind: LedgerKind
    /// Positive for every kind but adjustments, which have a sign.
    package var amount: Credits
    /// When it counts, in milliseconds since 1970: for a charge the period of whose limits it falls into.
    package var atMs: Int64
    /// Whose spending it changes; nil for what concerns the account alone.
    package var apiKey: APIKeyHash?
    package var workspaceID: String
    /// The generation that is charged or refunded.
    package var generationID: GenerationID?
    /// Why, in the words of who did it; empty for charges.
    package var reason: String

    package init(
        kind: LedgerKind, amount: Credits, atMs: Int64, apiKey: APIKeyHash? = nil,
        workspaceID: String = GenerationRecord.defaultWorkspaceID, generationID: GenerationID? = nil,
        reason: String = ""
    ) {
        self.kind = kind
        self.amount = amount
        self.atMs = atMs
        self.apiKey = apiKey
        self.workspaceID = workspaceID
        self.generationID = generationID
        self.reason = reason
    }
}
