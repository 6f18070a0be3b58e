import Database

/// The store's work behind its writer's jobs: first the sums by day, then what is no longer to be kept, because what is
/// removed must have been summed.
///
/// Confined to the writer's thread once the writer runs, which makes the `@unchecked Sendable` sound.
final class Housekeeping: WriterCompanion, @unchecked Sendable {
    private let books: Bookkeeper
    private var retention: Retention

    init(books: Bookkeeper, retention: Retention) {
        self.books = books
        self.retention = retention
    }

    func jobsBegin() { books.jobsBegin() }
    func jobsCommitted() { books.jobsCommitted() }

    func restMs(nowMs: UInt64) -> UInt64? {
        guard let booking = books.restMs(nowMs: nowMs) else { return retention.restMs(nowMs: nowMs) }
        return min(booking, retention.restMs(nowMs: nowMs) ?? booking)
    }

    func work(on connection: SQLiteConnection, nowMs: UInt64, isStopping: Bool) throws(DatabaseError) {
        try books.work(on: connection)
        if isStopping || retention.restMs(nowMs: nowMs) != 0 { return }
        try retention.work(on: connection, nowMs: nowMs)
    }
}
