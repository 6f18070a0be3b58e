import Accounting
import TestSupport
import Testing

/// One random schedule of holds, grows, settles, releases, charges, refunds, new limits, clock jumps and crashes, played
/// on budgets and on the model side by side.
struct LedgerSchedule {
    private struct OpenHold {
        let box: HoldBox
        let key: Int
        var nanos: Int64
        let day: Int
    }

    private var generator: SeededGenerator
    private var model: LedgerModel
    private var budgets: [Budget] = []
    private var chains: [BudgetChain] = []
    private var open: [OpenHold] = []
    private var nowMs: Int64
    private let seed: UInt64
    private(set) var steps = 0
    private(set) var refusals = 0
    private(set) var hasFailed = false

    init(seed: UInt64, calendar: PeriodTable) {
        self.seed = seed
        generator = SeededGenerator(seed: seed)
        model = LedgerModel(calendar)
        nowMs = Int64(LedgerModel.firstDay + 40) * dayMs
        for budget in 0..<LedgerModel.budgetCount {
            for interval in 0..<4 { model.limits[budget * 4 + interval] = randomLimit() }
        }
        start(day: model.crash(day: 40))
    }

    private var day: Int { Int(nowMs / dayMs) - LedgerModel.firstDay }

    private mutating func number(_ limit: Int) -> Int { Int(truncatingIfNeeded: generator.next() >> 33) % limit }

    private mutating func randomLimit() -> Int64 {
        switch number(8) {
        case 0..<5: LedgerModel.unlimited
        case 5: number(4) == 0 ? Int64(number(300)) : Int64(number(5000))
        default: Int64(2000 + number(200_000))
        }
    }

    private mutating func randomAmount() -> Int64 {
        switch number(32) {
        case 0: 0
        case 1: Int64.max
        case 2: Int64(number(20_000))
        default: Int64(number(400))
        }
    }

    /// Budgets as a process makes them when it starts: from the ledger and the clock.
    private mutating func start(day: Int) {
        let atMs = Int64(LedgerModel.firstDay + day) * dayMs + 1
        budgets = (0..<LedgerModel.budgetCount).map { budget in
            Budget(
                LedgerModel.scope(budget), limits: model.budgetLimits(budget), spent: model.ledgerSpent(budget, day),
                atMs: atMs)
        }
        chains = (0..<LedgerModel.keyCount).map { key in
            let (workspace, own, account) = LedgerModel.chain(key)
            return BudgetChain(key: budgets[own], workspace: budgets[workspace], account: budgets[account])
        }
    }

    mutating func run(steps count: Int) {
        for _ in 0..<count where !hasFailed {
            step()
            steps += 1
        }
        finish()
    }

    private mutating func step() {
        switch number(64) {
        case 0..<26: hold()
        case 26..<34: grow()
        case 34..<50: settle()
        case 50..<54: release()
        case 54: charge()
        case 55: adjust()
        case 56, 57: setLimit()
        case 58: grant()
        case 59..<63: moveClock()
        default: if number(8) == 0 { crash() }
        }
    }

    private mutating func hold() {
        let key = number(LedgerModel.keyCount)
        let nanos = randomAmount()
        let expected = model.hold(key, nanos, day: day)
        do throws(HoldRefusal) {
            let box = HoldBox(try chains[key].hold(Credits(nanos: nanos), atMs: nowMs))
            check(expected == nil, "a hold beyond a limit")
            open.append(OpenHold(box: box, key: key, nanos: nanos, day: day))
            checkWithinLimits(key, day)
        } catch {
            check(error == expected, "\(error) instead of \(expected.map { "\($0)" } ?? "a hold")")
            refusals += 1
        }
    }

    private mutating func grow() {
        guard !open.isEmpty else { return }
        let index = number(open.count)
        let hold = open[index]
        let nanos = randomAmount()
        let more = nanos == Int64.max ? nanos : nanos - hold.nanos
        let expected = nanos > hold.nanos ? model.hold(hold.key, more, day: hold.day) : nil
        do throws(HoldRefusal) {
            try hold.box.hold!.grow(to: Credits(nanos: nanos))
            check(expected == nil, "a hold that grew beyond a limit")
            if nanos > hold.nanos {
                open[index].nanos = nanos
                checkWithinLimits(hold.key, hold.day)
            }
        } catch {
            check(error == expected, "\(error) instead of \(expected.map { "\($0)" } ?? "growth")")
            refusals += 1
        }
        check(hold.box.amount?.nanos == open[index].nanos, "another amount is held")
    }

    private mutating func takeOpen() -> OpenHold? {
        guard !open.isEmpty else { return nil }
        open.swapAt(number(open.count), open.count - 1)
        return open.removeLast()
    }

    private mutating func settle() {
        guard let hold = takeOpen() else { return }
        // Now and then a provider reports more than was held.
        let charge = number(32) == 0 ? hold.nanos + Int64(number(500)) : Int64(number(Int(hold.nanos) + 1))
        hold.box.hold.take()!.settle(Credits(nanos: charge))
        model.settle(hold.key, held: hold.nanos, charge: charge, day: hold.day)
        compare(hold.key, hold.day)
    }

