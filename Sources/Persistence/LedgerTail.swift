import Activity
import Database

/// The end of the ledger that the sums by day do not hold yet: what came in the last seconds, or before a crash.
enum LedgerTail {
    /// The last row that the sums hold.
    static func bookedSeq(_ connection: SQLiteConnection) throws(DatabaseError) -> Int64 {
        try connection.integer("SELECT seq FROM booked") ?? 0
    }

    /// The rows behind `seq`, oldest first, at most `limit`.
    static func rows(
        after seq: Int64, limit: Int, on connection: SQLiteConnection
    ) throws(DatabaseError) -> [LedgerRow] {
        let row = try connection.statement(
            "SELECT seq, kind, nanos, at_ms, key_ref, generation FROM ledger WHERE seq > ?1 ORDER BY seq LIMIT ?2")
        row.bind(1, seq)
        row.bind(2, limit)
        defer { row.reset() }
        var rows: [LedgerRow] = []
        while try row.step() {
            guard let kind = UInt8(exactly: row.int64(1)).flatMap(LedgerKind.init(rawValue:)) else {
                throw DatabaseError(
                    .corrupt, "\(connection.path): row \(row.int64(0)) of the ledger is of no known kind")
            }
            var entry = LedgerRow(
                seq: row.int64(0), kind: kind, nanos: row.int64(2), atMs: row.int64(3), keyRef: row.int64(4))
            if kind == .charge, let id = GenerationID(row.text(5)) { entry.usage = try usage(of: id, on: connection) }
            rows.append(entry)
        }
        return rows
    }

    private static func usage(
        of id: GenerationID, on connection: SQLiteConnection
    ) throws(DatabaseError) -> LedgerRow.Usage? {
        let row = try connection.statement(GenerationTable.selectUsage)
        GenerationTable.bind(id, to: row)
        defer { row.reset() }
        guard try row.step() else { return nil }
        let details = row.text(3)
        return LedgerRow.Usage(
            endpointRef: row.int64(0), prompt: row.int(1), completion: row.int(2),
            reasoning: GenerationDetails.number("ur", in: details), cached: GenerationDetails.number("uc", in: details),
            direct: Int64(GenerationDetails.number("bn", in: details)))
    }
}
