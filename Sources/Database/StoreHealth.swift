/// Whether a store can write, and if not, why.
package struct StoreHealth: Hashable, Sendable {
    package enum Trouble: Hashable, Sendable {
        /// A commit took longer than `DatabaseLimits.slowCommitMs`.
        case slow
        case full
        case locked
        case readOnly
        case corrupt
        case removed
        case failed

        /// The name in metrics and in `/ready`.
        package var label: StaticString {
            switch self {
            case .slow: "slow"
            case .full: "full"
            case .locked: "locked"
            case .readOnly: "read_only"
            case .corrupt: "corrupt"
            case .removed: "removed"
            case .failed: "failed"
            }
        }
    }

    /// Nil while commits succeed in time.
    package var trouble: Trouble?
    /// A sentence for `/ready` and the log; empty while healthy.
    package var message = ""
    /// Jobs that are not committed yet.
    package var waiting = 0
    /// Whether there is room for new work.
    package var acceptsWork = true

    package static let healthy = StoreHealth()

    package var isHealthy: Bool { trouble == nil }
}

extension StoreHealth.Trouble {
    init(_ error: DatabaseError) {
        self =
            switch error.kind {
            case .full: .full
            case .locked: .locked
            case .readOnly: .readOnly
            case .corrupt, .foreign: .corrupt
            case .removed: .removed
            case .newerSchema, .cannotOpen, .ioError, .constraint, .directoryInUse, .other: .failed
            }
    }
}
