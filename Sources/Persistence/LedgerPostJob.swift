import Access
import Accounting
import Activity
import Database
import Synchronization

/// An order to the ledger on its way to the database: checked and written in one transaction, so that two orders that
/// meet are judged one after the other.
final class LedgerPostJob: WriteJob, Sendable {
    /// Who may still decide what becomes of the order.
    private enum Phase: UInt8, AtomicRepresentable {
        /// Nobody has begun to write it.
        case waiting
        /// The writer has it.
        case begun
        /// Whoever asked was told that nothing will be written.
        case withdrawn
    }

    let target: (any CompletionTarget)?
    private let order: LedgerOrder
    private let books: Bookkeeper
    private let continuation: UnsafeContinuation<LedgerOutcome, Never>
    private let phase = Atomic<Phase>(.waiting)
    private let outcome = Mutex(LedgerOutcome.unavailable)

    init(
        _ order: LedgerOrder, books: Bookkeeper, target: any CompletionTarget,
        continuation: UnsafeContinuation<LedgerOutcome, Never>
    ) {
        self.order = order
        self.books = books
        self.target = target
        self.continuation = continuation
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        let before = phase.compareExchange(expected: .waiting, desired: .begun, ordering: .relaxed)
        if before.original == .withdrawn { return }
        let result = try LedgerPosts(connection: connection, books: books).post(order)
        outcome.withLock { $0 = result }
    }

    func completed(_ written: WriteOutcome) {
        switch written {
        case .committed: continuation.resume(returning: outcome.withLock { $0 })
        case .lost: continuation.resume(returning: .unavailable)
        case .spooled: continuation.resume(returning: withdraw())
        }
    }

    /// What waits for a store that cannot write is taken back. Where the writer has begun, its commit only takes long,
    /// and the row will be there.
    private func withdraw() -> LedgerOutcome {
        let before = phase.compareExchange(expected: .waiting, desired: .withdrawn, ordering: .relaxed)
        if before.exchanged { return .unavailable }
        let result = outcome.withLock { $0 }
        if case .posted(let line) = result { return .pending(line) }
        return result
    }

    var summary: String { "\(order.entry.kind.label) of \(order.entry.amount): \(order.entry.reason)" }
}
