import Synchronization

/// What one budget spends in one period of one interval.
///
/// Two counters: `spent` is what was charged, `reserved` that plus what is held. A hold compares `reserved` with the
/// limit and raises it in one atomic step, so that two holds can never both take the last cent.
///
/// Orders: a counter guards no other memory, so its own sums would be right with relaxed operations. Raising `reserved`
/// releases and reading it acquires because of `HoldTraffic`: who sees a reservation must also see that its hold is
/// being decided.
///
/// A counter that reaches `Int64.max` (9.2 billion dollars) stays there: the true sum is lost, and a full window is the
/// safe mistake.
final class LimitWindow: Sendable {
    let startMs: Int64
    let endMs: Int64
    private let reservedNanos: Atomic<Int64>
    private let spentNanos: Atomic<Int64>

    /// The period of an interval that contains a moment, of which so much is spent.
    init(_ interval: LimitInterval, containing unixMs: Int64, spent: Credits = .zero) {
        startMs = interval.start(containing: unixMs)
        endMs = interval.end(containing: unixMs) ?? Int64.max
        reservedNanos = Atomic(spent.nanos)
        spentNanos = Atomic(spent.nanos)
    }

    func contains(_ unixMs: Int64) -> Bool { startMs <= unixMs && unixMs < endMs }

    var spent: Credits { Credits(nanos: spentNanos.load(ordering: .acquiring)) }

    /// The limit less what is spent and held.
    func left(of limitNanos: Int64) -> Credits {
        let (left, overflow) = limitNanos.subtractingReportingOverflow(reservedNanos.load(ordering: .acquiring))
        return Credits(
            nanos: overflow ? (limitNanos < 0 ? Int64.min : LimitCells.unlimited) : min(left, LimitCells.unlimited))
    }

    /// Takes room for a hold where the limit leaves it.
    @inline(__always)
    func reserve(_ nanos: Int64, limitNanos: Int64) -> Bool {
        var seen = reservedNanos.load(ordering: .relaxed)
        while true {
            let (sum, overflow) = seen.addingReportingOverflow(nanos)
            if overflow || sum > limitNanos { return false }
            let (exchanged, found) = reservedNanos.weakCompareExchange(
                expected: seen, desired: sum, successOrdering: .releasing, failureOrdering: .relaxed)
            if exchanged { return true }
            seen = found
        }
    }

    /// Gives a hold's room back.
    @inline(__always)
    func release(_ nanos: Int64) {
        Self.add(-nanos, to: reservedNanos)
    }

    /// Charges `nanos` in place of a hold of `heldNanos`, neither negative; the charge may be the larger one.
    ///
    /// The room changes first: in between, the window looks fuller than it is, never emptier.
    @inline(__always)
    func charge(_ nanos: Int64, heldNanos: Int64) {
        if nanos != heldNanos { Self.add(nanos - heldNanos, to: reservedNanos) }
        if nanos != 0 { Self.add(nanos, to: spentNanos) }
    }

    /// Adds to what was spent; a refund is negative.
    func adjust(_ nanos: Int64) {
        Self.add(nanos, to: reservedNanos)
        Self.add(nanos, to: spentNanos)
    }

    @inline(__always)
    private static func add(_ nanos: Int64, to counter: borrowing Atomic<Int64>) {
        var seen = counter.load(ordering: .relaxed)
        while seen != Int64.max {
            let (sum, overflow) = seen.addingReportingOverflow(nanos)
            let desired = overflow ? (nanos < 0 ? Int64.min : Int64.max) : sum
            let (exchanged, found) = counter.weakCompareExchange(
                expected: seen, desired: desired, successOrdering: .releasing, failureOrdering: .relaxed)
            if exchanged { return }
            seen = found
        }
    }
}
