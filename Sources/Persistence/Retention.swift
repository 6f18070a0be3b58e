import Activity
import Database

/// Removes generations that are no longer to be kept, in small batches behind the writer's jobs.
///
/// The file keeps its size: the room of removed rows is used again by new ones. Confined to the writer's thread.
struct Retention {
    private let policy: RetentionPolicy
    private let unixMs: @Sendable () -> Int64
    /// In monotonic milliseconds.
    private var nextLookMs: UInt64 = 0
    private var hasWarned = false

    /// - Parameter unixMs: the time.
    init(_ policy: RetentionPolicy, unixMs: @escaping @Sendable () -> Int64) {
        self.policy = policy
        self.unixMs = unixMs
    }

    func restMs(nowMs: UInt64) -> UInt64? {
        if policy == .everything { return nil }
        return nextLookMs > nowMs ? nextLookMs - nowMs : 0
    }

    /// Removes one batch if something is to be removed. Every removed row must be in the sums by day.
    ///
    /// - Throws: as well when the bound of the size cannot be met, once.
    mutating func work(on connection: SQLiteConnection, nowMs: UInt64) throws(DatabaseError) {
        nextLookMs = nowMs + PersistenceLimits.retentionLookMs
        let removed = try connection.transaction { () throws(DatabaseError) in
            let old = try removeOld(connection)
            let removed = old > 0 ? old : try removeExcess(connection)
            if removed > 0 { try Catalogues(connection: connection).removeUnused() }
            return removed
        }
        if removed > 0 { nextLookMs = nowMs + PersistenceLimits.retentionPauseMs }
    }

    private func removeOld(_ connection: SQLiteConnection) throws(DatabaseError) -> Int {
        guard let keepMs = policy.keepMs else { return 0 }
        return try remove(GenerationID.orderKey(unixMs: max(0, unixMs() - keepMs)), connection)
    }

    private mutating func removeExcess(_ connection: SQLiteConnection) throws(DatabaseError) -> Int {
        guard let bytesMax = policy.bytesMax else { return 0 }
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let free = try connection.integer("PRAGMA freelist_count") ?? 0
        let bytes = (pages - free) * (try connection.integer("PRAGMA page_size") ?? 0)
        guard bytes > bytesMax else { return 0 }
        let removed = try remove(Int64.max, connection)
        if removed == 0, !hasWarned {
            hasWarned = true
            throw DatabaseError(
                .full,
                "\(connection.path): the ledger and its sums, which are kept for ever, take \(bytes) bytes, more than "
                    + "records.max_size allows; raise it")
        }
        return removed
    }

    /// Removes the oldest generations whose order keys are below `bound`, at most a batch.
    private func remove(_ bound: Int64, _ connection: SQLiteConnection) throws(DatabaseError) -> Int {
        let rows = try connection.statement(
            """
            DELETE FROM generations WHERE order_key IN
                (SELECT order_key FROM generations WHERE order_key < ?1 ORDER BY order_key LIMIT ?2)
            """)
        rows.bind(1, bound)
        rows.bind(2, PersistenceLimits.retentionRows)
        try rows.run()
        return connection.changes
    }
}
