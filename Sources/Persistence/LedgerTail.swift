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
            """
            SELECT l.seq, l.kind, l.nanos, l.at_ms, l.key_ref, g.endpoint_ref, g.prompt_tokens, g.completion_tokens,
                g.details
            FROM ledger l LEFT JOIN generations g ON l.kind = 0 AND g.id = l.generation
            WHERE l.seq > ?1 ORDER BY l.seq LIMIT ?2
            """)
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
            if !row.isNull(5) {
                let details = row.text(8)
                entry.usage = LedgerRow.Usage(
                    endpointRef: row.int64(5), prompt: row.int(6), completion: row.int(7),
                    reasoning: GenerationDetails.number("ur", in: details),
                    cached: GenerationDetails.number("uc", in: details))
            }
            rows.append(entry)
        }
        return rows
    }
}
