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
    /// What providers took from the holders of keys themselves, in the same periods. Keys without provider keys of their
    /// own are left out.
    package var directByKey: [APIKeyHash: SpentAmounts] = [:]
    /// What everything together spent.
    package var workspace = SpentAmounts.zero
    package var totals = LedgerTotals()
    /// Requests of the day for free variants that were answered or cancelled.
    package var freeRequestsToday = 0

    /// Reads the sums by day, which must hold the whole ledger.
    init(on connection: SQLiteConnection, atMs unixMs: Int64) throws(DatabaseError) {
        let rows = try connection.statement(
            """
            SELECT k.hash, d.kind, sum(d.nanos >> 32), sum(d.nanos & 4294967295),
                sum(d.nanos >> 32) FILTER (WHERE d.day BETWEEN ?1 AND ?2),
                sum(d.nanos & 4294967295) FILTER (WHERE d.day BETWEEN ?1 AND ?2),
                sum(d.nanos >> 32) FILTER (WHERE d.day BETWEEN ?3 AND ?4),
                sum(d.nanos & 4294967295) FILTER (WHERE d.day BETWEEN ?3 AND ?4),
                sum(d.nanos >> 32) FILTER (WHERE d.day = ?5), sum(d.nanos & 4294967295) FILTER (WHERE d.day = ?5)
            FROM ledger_days d JOIN keys_seen k ON k.ref = d.key_ref
            GROUP BY d.key_ref, d.kind
            """)
        Self.bindPeriods(unixMs, to: rows)
        while try rows.step() {
            guard let kind = UInt8(exactly: rows.int64(1)).flatMap(LedgerKind.init(rawValue:)) else {
                throw DatabaseError(.corrupt, "\(connection.path): the ledger holds a row of no known kind")
            }
            totals[kind] += Credits(nanos: rows.saturatedSum(2))
            guard kind == .charge || kind == .refund else { continue }
            let amounts = Self.amounts(in: rows, from: 2)
            let key = rows.withBytes(0) { SHA256Digest(bytes: $0) }.map(APIKeyHash.init(digest:))
            if kind == .charge {
                workspace += amounts
                if let key { byKey[key, default: .zero] += amounts }
            } else {
                workspace -= amounts
                if let key { byKey[key, default: .zero] -= amounts }
            }
        }
        try sumDirect(on: connection, atMs: unixMs)
        try countFreeRequests(on: connection, atMs: unixMs)
    }

    /// The sums of two columns each: of all days, of the month, of the week, and of today.
    private static func amounts(in rows: SQLiteStatement, from column: Int32) -> SpentAmounts {
        SpentAmounts(
            lifetime: Credits(nanos: rows.saturatedSum(column)), monthly: Credits(nanos: rows.saturatedSum(column + 2)),
            weekly: Credits(nanos: rows.saturatedSum(column + 4)), daily: Credits(nanos: rows.saturatedSum(column + 6)))
    }

    /// Parameters 1 to 5: the days of the month, of the week, and today.
    private static func bindPeriods(_ unixMs: Int64, to rows: SQLiteStatement) {
        let month = days(.monthly, unixMs)
        rows.bind(1, month.lowerBound)
        rows.bind(2, month.upperBound)
        let week = days(.weekly, unixMs)
        rows.bind(3, week.lowerBound)
        rows.bind(4, week.upperBound)
        rows.bind(5, ActivityQuery.day(ofMs: unixMs))
    }

    private mutating func sumDirect(on connection: SQLiteConnection, atMs unixMs: Int64) throws(DatabaseError) {
        let rows = try connection.statement(
            """
            SELECT k.hash, sum(u.direct_nanos >> 32), sum(u.direct_nanos & 4294967295),
                sum(u.direct_nanos >> 32) FILTER (WHERE u.day BETWEEN ?1 AND ?2),
                sum(u.direct_nanos & 4294967295) FILTER (WHERE u.day BETWEEN ?1 AND ?2),
                sum(u.direct_nanos >> 32) FILTER (WHERE u.day BETWEEN ?3 AND ?4),
                sum(u.direct_nanos & 4294967295) FILTER (WHERE u.day BETWEEN ?3 AND ?4),
                sum(u.direct_nanos >> 32) FILTER (WHERE u.day = ?5),
                sum(u.direct_nanos & 4294967295) FILTER (WHERE u.day = ?5)
            FROM usage_days u JOIN keys_seen k ON k.ref = u.key_ref WHERE u.direct_nanos > 0 GROUP BY u.key_ref
            """)
        Self.bindPeriods(unixMs, to: rows)
        while try rows.step() {
            guard let digest = rows.withBytes(0, { SHA256Digest(bytes: $0) }) else { continue }
            directByKey[APIKeyHash(digest: digest), default: .zero] += Self.amounts(in: rows, from: 1)
        }
    }

    /// Those that a caller's own key paid for are not counted: their endpoints end in its id (`Endpoint.identity`).
    private mutating func countFreeRequests(
        on connection: SQLiteConnection, atMs unixMs: Int64
    ) throws(DatabaseError) {
        let rows = try connection.statement(
            """
            SELECT e.model, sum(u.requests) FROM usage_days u JOIN endpoints_seen e ON e.ref = u.endpoint_ref
            WHERE u.day = ?1 AND e.endpoint_id NOT GLOB '*!????????-????-????-????-????????????' GROUP BY u.endpoint_ref
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
