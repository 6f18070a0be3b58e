/// The bounds of the account's routes.
enum AccountLimits {
    /// The largest single grant or adjustment, in nano-dollars: a billion dollars.
    static let amountMax: Int64 = 1_000_000_000_000_000_000
    /// Characters of a reason.
    static let reasonCharacters = 512
    /// Bytes of an idempotency key.
    static let idempotencyKeyBytes = 255
    /// Rows of one page of the ledger, unless asked for fewer or more, and at most.
    static let pageRows = 50
    static let pageRowsMax = 100
    /// Records that an export reads at a time.
    static let exportRows = 128
    /// How far back `/activity` goes, in completed days.
    static let activityDays = 30
}
