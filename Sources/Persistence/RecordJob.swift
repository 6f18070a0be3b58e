import Access
import Accounting
import Activity
import Database

/// The final record of a generation on its way to the database.
///
/// Made on a loop, written on the writer's thread, told on the loop again; nothing in it changes after its making but
/// `listener`, which only the loop touches. That makes the `@unchecked Sendable` sound.
final class RecordJob: WriteJob, @unchecked Sendable {
    enum Listener {
        case nobody
        case closure((RecordOutcome) -> Void)
        case continuation(UnsafeContinuation<RecordOutcome, Never>)
    }

    let target: (any CompletionTarget)?
    private let record: GenerationRecord
    private let books: Bookkeeper
    var listener: Listener

    init(
        _ record: consuming GenerationRecord, books: Bookkeeper, target: any CompletionTarget,
        telling listener: Listener
    ) {
        self.record = consume record
        self.books = books
        self.target = target
        self.listener = listener
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        let keyRef = try books.keyRef(record.apiKey, record.workspaceID, on: connection)
        let endpointRef = try books.endpointRef(of: record, on: connection)
        try GenerationRow.insert(
            record, keyRef: keyRef, endpointRef: endpointRef, by: GenerationTable.insert,
            selectID: GenerationTable.selectID, on: connection)
        if record.isCharged {
            try books.charge(record, keyRef: keyRef, endpointRef: endpointRef, on: connection)
        }
        guard record.hasInFlightRow else { return }
        let inFlight = try connection.statement(GenerationTable.deleteInFlight)
        GenerationTable.bind(record.id, to: inFlight)
        try inFlight.run()
    }

    func completed(_ outcome: WriteOutcome) {
        let outcome: RecordOutcome =
            switch outcome {
            case .committed: .durable
            case .spooled: .spooled
            case .lost: .lost
            }
        switch listener {
        case .nobody: break
        case .closure(let call): call(outcome)
        case .continuation(let waiting): waiting.resume(returning: outcome)
        }
    }

    var summary: String? { "generation \(record.id), charge \(record.charge.total), key \(record.apiKey)" }
}
