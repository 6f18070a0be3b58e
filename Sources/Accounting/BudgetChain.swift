#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The three budgets that a request of one key is paid from.
///
/// A hold takes room in every window of the three, limited or not, so that a limit that is set while it is open counts
/// it; what began without one, because nothing was limited, is covered when a limit is set. A hold begins with the key: what fails there, which is the usual case, disturbs no other key. One that fails later
/// undoes what it took, and until then another hold could be refused for want of exactly that room although it fits.
/// That does not happen: a hold that finds no room looks again until no other is being decided (`HoldTraffic`), and only
/// then is refused. Deciding takes well under a microsecond, so the wait is that long, unless the kernel stopped a thread
/// in the middle of it; then the waiting one yields its core. It looks at most `AccountingLimits.holdRoundsMax` times,
/// some milliseconds; a refusal that this bound brings about is the only one that may be wrong. The two alternatives are
/// worse: a lock would make every hold wait for such a thread, and refusing at once is wrong whenever two requests
/// compete for the last of two limits.
package final class BudgetChain: Sendable {
    package let key: Budget
    package let workspace: Budget
    package let account: Budget

    package init(key: Budget, workspace: Budget, account: Budget) {
        self.key = key
        self.workspace = workspace
        self.account = account
    }

    /// Whether any of the three has a limit. A request of a chain without one needs no hold.
    package var hasLimit: Bool { key.hasLimit || workspace.hasLimit || account.hasLimit }

    /// Takes room for an upper bound of a request's cost, in the periods that contain a moment: there it is settled too,
    /// however late.
    ///
    /// - Parameter amount: below zero is zero. Zero is refused only where a limit is exceeded already, and more than
    ///   `AccountingLimits.holdNanosMax` always.
    package func hold(_ amount: Credits, atMs: Int64) throws(HoldRefusal) -> Hold {
        let nanos = Self.bounded(amount)
        let days = days(containing: atMs)
        try take(nanos, days)
        return Hold(chain: self, days: days, nanos: nanos)
    }

    /// Holds the most that a request which runs already can cost, whether there is room or not.
    package func cover(_ amount: Credits, atMs: Int64) -> Hold {
        let nanos = min(max(0, amount.nanos), AccountingLimits.holdNanosMax)
        let days = days(containing: atMs)
        settle(0, heldNanos: -nanos, days)
        return Hold(chain: self, days: days, nanos: nanos)
    }

    /// Charges without a hold, in full.
    package func charge(_ amount: Credits, atMs: Int64) {
        settle(max(0, amount.nanos), heldNanos: 0, days(containing: atMs))
    }

    /// Changes what was spent in the periods that contain a moment; a refund is negative.
    package func adjust(_ amount: Credits, atMs: Int64) {
        let days = days(containing: atMs)
        days.key.adjust(amount.nanos)
        days.workspace.adjust(amount.nanos)
        days.account.adjust(amount.nanos)
    }

    struct Days {
        let key: DayReference
        let workspace: DayReference
        let account: DayReference
    }

    @inline(__always)
    private func days(containing unixMs: Int64) -> Days {
        Days(
            key: key.days.day(containing: unixMs), workspace: workspace.days.day(containing: unixMs),
            account: account.days.day(containing: unixMs))
    }

    @inline(__always)
    func settle(_ nanos: Int64, heldNanos: Int64, _ days: Days) {
        days.key.charge(nanos, heldNanos: heldNanos)
        days.workspace.charge(nanos, heldNanos: heldNanos)
        days.account.charge(nanos, heldNanos: heldNanos)
    }

    /// An amount that no hold may have becomes one that fits nowhere.
    static func bounded(_ amount: Credits) -> Int64 {
        amount.nanos > AccountingLimits.holdNanosMax ? Int64.max : max(0, amount.nanos)
    }

    @inline(__always)
    func take(_ nanos: Int64, _ days: Days) throws(HoldRefusal) {
        if nanos == Int64.max || !reserve(nanos, days) { try takeWhenQuiet(nanos, days) }
    }

    /// Takes room in all budgets or in none.
    @inline(__always)
    private func reserve(_ nanos: Int64, _ days: Days) -> Bool {
        account.traffic.begin()
        defer { account.traffic.end() }
        guard days.key.reserve(nanos, key.cells) else { return false }
        guard days.workspace.reserve(nanos, workspace.cells) else {
            days.key.charge(0, heldNanos: nanos)
            return false
        }
        guard days.account.reserve(nanos, account.cells) else {
            days.workspace.charge(0, heldNanos: nanos)
            days.key.charge(0, heldNanos: nanos)
            return false
        }
        return true
    }

    @inline(never)
    private func takeWhenQuiet(_ nanos: Int64, _ days: Days) throws(HoldRefusal) {
        for round in 0..<AccountingLimits.holdRoundsMax {
            if round >= AccountingLimits.holdSpinsMax { sched_yield() }
            if let mark = account.traffic.quietMark() {
                if let refusal = refusal(of: nanos, days) {
                    if account.traffic.isUnchanged(since: mark) { throw refusal }
                } else if reserve(nanos, days) {
                    return
                }
            }
        }
        // Whoever is refused without having been decided in quiet gets the limit that leaves least.
        throw refusal(of: nanos, days) ?? refusal(of: Int64.max, days) ?? .undecided
    }

    /// Why so much does not fit, in the documented order; nil where it does.
    private func refusal(of nanos: Int64, _ days: Days) -> HoldRefusal? {
        var first: HoldRefusal?
        var least = Int64.max
        consider(workspace, days.workspace, nanos, &first, &least)
        consider(key, days.key, nanos, &first, &least)
        consider(account, days.account, nanos, &first, &least)
        first?.affordable = Credits(nanos: max(0, least))
        return first
    }

    private func consider(
        _ budget: Budget, _ day: DayReference, _ nanos: Int64, _ first: inout HoldRefusal?, _ least: inout Int64
    ) {
        for interval in LimitInterval.allCases {
            let limit = budget.cells.nanos(interval)
            let left = day.left(interval, of: limit)
            least = min(least, left.nanos)
            if first == nil, left.nanos < nanos {
                first = HoldRefusal(
                    scope: budget.scope, interval: interval, left: left, limit: Credits(nanos: limit),
                    affordable: .zero)
            }
        }
    }
}
