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
    /// What providers took from the caller itself, for requests with keys of its own. It has no limit: where the key's
    /// limit includes it, the key's budget has it too.
    package let direct: Budget

    package init(key: Budget, workspace: Budget, account: Budget, direct: Budget? = nil) {
        self.key = key
        self.workspace = workspace
        self.account = account
        self.direct = direct ?? Budget(.key, limits: .none, spent: .zero, atMs: 0)
    }

    /// Whether any of the three has a limit. A request of a chain without one needs no hold.
    package var hasLimit: Bool { key.hasLimit || workspace.hasLimit || account.hasLimit }

    /// Takes room for an upper bound of a request's cost, in the periods that contain a moment: there it is settled too,
    /// however late.
    ///
    /// - Parameters:
    ///   - amount: below zero is zero. Zero is refused only where a limit is exceeded already, and more than
    ///     `AccountingLimits.holdNanosMax` always.
    ///   - direct: what the request may cost the caller at the provider beside it, where the key's limit includes that:
    ///     the key's budget must have room for both.
    package func hold(_ amount: Credits, direct: Credits = .zero, atMs: Int64) throws(HoldRefusal) -> Hold {
        let nanos = Self.bounded(amount)
        let directNanos = min(max(0, direct.nanos), AccountingLimits.holdNanosMax)
        let days = days(containing: atMs)
        try take(nanos, directNanos, days)
        return Hold(chain: self, days: days, nanos: nanos, directNanos: directNanos)
    }

    /// Holds the most that a request which runs already can cost, whether there is room or not.
    package func cover(_ amount: Credits, direct: Credits = .zero, atMs: Int64) -> Hold {
        let nanos = min(max(0, amount.nanos), AccountingLimits.holdNanosMax)
        let directNanos = min(max(0, direct.nanos), AccountingLimits.holdNanosMax)
        let days = days(containing: atMs)
        settle(0, heldNanos: -nanos, days)
        if directNanos > 0 { days.key.charge(0, heldNanos: -directNanos) }
        return Hold(chain: self, days: days, nanos: nanos, directNanos: directNanos)
    }

    /// Charges without a hold, in full.
    ///
    /// - Parameter direct: what of the caller's own payment to the provider counts against the key's limit.
    package func charge(_ amount: Credits, direct: Credits = .zero, atMs: Int64) {
        let days = days(containing: atMs)
        settle(max(0, amount.nanos), heldNanos: 0, days)
        if direct > .zero { days.key.charge(direct.nanos, heldNanos: 0) }
    }

    /// Notes what a provider took from the caller itself.
    package func noteDirect(_ amount: Credits, atMs: Int64) {
        if amount > .zero { direct.days.day(containing: atMs).adjust(amount.nanos) }
    }

    /// Lets the key's limit count, from now on and for the periods that contain a moment, what providers took from the
    /// caller itself; or not any more.
    package func includeDirect(_ isIncluded: Bool, atMs: Int64) {
        let spent = direct.spent(atMs: atMs)
        let day = key.days.day(containing: atMs)
        for interval in LimitInterval.allCases {
            day.adjust(interval, isIncluded ? spent[interval].nanos : -spent[interval].nanos)
        }
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
    func take(_ nanos: Int64, _ direct: Int64, _ days: Days) throws(HoldRefusal) {
        if nanos == Int64.max || !reserve(nanos, direct, days) { try takeWhenQuiet(nanos, direct, days) }
    }

    /// Takes room in all budgets or in none.
    @inline(__always)
    private func reserve(_ nanos: Int64, _ direct: Int64, _ days: Days) -> Bool {
        account.traffic.begin()
        defer { account.traffic.end() }
        guard days.key.reserve(nanos &+ direct, key.cells) else { return false }
        guard days.workspace.reserve(nanos, workspace.cells) else {
            days.key.charge(0, heldNanos: nanos &+ direct)
            return false
        }
        guard days.account.reserve(nanos, account.cells) else {
            days.workspace.charge(0, heldNanos: nanos)
            days.key.charge(0, heldNanos: nanos &+ direct)
            return false
        }
        return true
    }

    @inline(never)
    private func takeWhenQuiet(_ nanos: Int64, _ direct: Int64, _ days: Days) throws(HoldRefusal) {
        for round in 0..<AccountingLimits.holdRoundsMax {
            if round >= AccountingLimits.holdSpinsMax { sched_yield() }
            if let mark = account.traffic.quietMark() {
                if let refusal = refusal(of: nanos, direct, days) {
                    if account.traffic.isUnchanged(since: mark) { throw refusal }
                } else if reserve(nanos, direct, days) {
                    return
                }
            }
        }
        // Whoever is refused without having been decided in quiet gets the limit that leaves least.
        throw refusal(of: nanos, direct, days) ?? refusal(of: Int64.max, 0, days) ?? .undecided
    }

    /// Why so much does not fit, in the documented order; nil where it does.
    private func refusal(of nanos: Int64, _ direct: Int64, _ days: Days) -> HoldRefusal? {
        var first: HoldRefusal?
        var least = Int64.max
        consider(workspace, days.workspace, nanos, &first, &least)
        consider(key, days.key, nanos == Int64.max ? nanos : nanos + direct, &first, &least)
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
