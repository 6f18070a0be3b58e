import Synchronization

/// The days on which a budget was used, in order; days are added, never taken away, so a clock that goes back finds
/// what was spent then.
///
/// A list that is linked by atomic pointers: a new day is put between its neighbours by one compare-and-swap, which
/// fails if another thread was faster there, and then the search starts again. Two threads thus never make the same
/// day, week or month twice.
///
/// Memory: about 130 bytes per day on which the budget was used; a thousand keys in daily use are 50 MB a year.
///
/// Safety: the list keeps one reference to each of its days and gives them up only when it ends itself. A pointer read
/// from it is therefore valid as long as the list is, and whoever uses one keeps the budget alive.
@safe
struct BudgetDays: ~Copyable, Sendable {
    private let first: BudgetDay
    /// The day that was asked for last; nearly always the one that is asked for next.
    private let latest: Atomic<Unmanaged<BudgetDay>>

    init(first: BudgetDay) {
        self.first = first
        unsafe latest = Atomic(Unmanaged.passUnretained(first))
    }

    deinit {
        var following = unsafe first.next.load(ordering: .acquiring)
        while let day = unsafe following {
            unsafe following = unsafe day._withUnsafeGuaranteedRef { unsafe $0.next.load(ordering: .acquiring) }
            unsafe day.release()
        }
    }

    /// The day that contains a moment, made where it is new. What lies before the first day counts to that one, because
    /// nobody knows what was spent before it.
    @inline(__always)
    func day(containing unixMs: Int64) -> DayReference {
        latest(containing: unixMs) ?? findOrMake(unixMs)
    }

    /// The day that was asked for last, if it contains a moment.
    @inline(__always)
    func latest(containing unixMs: Int64) -> DayReference? {
        // Acquires what the thread that made the day wrote.
        let day = unsafe latest.load(ordering: .acquiring)
        return unsafe day._withUnsafeGuaranteedRef({ $0.contains(unixMs) }) ? unsafe DayReference(day) : nil
    }

    /// The windows that contain a moment; nil where nothing has been spent or held yet.
    func windows(containing unixMs: Int64) -> KnownWindows {
        let moment = bounded(unixMs)
        let (earlier, later) = neighbours(moment)
        return KnownWindows(
            lifetime: earlier.lifetime,
            monthly: BudgetDay.shared(earlier.monthly, later?.monthly, moment),
            weekly: BudgetDay.shared(earlier.weekly, later?.weekly, moment),
            daily: earlier.contains(moment) ? earlier.daily : nil)
    }

    struct KnownWindows {
        let lifetime: LimitWindow
        let monthly: LimitWindow?
        let weekly: LimitWindow?
        let daily: LimitWindow?

        func left(_ interval: LimitInterval, of limitNanos: Int64) -> Credits {
            let window =
                switch interval {
                case .lifetime: lifetime
                case .monthly: monthly
                case .weekly: weekly
                case .daily: daily
                }
            return window?.left(of: limitNanos) ?? Credits(nanos: limitNanos)
        }
    }

    @inline(never)
    private func findOrMake(_ unixMs: Int64) -> DayReference {
        let moment = bounded(unixMs)
        while true {
            let (earlier, later) = neighbours(moment)
            if earlier.contains(moment) { return remember(earlier) }
            let day = BudgetDay(containing: moment, after: earlier, before: later)
            if insert(day, after: earlier, before: later) { return remember(day) }
        }
    }

    private func bounded(_ unixMs: Int64) -> Int64 {
        max(first.startMs, min(unixMs, AccountingLimits.momentMsMax))
    }

    /// The last day that began by a moment, and the one behind it.
    private func neighbours(_ moment: Int64) -> (earlier: BudgetDay, later: BudgetDay?) {
        let hint = unsafe latest.load(ordering: .acquiring).takeUnretainedValue()
        var earlier = hint.startMs <= moment ? hint : first
        while let later = unsafe earlier.next.load(ordering: .acquiring)?.takeUnretainedValue() {
            if later.startMs > moment { return (earlier, later) }
            earlier = later
        }
        return (earlier, nil)
    }

    private func insert(_ day: BudgetDay, after earlier: BudgetDay, before later: BudgetDay?) -> Bool {
        let behind = unsafe later.map { unsafe Unmanaged.passUnretained($0) }
        unsafe day.next.store(behind, ordering: .relaxed)
        let reference = unsafe Unmanaged.passRetained(day)
        // Releases the new day's contents to those who will read the pointer.
        let isInserted = unsafe earlier.next.compareExchange(
            expected: behind, desired: reference, successOrdering: .releasing, failureOrdering: .relaxed
        ).exchanged
        if !isInserted { unsafe reference.release() }
        return isInserted
    }

    private func remember(_ day: BudgetDay) -> DayReference {
        let reference = unsafe Unmanaged.passUnretained(day)
        unsafe latest.store(reference, ordering: .releasing)
        return unsafe DayReference(reference)
    }
}

/// A day of a budget without a count of references: valid while the budget is (see `BudgetDays`).
@safe
struct DayReference: Sendable {
    private let day: Unmanaged<BudgetDay>

    @unsafe
    fileprivate init(_ day: Unmanaged<BudgetDay>) {
        unsafe self.day = day
    }

    @inline(__always)
    func reserve(_ nanos: Int64, _ limits: borrowing LimitCells) -> Bool {
        unsafe day._withUnsafeGuaranteedRef { $0.reserve(nanos, limits) }
    }

    @inline(__always)
    func charge(_ nanos: Int64, heldNanos: Int64) {
        unsafe day._withUnsafeGuaranteedRef { $0.charge(nanos, heldNanos: heldNanos) }
    }

    func adjust(_ interval: LimitInterval, _ nanos: Int64) {
        unsafe day._withUnsafeGuaranteedRef { $0.adjust(interval, nanos) }
    }

    func adjust(_ nanos: Int64) {
        unsafe day._withUnsafeGuaranteedRef { $0.adjust(nanos) }
    }

    func left(_ interval: LimitInterval, of limitNanos: Int64) -> Credits {
        unsafe day._withUnsafeGuaranteedRef { $0.window(interval).left(of: limitNanos) }
    }
}
