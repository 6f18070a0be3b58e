package import Activity
import Database

/// The generations of the store for one loop: confined to it, every answer comes back on it.
package final class LoopGenerations: GenerationRecording, GenerationReading {
    private let writer: GroupCommitWriter
    let queries: QueryThread
    let target: any CompletionTarget
    /// What the loop's present turn has to write. Handed over at its end: a wake and a commit for all of it, where a
    /// wake each would let the writer interrupt the loop after every request.
    private var waiting: [any WriteJob] = []

    init(writer: GroupCommitWriter, queries: QueryThread, target: any CompletionTarget) {
        self.writer = writer
        self.queries = queries
        self.target = target
    }

    package var acceptsWork: Bool { writer.acceptsWork }
    package var canWriteNow: Bool { writer.canWriteNow }

    package func record(_ record: consuming GenerationRecord, completion: @escaping (RecordOutcome) -> Void) {
        submit(RecordJob(record, target: target, telling: .closure(completion)))
    }

    package func record(_ record: consuming GenerationRecord) async -> RecordOutcome {
        let job = RecordJob(record, target: target, telling: .nobody)
        return await withUnsafeContinuation { continuation in
            job.listener = .continuation(continuation)
            submit(job)
        }
    }

    package func began(_ record: GenerationRecord) {
        submit(InFlightJob(record))
    }

    func submit(_ job: any WriteJob) {
        waiting.append(job)
        if waiting.count == 1 { target.atEndOfTurn { [self] in handOver() } }
    }

    private func handOver() {
        let jobs = waiting
        waiting.removeAll()
        let (taken, submission) = writer.submit(jobs)
        if submission == .spooled {
            for job in jobs[..<taken] { job.completed(.spooled) }
        }
        for job in jobs[taken...] { job.completed(.lost) }
    }

    package func generation(_ id: GenerationID) async throws(GenerationReadError) -> GenerationRecord? {
        let result = await withUnsafeContinuation { continuation in
            let job = GenerationQuery(id, target: target, continuation: continuation)
            if !queries.submit(job) { job.refuse() }
        }
        return try result.get()
    }
}
