import Synchronization

/// The limits of a budget as numbers that every thread may read and change.
///
/// Relaxed: each limit stands for itself. A hold that overlaps a change is decided by either value.
struct LimitCells: ~Copyable, Sendable {
    let lifetime: Atomic<Int64>
    let monthly: Atomic<Int64>
    let weekly: Atomic<Int64>
    let daily: Atomic<Int64>

    /// Stands for no limit, and is one for amounts that no counter could hold.
    static let unlimited = AccountingLimits.limitNanosMax + 1

    init(_ limits: BudgetLimits) {
        lifetime = Atomic(Self.nanos(limits.lifetime))
        monthly = Atomic(Self.nanos(limits.monthly))
        weekly = Atomic(Self.nanos(limits.weekly))
        daily = Atomic(Self.nanos(limits.daily))
    }

    var limits: BudgetLimits {
        BudgetLimits(lifetime: self[.lifetime], monthly: self[.monthly], weekly: self[.weekly], daily: self[.daily])
    }

    var hasAny: Bool {
        nanos(.lifetime) < Self.unlimited || nanos(.monthly) < Self.unlimited || nanos(.weekly) < Self.unlimited
            || nanos(.daily) < Self.unlimited
    }

    subscript(_ interval: LimitInterval) -> Credits? {
        let nanos = nanos(interval)
        return nanos == Self.unlimited ? nil : Credits(nanos: nanos)
    }

    func nanos(_ interval: LimitInterval) -> Int64 {
        switch interval {
        case .lifetime: lifetime.load(ordering: .relaxed)
        case .monthly: monthly.load(ordering: .relaxed)
        case .weekly: weekly.load(ordering: .relaxed)
        case .daily: daily.load(ordering: .relaxed)
        }
    }

    func set(_ limits: BudgetLimits) {
        lifetime.store(Self.nanos(limits.lifetime), ordering: .relaxed)
        monthly.store(Self.nanos(limits.monthly), ordering: .relaxed)
        weekly.store(Self.nanos(limits.weekly), ordering: .relaxed)
        daily.store(Self.nanos(limits.daily), ordering: .relaxed)
    }

    /// Raises the lifetime's limit, or lowers it by a negative amount; no limit stays none.
    func addToLifetime(_ nanos: Int64) {
        var seen = lifetime.load(ordering: .relaxed)
        while seen != Self.unlimited {
            let (sum, overflow) = seen.addingReportingOverflow(nanos)
            let desired = overflow ? (nanos < 0 ? Int64.min : AccountingLimits.limitNanosMax) : sum
            let (exchanged, found) = lifetime.weakCompareExchange(
                expected: seen, desired: min(desired, AccountingLimits.limitNanosMax), ordering: .relaxed)
            if exchanged { return }
            seen = found
        }
    }

    private static func nanos(_ limit: Credits?) -> Int64 {
        guard let limit else { return unlimited }
        return min(limit.nanos, AccountingLimits.limitNanosMax)
    }
}
