/// A place where one task of a loop waits for an event of the same loop.
///
/// Events do not pile up: any number of `resume` calls before a `wait` let exactly that one `wait` return at once.
/// Confined to its loop; costs one enqueue on the loop and no allocation per wait.
package final class Waiter: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Void, Never>?
    private var isResumed = false

    package init() {}

    package var isWaiting: Bool { continuation != nil }

    package func wait() async {
        if isResumed {
            isResumed = false
            return
        }
        precondition(continuation == nil, "two tasks wait in one place")
        await withUnsafeContinuation { continuation = $0 }
    }

    package func resume() {
        if let waiting = continuation {
            continuation = nil
            waiting.resume()
        } else {
            isResumed = true
        }
    }

    /// Forgets a `resume` that nobody waited for.
    package func reset() {
        isResumed = false
    }
}
