import Activity
import Completions
import Reactor
import Synchronization

/// Records in memory. Tests see what was recorded, hold back completions, and close the store for new work.
final class RecordLedger: GenerationRecording, Sendable {
    /// Called on the loop and nowhere else, which is what makes it Sendable.
    private struct Completion: @unchecked Sendable {
        let resume: (RecordOutcome) -> Void
    }

    private struct State {
        var records: [GenerationRecord] = []
        var begun: [GenerationRecord] = []
        var held: [Completion] = []
        var isHolding = false
        var acceptsWork = true
    }

    private let state = Mutex(State())
    private let loop: EventLoop

    init(loop: EventLoop) {
        self.loop = loop
    }

    var records: [GenerationRecord] { state.withLock { $0.records } }
    /// What `began` was called with.
    var begun: [GenerationRecord] { state.withLock { $0.begun } }

    /// From now on records are taken, and their completions wait for `release`.
    func hold() {
        state.withLock { $0.isHolding = true }
    }

    /// Completes what is held; later records complete at once again.
    func release() {
        loop.execute {
            let held = self.state.withLock { state in
                state.isHolding = false
                defer { state.held = [] }
                return state.held
            }
            for completion in held { completion.resume(.durable) }
        }
    }

    func refuseWork() {
        state.withLock { $0.acceptsWork = false }
    }

    // MARK: GenerationRecording

    var canWriteNow: Bool { true }
    var acceptsWork: Bool { state.withLock { $0.acceptsWork } }

    func record(_ record: GenerationRecord, completion: @escaping (RecordOutcome) -> Void) {
        let boxed = Completion(resume: completion)
        let isHeld = state.withLock { state in
            state.records.append(record)
            if state.isHolding { state.held.append(boxed) }
            return state.isHolding
        }
        if !isHeld { completion(.durable) }
    }

    func record(_ record: GenerationRecord) async -> RecordOutcome {
        await withUnsafeContinuation { continuation in
            self.record(record) { continuation.resume(returning: $0) }
        }
    }

    func began(_ record: GenerationRecord) {
        state.withLock { $0.begun.append(record) }
    }
}
