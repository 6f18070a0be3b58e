import Database
import Synchronization

/// Why the server should get no new requests. Written by the main thread and the store, read by every loop.
final class Readiness: Sendable {
    private struct State {
        var isStarting = true
        var isDraining = false
        var store: StoreHealth?
        var lostRecords = 0
    }

    private let state = Mutex(State())

    func started() { state.withLock { $0.isStarting = false } }
    func draining() { state.withLock { $0.isDraining = true } }
    func store(_ health: StoreHealth) { state.withLock { $0.store = health.isHealthy ? nil : health } }

    func lostRecord() { state.withLock { $0.lostRecords += 1 } }

    /// Records that were lost since the start.
    var lostRecords: Int { state.withLock { $0.lostRecords } }

    /// What somebody should look into although requests are served; a sentence each.
    var warnings: [String] {
        let lost = lostRecords
        if lost == 0 { return [] }
        return ["\(lost) records could not be stored since the start. The log has each as record_lost."]
    }

    /// A sentence each; empty when all is well.
    var reasons: [String] {
        state.withLock { state in
            var reasons: [String] = []
            if state.isStarting { reasons.append("The server is starting.") }
            if state.isDraining { reasons.append("The server is shutting down.") }
            if let store = state.store { reasons.append("The store cannot write: \(store.message)") }
            return reasons
        }
    }
}
