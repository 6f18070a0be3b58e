import Accounting

/// What budgets should do, told once more with plain sums: a ledger, and per budget and period what was charged and
/// what is held. It shares no code with `Budget`, not even the calendar.
struct LedgerModel {
    static let dayCount = 400
    /// 2026-01-01T00:00:00Z.
    static let firstDay = 20_454
    static let keyCount = 4
    static let budgetCount = 7
    static let unlimited = Int64.max - 1

    /// One line of the ledger: what a key was charged on a day, negative for a refund.
    struct Entry {
        let key: Int
        let day: Int
        let nanos: Int64
    }

    private(set) var ledger: [Entry] = []
    /// Per budget, the limits in the order of `LimitInterval`.
    var limits = [Int64](repeating: unlimited, count: budgetCount * 4)
    private var spent: [Int64]
    private var held: [Int64]
    private let calendar: PeriodTable
    /// The day of the last start: what is charged before it counts to it.
    private(set) var floorDay = 0

    init(_ calendar: PeriodTable) {
        self.calendar = calendar
        spent = [Int64](repeating: 0, count: Self.budgetCount * calendar.periodCount)
        held = spent
    }

    /// The budgets that a key is paid from, in the order in which they refuse: the workspace, the key, the account.
    static func chain(_ key: Int) -> (Int, Int, Int) { (1 + key / 2, 3 + key, 0) }

    static func scope(_ budget: Int) -> BudgetScope { budget == 0 ? .account : budget < 3 ? .workspace : .key }

    func clamped(_ day: Int) -> Int { max(day, floorDay) }

    private func cell(_ budget: Int, _ interval: Int, _ day: Int) -> Int {
        budget * calendar.periodCount + calendar.period(interval, day)
    }

    func spent(_ budget: Int, _ interval: Int, _ day: Int) -> Int64 { spent[cell(budget, interval, clamped(day))] }

    func left(_ budget: Int, _ interval: Int, _ day: Int) -> Int64 {
        let cell = cell(budget, interval, clamped(day))
        let (left, overflow) = limits[budget * 4 + interval].subtractingReportingOverflow(spent[cell] + held[cell])
        return overflow ? Self.unlimited : min(left, Self.unlimited)
    }

    /// Takes room in every window or says which one has none.
    mutating func hold(_ key: Int, _ nanos: Int64, day: Int) -> HoldRefusal? {
        let (workspace, own, account) = Self.chain(key)
        var refusing: (budget: Int, interval: Int)?
        var least = Int64.max
        for budget in [workspace, own, account] {
            for interval in 0..<4 {
                let left = left(budget, interval, day)
                least = min(least, left)
                if refusing == nil, left < nanos { refusing = (budget, interval) }
            }
        }
        if let (budget, interval) = refusing {
            return HoldRefusal(
                scope: Self.scope(budget), interval: LimitInterval(rawValue: UInt8(interval))!,
                left: Credits(nanos: left(budget, interval, day)),
                limit: Credits(nanos: limits[budget * 4 + interval]), affordable: Credits(nanos: max(0, least)))
        }
        change(key, day, spent: 0, held: nanos)
        return nil
    }

    mutating func settle(_ key: Int, held: Int64, charge: Int64, day: Int) {
        change(key, day, spent: charge, held: -held)
        ledger.append(Entry(key: key, day: clamped(day), nanos: charge))
    }

    mutating func release(_ key: Int, held: Int64, day: Int) {
        change(key, day, spent: 0, held: -held)
    }

    private mutating func change(_ key: Int, _ day: Int, spent spentChange: Int64, held heldChange: Int64) {
        let (workspace, own, account) = Self.chain(key)
        for budget in [workspace, own, account] {
            for interval in 0..<4 {
                let cell = cell(budget, interval, clamped(day))
                spent[cell] += spentChange
                held[cell] += heldChange
            }
        }
    }

    /// The process ends: what was held is forgotten, the ledger stays. Returns the day to start from.
    mutating func crash(day: Int) -> Int {
        for cell in held.indices { held[cell] = 0 }
        floorDay = ledger.reduce(day) { max($0, $1.day) }
        return floorDay
    }

    /// What the ledger says a budget spent in the periods that contain a day.
    func ledgerSpent(_ budget: Int, _ day: Int) -> SpentAmounts {
        var amounts = SpentAmounts.zero
        for entry in ledger {
            let (workspace, own, account) = Self.chain(entry.key)
            guard budget == workspace || budget == own || budget == account else { continue }
            for interval in LimitInterval.allCases
            where calendar.period(Int(interval.rawValue), entry.day) == calendar.period(Int(interval.rawValue), day) {
                amounts[interval] += Credits(nanos: entry.nanos)
            }
        }
        return amounts
    }

    func budgetLimits(_ budget: Int) -> BudgetLimits {
        var result = BudgetLimits.none
        for interval in LimitInterval.allCases {
            let nanos = limits[budget * 4 + Int(interval.rawValue)]
            if nanos != Self.unlimited { result[interval] = Credits(nanos: nanos) }
        }
        return result
    }
}

/// Which lifetime, month, week and day each day belongs to, as numbers of their own.
struct PeriodTable {
    let periodCount: Int
    private let periods: [Int]

    init() {
        var calendar = CountedCalendar(daysSince1970: LedgerModel.firstDay)
        var periods: [Int] = []
        var month = 1
        var week = 100
        for day in 0..<LedgerModel.dayCount {
            if day > 0, calendar.day == 1 { month += 1 }
            if day > 0, calendar.weekday == 0 { week += 1 }
            periods += [0, month, week, 200 + day]
            calendar.advance()
        }
        self.periods = periods
        periodCount = 200 + LedgerModel.dayCount
    }

    func period(_ interval: Int, _ day: Int) -> Int { periods[day * 4 + interval] }
}
