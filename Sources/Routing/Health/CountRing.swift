import Synchronization

/// Counts of three kinds in a rolling window: a ring of slots of equal length, each one word, written by every loop
/// without a lock.
///
/// A slot says which stretch of time it counts; who comes first in a new one empties it. A slot that is full counts
/// nothing any more, so that the proportion of the kinds stays true.
struct CountRing<let slots: Int>: ~Copyable, Sendable {
    struct Counts: Equatable {
        var successes = 0
        var failures = 0
        var limits = 0

        var total: Int { successes + failures + limits }
    }

    private let slotMs: UInt64
    /// Bits: 0-13 successes, 14-27 failures, 28-41 rate limits, 42-63 the number of the stretch.
    private let words = InlineArray<slots, Atomic<UInt64>> { _ in Atomic(0) }

    private static var countMask: UInt64 { 0x3fff }
    private static var epochMask: UInt64 { 0x3f_ffff }

    init(slotMs: UInt64) {
        self.slotMs = slotMs
    }

    /// Begins behind a whole ring, so that what is restored has a place on a clock that has just started.
    private func epoch(_ nowMs: UInt64) -> UInt64 { (nowMs / slotMs + UInt64(slots)) & Self.epochMask }

    /// The counts of the slot at hand after this one was added.
    @discardableResult
    func add(_ verdict: AttemptOutcome.Verdict, nowMs: UInt64) -> Counts {
        let shift: UInt64
        switch verdict {
        case .success: shift = 0
        case .failure: shift = 14
        case .limited: shift = 28
        case .neutral: return Counts()
        }
        let epoch = epoch(nowMs)
        let index = Int(epoch % UInt64(slots))
        var word = words[index].load(ordering: .relaxed)
        while true {
            // A loop whose clock is a little behind counts in the slot that is there.
            let isFresh = word >> 42 != epoch && word >> 42 != epoch + UInt64(slots)
            let base = isFresh ? epoch << 42 : word
            let isFull = base >> shift & Self.countMask == Self.countMask
            if isFull { return Self.counts(base) }
            let next = base + 1 << shift
            let (exchanged, original) = words[index].weakCompareExchange(
                expected: word, desired: next, ordering: .relaxed)
            if exchanged { return Self.counts(next) }
            word = original
        }
    }

    /// The sum over the window that ends now.
    func counts(nowMs: UInt64) -> Counts {
        let epoch = epoch(nowMs)
        var sum = Counts()
        for index in 0..<slots {
            let word = words[index].load(ordering: .relaxed)
            if word == 0 || (epoch &- word >> 42) & Self.epochMask >= UInt64(slots) { continue }
            let counts = Self.counts(word)
            sum.successes += counts.successes
            sum.failures += counts.failures
            sum.limits += counts.limits
        }
        return sum
    }

    func clear() {
        for index in 0..<slots { words[index].store(0, ordering: .relaxed) }
    }

    private static func counts(_ word: UInt64) -> Counts {
        Counts(
            successes: Int(word & countMask), failures: Int(word >> 14 & countMask),
            limits: Int(word >> 28 & countMask))
    }

    // MARK: Across restarts

    /// Each slot that counts, by its age in slots.
    func saved(nowMs: UInt64) -> [(age: UInt64, counts: UInt64)] {
        let epoch = epoch(nowMs)
        return (0..<slots).compactMap { index in
            let word = words[index].load(ordering: .relaxed)
            let age = (epoch &- word >> 42) & Self.epochMask
            return word == 0 || age >= UInt64(slots) ? nil : (age, word & 0x3ff_ffff_ffff)
        }
    }

    func restore(age: UInt64, counts: UInt64, nowMs: UInt64) {
        guard age < UInt64(slots) else { return }
        let epoch = (nowMs / slotMs + UInt64(slots) - age) & Self.epochMask
        words[Int(epoch % UInt64(slots))].store(epoch << 42 | counts & 0x3ff_ffff_ffff, ordering: .relaxed)
    }
}
