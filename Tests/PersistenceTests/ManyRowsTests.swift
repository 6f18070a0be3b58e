import Accounting
import Activity
import Database
import Foundation
import TestSupport
import Testing

@testable import Persistence

/// Opening and summing stay quick with many rows: what they read grows with days, keys and endpoints, not with requests.
///
/// `MARTLET_LEDGER_ROWS` asks for another number of rows than 200,000, which is measured on its own and so more strictly.
@Suite struct ManyRowsTests {
    let fixture = StoreFixture()
    private static let day: Int64 = 86_400_000
    private static let count =
        ProcessInfo.processInfo.environment["MARTLET_LEDGER_ROWS"].flatMap { Int64($0) } ?? 200_000

    /// Rows of the ledger over 60 days, ten keys and ten endpoints, all summed, as a running server leaves them.
    private func fill() throws {
        try fixture.open().close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try connection.transaction { () throws(DatabaseError) in
            try connection.execute(
                """
                CREATE TEMP TABLE n (i INTEGER PRIMARY KEY);
                WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < \(Self.count))
                    INSERT INTO n SELECT i FROM c;
                INSERT INTO keys_seen SELECT i, CAST(printf('%032d', i) AS BLOB), 'default' FROM n WHERE i <= 10;
                INSERT INTO endpoints_seen SELECT i, 'e' || i, 't', 'm' || i, 'p', 'u' FROM n WHERE i <= 10;
                INSERT INTO ledger SELECT i, 0, i % 1000, \(StoreFixture.nowMs) - i * \(60 * Self.day / Self.count),
                    1 + i * 7 % 10, printf('gen-1767323045-%020d', i), NULL FROM n;
                INSERT INTO usage_days SELECT at_ms / \(Self.day), key_ref, 1 + seq / 10 % 10, count(*), count(*),
                    count(*), 0, 0, sum(nanos) FROM ledger GROUP BY 1, 2, 3;
                INSERT INTO ledger_days SELECT day, key_ref, 0, sum(nanos) FROM usage_days GROUP BY 1, 2;
                UPDATE booked SET seq = \(Self.count);
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
        print("\(Self.count) rows: opened in \(opened - start), summed in \(asked - opened)")
        #expect(opened - start < .seconds(1), "opening took \(opened - start)")
        #expect(asked - opened < .milliseconds(Self.count == 200_000 ? 500 : 50), "summing took \(asked - opened)")
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
