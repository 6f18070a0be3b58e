/// What a row of the ledger is. The raw value is stored: cases are added, never renumbered.
package enum LedgerKind: UInt8, CaseIterable, Sendable {
    /// What a generation cost, as a positive amount. Written with the generation, never by `LedgerRecording`.
    case charge = 0
    /// Credits bought or given, a positive amount.
    case grant = 1
    /// A charge given back, wholly or in part, as a positive amount.
    case refund = 2
    /// A correction of either sign.
    case adjustment = 3

    /// The name in exports.
    package var label: StaticString {
        switch self {
        case .charge: "charge"
        case .grant: "grant"
        case .refund: "refund"
        case .adjustment: "adjustment"
        }
    }
}
