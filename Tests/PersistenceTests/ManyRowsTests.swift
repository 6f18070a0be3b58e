import Accounting
import Activity
import Database
import TestSupport
import Testing

@testable import Persistence

/// Opening and summing stay quick with many rows: what they read grows with days, keys and endpoints, not with requests.
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
                    count(*), 0, 0, sum(nanos) FROM ledger GROUP BY 1, 2, 3;
                INSERT INTO ledger_days SELECT day, key_ref, 0, sum(nanos) FROM usage_days GROUP BY 1, 2;
                UPDATE booked SET seq = 200000;
                """)
        }
    }

    @Test func sumsWithoutReadingTheLedger() async throws {
        try fill()
        let clock = ContinuousClock()
        let start = clock.now
        let store = try fixture.open()
        let opened = clock.now
        let generations = store.generations(for: ImmediateTarget())
        let days = ActivityQuery.completedDays(30, beforeMs: StoreFixture.nowMs)
        let rows = try await generations.activity(ActivityQuery(days: days))
        let asked = clock.now
        #expect(opened - start < .seconds(1), "opening took \(opened - start)")
        #expect(asked - opened < .milliseconds(500), "summing took \(asked - opened)")
        #expect(rows.count == 300)
        let reader = try SQLiteConnection(path: fixture.databaseFile, mode: .queries)
        let expected = try reader.integer(
            "SELECT sum(nanos) FROM ledger WHERE at_ms / \(Self.day) BETWEEN \(days.lowerBound) AND \(days.upperBound - 1)"
        )
        #expect(rows.reduce(0) { $0 + $1.usage.nanos } == expected)
        #expect(store.ledger.totals.charged.nanos == (try reader.integer("SELECT sum(nanos) FROM ledger")))
        store.close()
    }
}
