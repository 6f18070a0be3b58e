package import Access
import Database

/// The keys of the store for one loop: confined to it, every answer comes back on it.
package final class LoopKeys: KeyChangeStoring {
    private let writer: GroupCommitWriter
    private let target: any CompletionTarget

    init(writer: GroupCommitWriter, target: any CompletionTarget) {
        self.writer = writer
        self.target = target
    }

    package func store(_ change: KeyChange) async -> KeyChangeOutcome {
        await withUnsafeContinuation { continuation in
            let job = KeyJob(change, target: target, told: continuation)
            switch writer.submit(job) {
            case .queued: break
            case .spooled: job.completed(.spooled)
            case .lost: job.completed(.lost)
            }
        }
    }
}
