import Accounting
import Activity
import Database

/// The row of a request that is still running: what its record will be if the server goes down before its end.
final class InFlightJob: WriteJob {
    private let record: GenerationRecord
    private let books: Bookkeeper

    init(_ record: GenerationRecord, books: Bookkeeper) {
        self.books = books
        var interrupted = record
        interrupted.status = .interrupted
        interrupted.charge = .none
        self.record = interrupted
    }

    var target: (any CompletionTarget)? { nil }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        let keyRef = try books.keyRef(record.apiKey, record.workspaceID, on: connection)
        let endpointRef = try books.endpointRef(of: record, on: connection)
        try GenerationRow.insert(
            record, keyRef: keyRef, endpointRef: endpointRef, by: GenerationTable.insertInFlight,
            selectID: GenerationTable.selectIDInFlight, on: connection)
    }

    func completed(_ outcome: WriteOutcome) {}

    var summary: String? { "in-flight row of generation \(record.id)" }
}
