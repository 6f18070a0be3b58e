import Accounting
import Activity
import Database

extension LedgerTotals {
    /// Sums the whole ledger: the sums by day and what is behind them. To be called in a snapshot.
    init(on connection: SQLiteConnection) throws(DatabaseError) {
        self.init()
        var sums: [(kind: Int64, nanos: Int64)] = []
        let rows = try connection.statement(
            """
            SELECT kind, sum(nanos >> 32), sum(nanos & 4294967295) FROM ledger_days GROUP BY kind
            UNION ALL SELECT kind, sum(nanos >> 32), sum(nanos & 4294967295) FROM ledger
            WHERE seq > (SELECT seq FROM booked) GROUP BY kind
            """)
        while try rows.step() { sums.append((rows.int64(0), rows.saturatedSum(1))) }
        for sum in sums {
            guard let kind = UInt8(exactly: sum.kind).flatMap(LedgerKind.init(rawValue:)) else { continue }
            self[kind] += Credits(nanos: sum.nanos)
        }
    }
}
