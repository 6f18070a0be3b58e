package import Activity
import Database

/// The generations of the store for one loop: confined to it, every answer comes back on it.
package final class LoopGenerations: GenerationRecording, GenerationReading, ActivityReading, LedgerReading {
    private let writer: GroupCommitWriter
    let books: Bookkeeper
    private let queries: QueryThread
    let backups: Backups
    let target: any CompletionTarget
    /// What the loop's present turn has to write. Handed over at its end: a wake and a commit for all of it, where a
    /// wake each would let the writer interrupt the loop after every request.
    private var waiting: [any WriteJob] = []
    private var handed: [any WriteJob] = []

    init(
        writer: GroupCommitWriter, books: Bookkeeper, queries: QueryThread, backups: Backups,
        target: any CompletionTarget
    ) {
        self.writer = writer
        self.books = books
        self.queries = queries
        self.backups = backups
        self.target = target
    }

    package var acceptsWork: Bool { writer.acceptsWork }
    package var canWriteNow: Bool { writer.canWriteNow }

    package func record(_ record: consuming GenerationRecord, completion: @escaping (RecordOutcome) -> Void) {
        submit(RecordJob(consume record, books: books, target: target, telling: .closure(completion)))
    }

    package func record(_ record: consuming GenerationRecord) async -> RecordOutcome {
        let job = RecordJob(consume record, books: books, target: target, telling: .nobody)
        return await withUnsafeContinuation { continuation in
            job.listener = .continuation(continuation)
            submit(job)
        }
    }

    package func began(_ record: GenerationRecord) {
        submit(InFlightJob(record, books: books))
    }

    func submit(_ job: any WriteJob) {
        waiting.append(job)
        if waiting.count == 1 { target.atEndOfTurn { [self] in handOver() } }
    }

    private func handOver() {
        swap(&waiting, &handed)
        let (taken, submission) = writer.submit(handed)
        if submission == .spooled {
            for job in handed[..<taken] { job.completed(.spooled) }
        }
        for job in handed[taken...] { job.completed(.lost) }
        handed.removeAll(keepingCapacity: true)
    }

    package func generation(_ id: GenerationID) async throws(GenerationReadError) -> GenerationRecord? {
        try await read { (connection) throws(DatabaseError) in
            let row = try connection.statement(GenerationTable.select)
            GenerationTable.bind(id, to: row)
            defer { row.reset() }
            guard try row.step() else { return nil }
            guard let record = GenerationRow.record(of: row) else {
                throw DatabaseError(.corrupt, "the row of generation \(id) cannot be read")
            }
            return record
        }
    }

    package func catalogue(_ fingerprint: UInt64) async throws(GenerationReadError) -> [UInt8]? {
        try await read { (connection) throws(DatabaseError) in
            try Catalogues(connection: connection).endpoints(fingerprint)
        }
    }

    package func activity(_ query: ActivityQuery) async throws(GenerationReadError) -> [ActivityRow] {
        try await read { (connection) throws(DatabaseError) in
            try connection.snapshot { () throws(DatabaseError) in try UsageReading(query).rows(on: connection) }
        }
    }

    package func ledgerTotals() async throws(GenerationReadError) -> LedgerTotals {
        try await read { (connection) throws(DatabaseError) in
            try connection.snapshot { () throws(DatabaseError) in try LedgerTotals(on: connection) }
        }
    }

    /// Runs `body` on the query thread.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(DatabaseError) -> Value
    ) async throws(GenerationReadError) -> Value {
        let result = await withUnsafeContinuation { continuation in
            let job = StoreQuery(target: target, continuation: continuation, body)
            if !queries.submit(job) { job.refuse() }
        }
        return try result.get()
    }
}