    private mutating func release() {
        guard let hold = takeOpen() else { return }
        if number(2) == 0 { hold.box.hold.take()!.release() } else { hold.box.hold = nil }
        model.release(hold.key, held: hold.nanos, day: hold.day)
        compare(hold.key, hold.day)
    }

    private mutating func charge() {
        let key = number(LedgerModel.keyCount)
        let nanos = Int64(number(500))
        chains[key].charge(Credits(nanos: nanos), atMs: nowMs)
        model.settle(key, held: 0, charge: nanos, day: day)
        compare(key, day)
    }

    private mutating func adjust() {
        let key = number(LedgerModel.keyCount)
        let nanos = Int64(number(600) - 500)
        chains[key].adjust(Credits(nanos: nanos), atMs: nowMs)
        model.settle(key, held: 0, charge: nanos, day: day)
        compare(key, day)
    }

    private mutating func setLimit() {
        let budget = number(LedgerModel.budgetCount)
        model.limits[budget * 4 + number(4)] = randomLimit()
        budgets[budget].setLimits(model.budgetLimits(budget))
        compare(number(LedgerModel.keyCount), day)
    }

    private mutating func grant() {
        let nanos = Int64(number(3000) - 200)
        budgets[0].addCredits(Credits(nanos: nanos))
        if model.limits[0] != LedgerModel.unlimited { model.limits[0] += nanos }
        compare(0, day)
    }

    private mutating func moveClock() {
        let change =
            switch number(8) {
            case 0..<4: Int64(number(10_000))
            case 4: Int64(number(3 * 86_400_000))
            case 5: Int64(number(40)) * dayMs
            default: -Int64(number(40)) * dayMs
            }
        let first = Int64(LedgerModel.firstDay) * dayMs
        let last = first + Int64(LedgerModel.dayCount) * dayMs - 1
        nowMs = max(first, min(nowMs + change, last))
        compare(number(LedgerModel.keyCount), day)
    }

    private mutating func crash() {
        open.removeAll()
        start(day: model.crash(day: day))
        for key in 0..<LedgerModel.keyCount { compare(key, day) }
    }

    /// Everything ends; then nothing is held, and every period's sum is the ledger's.
    private mutating func finish() {
        while open.count > 0, !hasFailed {
            if number(2) == 0 { settle() } else { release() }
        }
        let most = Credits(nanos: 1 << 60)
        for budget in 0..<LedgerModel.budgetCount {
            budgets[budget].setLimits(BudgetLimits(lifetime: most, monthly: most, weekly: most, daily: most))
        }
        for budget in 0..<LedgerModel.budgetCount {
            for day in [model.floorDay, max(model.floorDay, self.day), LedgerModel.dayCount - 1] {
                let atMs = Int64(LedgerModel.firstDay + day) * dayMs + 5
                let spent = model.ledgerSpent(budget, day)
                check(budgets[budget].spent(atMs: atMs) == spent, "the ledger has another sum")
                for interval in LimitInterval.allCases {
                    check(budgets[budget].left(interval, atMs: atMs) == most - spent[interval], "something is held")
                }
            }
        }
        let total = model.ledger.reduce(Int64(0)) { $0 + $1.nanos }
        check(lifetime(0..<1) == total, "the account spent something else than the ledger's sum")
        check(lifetime(1..<3) == total, "the workspaces spent something else than the ledger's sum")
        check(lifetime(3..<7) == total, "the keys spent something else than the ledger's sum")
    }

    private func lifetime(_ range: Range<Int>) -> Int64 {
        range.reduce(Int64(0)) { $0 + budgets[$1].spent(atMs: nowMs).lifetime.nanos }
    }

    private mutating func checkWithinLimits(_ key: Int, _ day: Int) {
        let atMs = Int64(LedgerModel.firstDay + day) * dayMs
        let chain = chains[key]
        check((chain.key.left(atMs: atMs) ?? .zero) >= .zero, "a key above its limit")
        check((chain.workspace.left(atMs: atMs) ?? .zero) >= .zero, "a workspace above its limit")
        check((chain.account.left(atMs: atMs) ?? .zero) >= .zero, "the account above its limit")
    }

    /// Whether the windows of one budget of a key's chain are the model's.
    private mutating func compare(_ key: Int, _ day: Int) {
        let (workspace, own, account) = LedgerModel.chain(key)
        let budget = [workspace, own, account][steps % 3]
        let atMs = Int64(LedgerModel.firstDay + day) * dayMs + 86_399_999
        let interval = LimitInterval(rawValue: UInt8(steps / 3 % 4))!
        if let left = budgets[budget].left(interval, atMs: atMs) {
            check(left.nanos == model.left(budget, Int(interval.rawValue), day), "another amount is left")
        } else {
            let spent = budgets[budget].spent(atMs: atMs)[interval]
            check(spent.nanos == model.spent(budget, Int(interval.rawValue), day), "another amount is spent")
        }
    }

    private mutating func check(_ isRight: Bool, _ fault: @autoclosure () -> String) {
        if isRight || hasFailed { return }
        hasFailed = true
        Issue.record("\(fault()), seed \(seed), step \(steps)")
    }
}
