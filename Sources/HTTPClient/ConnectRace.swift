/// Happy Eyeballs (RFC 8305, section 5) as a state machine without I/O: which of several addresses to try next, and
/// when. The next one starts `staggerMs` after the one before, or at once when all that were started have failed.
package struct ConnectRace {
    package enum Action: Equatable {
        /// Start connecting to the address at this index, and ask again.
        case start(Int)
        /// Wait for an attempt to end, or until this time; then ask again.
        case wait(until: UInt64?)
        /// Every address failed.
        case giveUp
    }

    private let count: Int
    private let staggerMs: UInt64
    private var started = 0
    private var running = 0
    private var nextStart: UInt64 = 0

    package init(count: Int, staggerMs: UInt64) {
        self.count = count
        self.staggerMs = staggerMs
    }

    package mutating func next(now: UInt64) -> Action {
        if started < count, running == 0 || now >= nextStart {
            started += 1
            running += 1
            nextStart = now + staggerMs
            return .start(started - 1)
        }
        if running == 0 { return .giveUp }
        return .wait(until: started < count ? nextStart : nil)
    }

    /// An attempt that was started has failed.
    package mutating func failed() {
        running -= 1
    }
}
