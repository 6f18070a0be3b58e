import Synchronization

/// Counts what happens in fixed windows of time, from any thread and without a lock.
///
/// Windows begin at multiples of their length since 1970, so a minute is a minute of the clock and a day one of UTC. At
/// the edge the count starts anew: who used all of a window in its last second may use all of the next one in its
/// first. A moment in the window before the one at hand counts in the one at hand, so that loops whose clocks were read
/// on different sides of the edge do not reset each other. A clock that was set back further begins a new window.
struct RateWindow: ~Copyable, Sendable {
    let lengthMs: Int64
    /// The number of the window in the upper half, the count in the lower.
    private let state = Atomic<UInt64>(0)

    init(lengthMs: Int64) {
        self.lengthMs = lengthMs
    }

    private static let countMask: UInt64 = 0xffff_ffff

    /// The state as it counts at a moment.
    private func current(_ word: UInt64, atMs unixMs: Int64) -> UInt64 {
        let number = UInt64(clamping: unixMs / lengthMs) & Self.countMask
        let held = word >> 32
        return number == held || number + 1 == held ? word : number << 32
    }

    /// What was counted in the window of a moment.
    func count(atMs unixMs: Int64) -> Int {
        Int(current(state.load(ordering: .relaxed), atMs: unixMs) & Self.countMask)
    }

    /// When the window of a moment ends.
    func end(atMs unixMs: Int64) -> Int64 {
        (Int64(current(state.load(ordering: .relaxed), atMs: unixMs) >> 32) + 1) * lengthMs
    }

    /// Counts one, unless `limit` were counted already.
    func take(limit: Int, atMs unixMs: Int64) -> Bool {
        var word = state.load(ordering: .relaxed)
        while true {
            let now = current(word, atMs: unixMs)
            if Int(now & Self.countMask) >= limit { return false }
            let (exchanged, original) = state.weakCompareExchange(
                expected: word, desired: now + 1, ordering: .relaxed)
            if exchanged { return true }
            word = original
        }
    }

    /// Counts `amount`; the count stays at the largest number that it holds.
    func add(_ amount: Int, atMs unixMs: Int64) {
        if amount <= 0 { return }
        var word = state.load(ordering: .relaxed)
        while true {
            let now = current(word, atMs: unixMs)
            let sum = min(now & Self.countMask + UInt64(amount), Self.countMask)
            let (exchanged, original) = state.weakCompareExchange(
                expected: word, desired: now & ~Self.countMask | sum, ordering: .relaxed)
            if exchanged { return }
            word = original
        }
    }
}
