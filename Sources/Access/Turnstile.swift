import Synchronization

/// Lets one task at a time through, in the order of their coming, on whatever executor each runs.
final class Turnstile: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Comes back when it is this task's turn. Every `enter` needs its `leave`.
    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken {
                    state.waiting.append(continuation)
                    return false
                }
                state.isTaken = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let next = state.waiting.first else {
                state.isTaken = false
                return nil
            }
            state.waiting.removeFirst()
            return next
        }
        next?.resume()
    }
}
