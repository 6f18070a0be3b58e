import Access
import Accounting
import Activity
import Database
import Synchronization

/// An order to the ledger on its way to the database: checked and written in one transaction, so that two orders that
/// meet are judged one after the other.
///
/// Whoever asked is told the truth by a store in trouble too. An order that no transaction holds is taken back, and
/// nothing is added. One that is being written, by a commit that only takes long, becomes a row: that is told as soon as
/// its number is known.
final class LedgerPostJob: WriteJob, Sendable {
    private enum Phase {
        /// No transaction holds the order.
        case waiting
        /// The writer is at it.
        case begun
        /// A transaction holds it that is not known to be committed.
        case written(LedgerOutcome)
        /// Whoever asked was told that nothing will be written.
        case withdrawn
    }

    private struct State {
        var phase = Phase.waiting
        /// Whether the asker is to be told by the writer.
        var isOwed = false
    }

    let target: (any CompletionTarget)?
    private let order: LedgerOrder
    private let books: Bookkeeper
    private let continuation: UnsafeContinuation<LedgerOutcome, Never>
    private let state = Mutex(State())

    init(
        _ order: LedgerOrder, books: Bookkeeper, target: any CompletionTarget,
        continuation: UnsafeContinuation<LedgerOutcome, Never>
    ) {
        self.order = order
        self.books = books
        self.target = target
        self.continuation = continuation
    }

    // MARK: On the writer's thread

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        let isWithdrawn = state.withLock { state in
            if case .withdrawn = state.phase { return true }
            state.phase = .begun
            return false
        }
        if isWithdrawn { return }
        do throws(DatabaseError) {
            let outcome = try LedgerPosts(connection: connection, books: books).post(order)
            if advance(to: .written(outcome)) { tell(Self.uncommitted(outcome)) }
        } catch {
            takeBack()
            throw error
        }
    }

    func undone() { takeBack() }

    private func takeBack() {
        let isTold = state.withLock { state in
            if case .withdrawn = state.phase { return false }
            state.phase = state.isOwed ? .withdrawn : .waiting
            defer { state.isOwed = false }
            return state.isOwed
        }
        if isTold { tell(.unavailable) }
    }

    /// - Returns: whether the asker is to be told now.
    private func advance(to phase: Phase) -> Bool {
        state.withLock { state in
            state.phase = phase
            defer { state.isOwed = false }
            return state.isOwed
        }
    }

    private func tell(_ outcome: LedgerOutcome) {
        target?.deliver { [continuation] in continuation.resume(returning: outcome) }
    }

    // MARK: On the target's thread

    func completed(_ written: WriteOutcome) {
        switch written {
        case .committed: continuation.resume(returning: committed)
        case .lost: continuation.resume(returning: .unavailable)
        case .spooled:
            if let outcome = withdraw() { continuation.resume(returning: outcome) }
        }
    }

    private var committed: LedgerOutcome {
        state.withLock { state in
            if case .written(let outcome) = state.phase { outcome } else { .unavailable }
        }
    }

    /// What the asker is told instead of the commit; nil where the writer will tell it.
    private func withdraw() -> LedgerOutcome? {
        state.withLock { state in
            switch state.phase {
            case .waiting, .withdrawn:
                state.phase = .withdrawn
                return .unavailable
            case .begun:
                state.isOwed = true
                return nil
            case .written(let outcome): return Self.uncommitted(outcome)
            }
        }
    }

    private static func uncommitted(_ outcome: LedgerOutcome) -> LedgerOutcome {
        if case .posted(let line) = outcome { .pending(line) } else { outcome }
    }

    var summary: String? {
        state.withLock { state in
            if case .withdrawn = state.phase { return nil }
            return "\(order.entry.kind.label) of \(order.entry.amount): \(order.entry.reason)"
        }
    }
}
