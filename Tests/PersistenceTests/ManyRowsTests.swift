import Accounting
import Activity
import CSQLite
import TestSupport
import Testing

@testable import Database
@testable import Persistence

/// Opening and summing stay quick with many rows: what they read grows with days, keys and endpoints, not with requests.
/// Counted in pages of the database, because they are the same on a busy machine.
@Suite struct ManyRowsTests {
    let fixture = StoreFixture()
    private static let day: Int64 = 86_400_000

    /// 200,000 rows of the ledger over 60 days, ten keys and ten endpoints, all summed, as a running server leaves them.
    private func fill() throws {
        try fixture.open().close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try connection.transaction { () throws(DatabaseError) in
            try connection.execute(
                """
                CREATE TEMP TABLE n (i INTEGER PRIMARY KEY);
                WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 200000)
                    INSERT INTO n SELECT i FROM c;
                INSERT INTO keys_seen SELECT i, CAST(printf('%032d', i) AS BLOB), 'default' FROM n WHERE i <= 10;
                INSERT INTO endpoints_seen SELECT i, 'e' || i, 't', 'm' || i, 'p', 'u' FROM n WHERE i <= 10;
                INSERT INTO ledger SELECT i, 0, i % 1000, \(StoreFixture.nowMs) - i * 25920, 1 + i * 7 % 10,
                    printf('gen-1767323045-%020d', i), NULL FROM n;
                INSERT INTO usage_days SELECT at_ms / \(Self.day), key_ref, 1 + seq / 10 % 10, count(*), count(*),
                    count(*), 0, 0, sum(nanos), 0 FROM ledger GROUP BY 1, 2, 3;
                INSERT INTO ledger_days SELECT day, key_ref, 0, sum(nanos) FROM usage_days GROUP BY 1, 2;
                UPDATE booked SET seq = 200000;
                """)
        }
    }

    /// The pages that `body` reads from the file.
    private func pages(of connection: SQLiteConnection, _ body: () throws -> Void) throws -> Int32 {
        func misses() -> Int32 {
            var count: Int32 = 0
            var highest: Int32 = 0
            sqlite3_db_status(connection.handle, SQLITE_DBSTATUS_CACHE_MISS, &count, &highest, 0)
            return count
        }
        let before = misses()
        try body()
        return misses() - before
    }

    @Test func sumsWithoutReadingTheLedger() throws {
        try fill()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        let all = try connection.integer("PRAGMA page_count") ?? 0
        #expect(all > 5000)
        var charged = Credits.zero
        let opening = try pages(of: connection) {
            _ = try Bookkeeper(on: connection, atMs: StoreFixture.nowMs)
            charged = try LedgerSums(on: connection, atMs: StoreFixture.nowMs).totals.charged
        }
        #expect(opening < 100, "of \(all)")
        let days = ActivityQuery.completedDays(30, beforeMs: StoreFixture.nowMs)
        var rows: [ActivityRow] = []
        let activity = try pages(of: connection) {
            rows = try UsageReading(ActivityQuery(days: days)).rows(on: connection)
        }
        #expect(activity < 200, "of \(all)")
        #expect(rows.count == 300)
        var totals = LedgerTotals()
        let credits = try pages(of: connection) { totals = try LedgerTotals(on: connection) }
        #expect(credits < 100, "of \(all)")
        let ofDays = try connection.integer(
            "SELECT sum(nanos) FROM ledger WHERE at_ms / \(Self.day) BETWEEN \(days.lowerBound) AND \(days.upperBound - 1)"
        )
        #expect(rows.reduce(0) { $0 + $1.usage.nanos } == ofDays)
        #expect(charged.nanos == (try connection.integer("SELECT sum(nanos) FROM ledger")) && totals.charged == charged)
    }

    @Test(
        arguments: [
            GenerationTable.select, GenerationTable.selectUsage, GenerationTable.selectOrderKey,
            GenerationTable.selectID,
            GenerationTable.selectRange, GenerationTable.deleteInFlight,
        ].map(\.description))
    func generationsAreFoundWithoutAScan(sql: String) throws {
        try fixture.open().close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        let plan = try SQLiteStatement("EXPLAIN QUERY PLAN " + sql, on: connection, isPersistent: false)
        var steps: [String] = []
        while try plan.step() { steps.append(plan.text(3)) }
        #expect(steps.first?.contains("USING INTEGER PRIMARY KEY") == true, "\(steps)")
        #expect(!steps.contains { $0.contains("SCAN") || $0.contains("TEMP B-TREE") }, "\(steps)")
    }
}
