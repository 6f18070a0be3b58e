import Database
import Synchronization

/// Why the server should get no new requests. Written by the main thread and the store, read by every loop.
final class Readiness: Sendable {
    private struct State {
        var isStarting = true
        var isDraining = false
        var store: StoreHealth?
    }

    private let state = Mutex(State())

    func started() { state.withLock { $0.isStarting = false } }
    func draining() { state.withLock { $0.isDraining = true } }
    func store(_ health: StoreHealth) { state.withLock { $0.store = health.isHealthy ? nil : health } }

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
