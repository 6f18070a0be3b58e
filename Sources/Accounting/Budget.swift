/// The money of one key, of a workspace, or of the account: what it spent per period, what is held, and its limits.
///
/// Every operation is safe on any thread, takes no lock and does not wait.
package final class Budget: Sendable {
    package let scope: BudgetScope
    let cells: LimitCells
    let days: BudgetDays
    /// Used in the account's budget only, which every chain that shares anything shares.
    let traffic = HoldTraffic()

    /// - Parameters:
    ///   - spent: what was charged so far in the periods that contain `atMs`.
    ///   - atMs: Unix milliseconds, not before the last of these charges; what is charged before that day counts to
    ///     that day. So after a start with a clock that was set back, this is the last charge's moment.
    package init(_ scope: BudgetScope, limits: BudgetLimits, spent: SpentAmounts, atMs: Int64) {
        self.scope = scope
        cells = LimitCells(limits)
        days = BudgetDays(first: BudgetDay(containing: atMs, spent: spent))
    }

    package var limits: BudgetLimits { cells.limits }

    package var hasLimit: Bool { cells.hasAny }

    /// Replaces the limits at once; holds that are open stay, and count against the new limits as well.
    package func setLimits(_ limits: BudgetLimits) { cells.set(limits) }

    /// Raises the lifetime's limit by a grant, or lowers it by a negative adjustment; where there is none, none stays.
    package func addCredits(_ amount: Credits) { cells.addToLifetime(amount.nanos) }

    /// What was charged in the periods that contain a moment.
    package func spent(atMs: Int64) -> SpentAmounts {
        let windows = days.windows(containing: atMs)
        return SpentAmounts(
            lifetime: windows.lifetime.spent, monthly: windows.monthly?.spent ?? .zero,
            weekly: windows.weekly?.spent ?? .zero, daily: windows.daily?.spent ?? .zero)
    }

    /// What can still be held: the least of limit less spent less held over its limits; nil without a limit. Negative
    /// where a report exceeded its hold or a limit was lowered.
    package func left(atMs: Int64) -> Credits? {
        var least: Credits?
        for interval in LimitInterval.allCases {
            guard let left = left(interval, atMs: atMs) else { continue }
            least = min(least ?? left, left)
        }
        return least
    }

    /// What can still be held of one limit; nil where there is none.
    package func left(_ interval: LimitInterval, atMs: Int64) -> Credits? {
        let limit = cells.nanos(interval)
        guard limit != LimitCells.unlimited else { return nil }
        if let day = days.latest(containing: atMs) { return day.left(interval, of: limit) }
        return days.windows(containing: atMs).left(interval, of: limit)
    }

    /// The broadest interval whose limit is used up; nil while every limit leaves something.
    package func blocked(atMs: Int64) -> LimitInterval? {
        LimitInterval.allCases.first { interval in
            guard let left = left(interval, atMs: atMs) else { return false }
            return left <= .zero
        }
    }
}
