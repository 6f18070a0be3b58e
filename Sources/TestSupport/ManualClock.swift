import Synchronization

/// A clock that moves only when a test says so.
///
/// `nowMs` is the monotonic side (loop time), `unixMs` the wall clock; they start apart so that code which confuses
/// them fails. Safe to share between threads.
package final class ManualClock: Sendable {
    private let state: Mutex<(monotonic: UInt64, wall: Int64)>

    /// `unixMs` defaults to 2026-01-02T03:04:05.678Z.
    package init(nowMs: UInt64 = 1_000_000, unixMs: Int64 = 1_767_323_045_678) {
        state = Mutex((nowMs, unixMs))
    }

    /// Milliseconds since an arbitrary start.
    package var nowMs: UInt64 { state.withLock { $0.monotonic } }
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var unixMs: Int64 { state.withLock { $0.wall } }

    /// Moves both sides on.
    package func advance(byMs milliseconds: UInt64) {
        state.withLock {
            $0.monotonic += milliseconds
            $0.wall += Int64(milliseconds)
        }
    }

    /// Sets the wall clock alone, as an operator or NTP does.
    package func jump(toUnixMs milliseconds: Int64) {
        state.withLock { $0.wall = milliseconds }
    }
}
