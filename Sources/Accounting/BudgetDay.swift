import Synchronization

/// The four windows of a budget that contain one UTC day: one look-up for all of them.
@safe
final class BudgetDay: Sendable {
    let startMs: Int64
    let endMs: Int64
    let lifetime: LimitWindow
    let monthly: LimitWindow
    let weekly: LimitWindow
    let daily: LimitWindow
    /// The day behind this one in the budget's list; owned by the list, see `BudgetDays`.
    let next = unsafe Atomic<Unmanaged<BudgetDay>?>(nil)

    /// The first day of a budget.
    init(containing unixMs: Int64, spent: SpentAmounts) {
        lifetime = LimitWindow(.lifetime, containing: unixMs, spent: spent.lifetime)
        monthly = LimitWindow(.monthly, containing: unixMs, spent: spent.monthly)
        weekly = LimitWindow(.weekly, containing: unixMs, spent: spent.weekly)
        daily = LimitWindow(.daily, containing: unixMs, spent: spent.daily)
        startMs = daily.startMs
        endMs = daily.endMs
    }

    /// A day between two neighbours: where another day of the same week or month is known, one of these is.
    init(containing unixMs: Int64, after earlier: BudgetDay, before later: BudgetDay?) {
        lifetime = earlier.lifetime
        monthly =
            Self.shared(earlier.monthly, later?.monthly, unixMs) ?? LimitWindow(.monthly, containing: unixMs)
        weekly = Self.shared(earlier.weekly, later?.weekly, unixMs) ?? LimitWindow(.weekly, containing: unixMs)
        daily = LimitWindow(.daily, containing: unixMs)
        startMs = daily.startMs
        endMs = daily.endMs
    }

    static func shared(_ earlier: LimitWindow, _ later: LimitWindow?, _ unixMs: Int64) -> LimitWindow? {
        if earlier.contains(unixMs) { return earlier }
        guard let later, later.contains(unixMs) else { return nil }
        return later
    }

    @inline(__always)
    func contains(_ unixMs: Int64) -> Bool { startMs <= unixMs && unixMs < endMs }

    func window(_ interval: LimitInterval) -> LimitWindow {
        switch interval {
        case .lifetime: lifetime
        case .monthly: monthly
        case .weekly: weekly
        case .daily: daily
        }
    }

    /// Takes room in all four windows or in none.
    @inline(__always)
    func reserve(_ nanos: Int64, _ limits: borrowing LimitCells) -> Bool {
        guard lifetime.reserve(nanos, limitNanos: limits.lifetime.load(ordering: .relaxed)) else { return false }
        guard monthly.reserve(nanos, limitNanos: limits.monthly.load(ordering: .relaxed)) else {
            lifetime.release(nanos)
            return false
        }
        guard weekly.reserve(nanos, limitNanos: limits.weekly.load(ordering: .relaxed)) else {
            monthly.release(nanos)
            lifetime.release(nanos)
            return false
        }
        guard daily.reserve(nanos, limitNanos: limits.daily.load(ordering: .relaxed)) else {
            weekly.release(nanos)
            monthly.release(nanos)
            lifetime.release(nanos)
            return false
        }
        return true
    }

    @inline(__always)
    func charge(_ nanos: Int64, heldNanos: Int64) {
        lifetime.charge(nanos, heldNanos: heldNanos)
        monthly.charge(nanos, heldNanos: heldNanos)
        weekly.charge(nanos, heldNanos: heldNanos)
        daily.charge(nanos, heldNanos: heldNanos)
    }

    /// Changes what was spent in one of the windows alone.
    func adjust(_ interval: LimitInterval, _ nanos: Int64) { window(interval).adjust(nanos) }

    func adjust(_ nanos: Int64) {
        lifetime.adjust(nanos)
        monthly.adjust(nanos)
        weekly.adjust(nanos)
        daily.adjust(nanos)
    }
}
