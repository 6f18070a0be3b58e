package import Activity
import Buffers
import Database

/// Everything at once: exports and backups.
extension LoopGenerations: RecordExporting {
    package func generations(
        after last: GenerationID?, during range: Range<Int64>, limit: Int
    ) async throws(GenerationReadError) -> [GenerationRecord] {
        let range = range.clamped(to: Self.idTimes)
        if range.isEmpty { return [] }
        return try await read { (connection) throws(DatabaseError) in
            var first = GenerationID.orderKey(unixMs: range.lowerBound)
            if let last { first = max(first, try Self.orderKey(of: last, on: connection) + 1) }
            let rows = try connection.statement(GenerationTable.selectRange)
            rows.bind(1, first)
            rows.bind(2, GenerationID.orderKey(unixMs: range.upperBound))
            rows.bind(3, limit)
            defer { rows.reset() }
            var records: [GenerationRecord] = []
            while try rows.step() {
                guard let record = GenerationRow.record(of: rows) else {
                    throw DatabaseError(.corrupt, "the row of a generation cannot be read")
                }
                records.append(record)
            }
            return records
        }
    }

    /// Where the row of an id stands, or would if it has been removed.
    private static func orderKey(
        of id: GenerationID, on connection: SQLiteConnection
    ) throws(DatabaseError) -> Int64 {
        let row = try connection.statement(GenerationTable.selectOrderKey)
        GenerationTable.bind(id, to: row)
        defer { row.reset() }
        return try row.step() ? row.int64(0) : id.orderKey
    }

    /// The times that ids can tell: their seconds have ten digits.
    private static let idTimes: Range<Int64> = 1_000_000_000_000..<10_000_000_000_000

    package func backup() -> any RecordStream { backups.stream(for: target) }

    package func ledger(
        after last: Int64, during range: Range<Int64>, limit: Int
    ) async throws(GenerationReadError) -> LedgerSlice {
        try await read { (connection) throws(DatabaseError) in
            try LedgerPages.slice(after: last, during: range, limit: limit, on: connection)
        }
    }
}
