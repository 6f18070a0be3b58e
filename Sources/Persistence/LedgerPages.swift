import Activity
import Database

/// Reads the ledger in pieces.
enum LedgerPages {
    /// The newest first.
    static func page(_ query: LedgerQuery, on connection: SQLiteConnection) throws(DatabaseError) -> LedgerPage {
        // The ledger has no gaps, so that its last number is its length.
        let all = Int(try connection.integer("SELECT coalesce(max(seq), 0) FROM ledger") ?? 0)
        var page = LedgerPage()
        let rows: SQLiteStatement
        switch query.kind {
        case nil:
            page.count = all
            rows = try connection.statement(LedgerLineRow.selectPage)
            rows.bind(1, all - query.offset)
            rows.bind(2, query.limit)
        case .charge:
            page.count = all - Int(try connection.integer("SELECT count(*) FROM ledger_orders") ?? 0)
            rows = try connection.statement(LedgerLineRow.selectChargesPage)
            rows.bind(1, query.limit)
            rows.bind(2, query.offset)
        case .some(let kind):
            let count = "SELECT count(*) FROM ledger_orders WHERE kind = \(kind.rawValue)"
            page.count = Int(try connection.integer(count) ?? 0)
            rows = try connection.statement(LedgerLineRow.selectOrdersPage)
            rows.bind(1, query.limit)
            rows.bind(2, query.offset)
            rows.bind(3, Int(kind.rawValue))
        }
        defer { rows.reset() }
        while try rows.step() { if let line = LedgerLineRow.line(of: rows) { page.lines.append(line) } }
        return page
    }

    /// In order, from behind one row on. Looks at a bounded number of rows, so that a time far from there does not keep
    /// other reads waiting.
    static func slice(
        after last: Int64, during range: Range<Int64>, limit: Int, on connection: SQLiteConnection
    ) throws(DatabaseError) -> LedgerSlice {
        let rows = try connection.statement(LedgerLineRow.selectBehind)
        rows.bind(1, last)
        rows.bind(2, PersistenceLimits.scannedRows)
        defer { rows.reset() }
        var slice = LedgerSlice()
        var looked = 0
        while try rows.step() {
            looked += 1
            slice.last = rows.int64(0)
            guard range.contains(rows.int64(3)), let line = LedgerLineRow.line(of: rows) else { continue }
            slice.lines.append(line)
            if slice.lines.count == limit { return slice }
        }
        if looked < PersistenceLimits.scannedRows { slice.last = nil }
        return slice
    }
}
