package import Access
package import Accounting
package import Activity
import Cryptography
import Database

/// What the ledger says when a store is opened.
package struct LedgerSums: Sendable {
    /// What each key spent in the periods that contain the moment: its charges less its refunds. Keys that never spent
    /// anything are left out.
    package var byKey: [APIKeyHash: SpentAmounts] = [:]
    /// The same for everything together.
    package var workspace = SpentAmounts.zero
    package var totals = LedgerTotals()
    /// Requests of the day for free variants that were answered or cancelled.
    package var freeRequestsToday = 0

    /// Reads the sums by day, which must hold the whole ledger.
    init(on connection: SQLiteConnection, atMs unixMs: Int64) throws(DatabaseError) {
        let rows = try connection.statement(
            """
            SELECT k.hash, d.kind, sum(d.nanos), sum(d.nanos) FILTER (WHERE d.day BETWEEN ?1 AND ?2),
                sum(d.nanos) FILTER (WHERE d.day BETWEEN ?3 AND ?4), sum(d.nanos) FILTER (WHERE d.day = ?5)
            FROM ledger_days d JOIN keys_seen k ON k.ref = d.key_ref
            GROUP BY d.key_ref, d.kind
            """)
        let month = Self.days(.monthly, unixMs)
        rows.bind(1, month.lowerBound)
        rows.bind(2, month.upperBound)
        let week = Self.days(.weekly, unixMs)
        rows.bind(3, week.lowerBound)
        rows.bind(4, week.upperBound)
        rows.bind(5, ActivityQuery.day(ofMs: unixMs))
        while try rows.step() {
            guard let kind = UInt8(exactly: rows.int64(1)).flatMap(LedgerKind.init(rawValue:)) else {
                throw DatabaseError(.corrupt, "\(connection.path): the ledger holds a row of no known kind")
            }
            totals[kind] += Credits(nanos: rows.int64(2))
            guard kind == .charge || kind == .refund else { continue }
            let sign: Int64 = kind == .charge ? 1 : -1
            let spent = SpentAmounts(
                lifetime: Credits(nanos: sign * rows.int64(2)), monthly: Credits(nanos: sign * rows.int64(3)),
                weekly: Credits(nanos: sign * rows.int64(4)), daily: Credits(nanos: sign * rows.int64(5)))
            workspace.add(spent)
            guard let digest = rows.withBytes(0, { SHA256Digest(bytes: $0) }) else { continue }
            byKey[APIKeyHash(digest: digest), default: .zero].add(spent)
        }
        try countFreeRequests(on: connection, atMs: unixMs)
    }

    private mutating func countFreeRequests(
        on connection: SQLiteConnection, atMs unixMs: Int64
    ) throws(DatabaseError) {
        let rows = try connection.statement(
            """
            SELECT e.model, sum(u.requests) FROM usage_days u JOIN endpoints_seen e ON e.ref = u.endpoint_ref
            WHERE u.day = ?1 GROUP BY u.endpoint_ref
            """)
        rows.bind(1, ActivityQuery.day(ofMs: unixMs))
        while try rows.step() {
            if FreeVariantUse.includes(slug: rows.text(0)) { freeRequestsToday += rows.int(1) }
        }
    }

    /// The days of the period that contains a moment.
    private static func days(_ interval: LimitInterval, _ unixMs: Int64) -> ClosedRange<Int> {
        let start = interval.start(containing: unixMs)
        let end = interval.end(containing: unixMs) ?? Int64.max
        return ActivityQuery.day(ofMs: start)...ActivityQuery.day(ofMs: end - 1)
    }
}

extension SpentAmounts {
    fileprivate mutating func add(_ more: SpentAmounts) {
        lifetime += more.lifetime
        monthly += more.monthly
        weekly += more.weekly
        daily += more.daily
    }
}
