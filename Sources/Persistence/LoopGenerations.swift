package import Activity
import Database

/// The generations of the store for one loop: confined to it, every answer comes back on it.
package final class LoopGenerations: GenerationRecording, GenerationReading {
    private let writer: GroupCommitWriter
    private let queries: QueryThread
    private let target: any CompletionTarget

    init(writer: GroupCommitWriter, queries: QueryThread, target: any CompletionTarget) {
        self.writer = writer
        self.queries = queries
        self.target = target
    }

    package var acceptsWork: Bool { writer.acceptsWork }

    package func record(_ record: GenerationRecord, completion: @escaping (RecordOutcome) -> Void) {
        submit(RecordJob(record, target: target, told: .closure(completion)))
    }

    package func record(_ record: GenerationRecord) async -> RecordOutcome {
        await withUnsafeContinuation { continuation in
            submit(RecordJob(record, target: target, told: .continuation(continuation)))
        }
    }

    private func submit(_ job: RecordJob) {
        switch writer.submit(job) {
        case .queued: break
        case .spooled: job.completed(.spooled)
        case .lost: job.completed(.lost)
        }
    }

    package func began(_ record: GenerationRecord) {
        _ = writer.submit(InFlightJob(record))
    }

    package func generation(_ id: GenerationID) async throws(GenerationReadError) -> GenerationRecord? {
        let result = await withUnsafeContinuation { continuation in
            let job = GenerationQuery(id, target: target, continuation: continuation)
            if !queries.submit(job) { job.refuse() }
        }
        return try result.get()
    }
}
