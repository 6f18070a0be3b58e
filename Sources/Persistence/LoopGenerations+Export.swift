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
            let rows = try connection.statement(GenerationTable.selectRange)
            // Ids begin with the second of their making, so that a time is a range of the primary key.
            rows.bind(1, last?.description ?? "gen-\(range.lowerBound / 1000)-")
            rows.bind(2, "gen-\((range.upperBound - 1) / 1000).")
            rows.bind(3, range.lowerBound)
            rows.bind(4, range.upperBound)
            rows.bind(5, limit)
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
