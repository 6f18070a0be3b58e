import Accounting
import Testing

@Suite struct HoldTests {
    @Test func takesRoomUpToTheLimitAndNotBeyond() throws {
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")))
        let first = try chain.hold(dollars("0.6"), atMs: saturdayMs)
        #expect(first.amount == dollars("0.6"))
        #expect(refusal(of: dollars("0.400000001"), chain)?.left == dollars("0.4"))
        let second = try chain.hold(dollars("0.4"), atMs: saturdayMs)
        #expect(chain.key.blocked(atMs: saturdayMs) == .daily)
        first.settle(dollars("0.1"))
        #expect(chain.key.left(atMs: saturdayMs) == dollars("0.5"))
        second.release()
        #expect(chain.key.left(atMs: saturdayMs) == dollars("0.9"))
        #expect(chain.workspace.spent(atMs: saturdayMs).lifetime == dollars("0.1"))
        #expect(chain.account.spent(atMs: saturdayMs).monthly == dollars("0.1"))
    }

    /// The order is workspace, key, account, and in each from the broadest interval to the narrowest.
    @Test(arguments: BudgetScope.allCases, LimitInterval.allCases)
    func namesTheFirstLimitWithoutRoom(_ scope: BudgetScope, _ interval: LimitInterval) {
        let order: [BudgetScope] = [.workspace, .key, .account]
        let place = order.firstIndex(of: scope)! * 4 + Int(interval.rawValue)
        // Every limit behind this one has no room either; those before have just enough.
        let limits = (0..<3).map { budget in
            var limits = BudgetLimits.none
            for other in LimitInterval.allCases {
                limits[other] = dollars(budget * 4 + Int(other.rawValue) < place ? "3" : "2")
            }
            return limits
        }
        let chain = makeChain(key: limits[1], workspace: limits[0], account: limits[2])
        let expected = HoldRefusal(
            scope: scope, interval: interval, left: dollars("2"), limit: dollars("2"), affordable: dollars("2"))
        #expect(refusal(of: dollars("3"), chain) == expected)
        #expect(refusal(of: dollars("2"), chain) == nil)
    }

    @Test func saysWhatTheWholeChainCouldHaveHeld() {
        let chain = makeChain(
            key: BudgetLimits(monthly: dollars("0.5")), workspace: BudgetLimits(daily: dollars("2")),
            account: BudgetLimits(lifetime: dollars("100")))
        let error = refusal(of: dollars("3"), chain)
        #expect(error?.scope == .workspace)
        #expect(error?.interval == .daily)
        #expect(error?.left == dollars("2"))
        #expect(error?.affordable == dollars("0.5"))
        chain.charge(dollars("1"), atMs: saturdayMs)
        #expect(refusal(of: dollars("0.7"), chain)?.left == dollars("-0.5"))
        #expect(refusal(of: dollars("0.7"), chain)?.affordable == .zero)
    }

    /// Whichever window refuses, nothing stays taken in the others.
    @Test(arguments: BudgetScope.allCases, LimitInterval.allCases)
    func undoesWhatItTookBeforeTheRefusal(_ scope: BudgetScope, _ interval: LimitInterval) {
        let wide = dollars("10")
        let all = BudgetLimits(lifetime: wide, monthly: wide, weekly: wide, daily: wide)
        var tight = all
        tight[interval] = dollars("1")
        let chain = makeChain(
            key: scope == .key ? tight : all, workspace: scope == .workspace ? tight : all,
            account: scope == .account ? tight : all)
        for _ in 0..<10 { #expect(refusal(of: dollars("2"), chain)?.interval == interval) }
        for budget in [chain.key, chain.workspace, chain.account] {
            for other in LimitInterval.allCases {
                #expect(budget.left(other, atMs: saturdayMs) == budget.limits[other])
            }
        }
    }

    @Test func releasesItselfWhenItIsDropped() throws {
        let chain = makeChain(key: BudgetLimits(lifetime: dollars("1")))
        func dropOne() throws {
            let hold = try chain.hold(dollars("1"), atMs: saturdayMs)
            #expect(hold.amount == dollars("1"))
            #expect(chain.key.left(atMs: saturdayMs) == .zero)
        }
        try dropOne()
        #expect(chain.key.left(atMs: saturdayMs) == dollars("1"))
        let box = HoldBox(try chain.hold(dollars("1"), atMs: saturdayMs))
        #expect(chain.key.left(atMs: saturdayMs) == .zero)
        box.hold = nil
        #expect(chain.key.left(atMs: saturdayMs) == dollars("1"))
    }

    @Test func growsWithinTheLimitAndStaysAsItWasBeyondIt() throws {
        let chain = makeChain(workspace: BudgetLimits(weekly: dollars("1")))
        var hold = try chain.hold(dollars("0.2"), atMs: saturdayMs)
        try hold.grow(to: dollars("0.9"))
        #expect(hold.amount == dollars("0.9"))
        #expect(chain.workspace.left(atMs: saturdayMs) == dollars("0.1"))
        try hold.grow(to: dollars("0.5"))
        #expect(hold.amount == dollars("0.9"))
        var refusal: HoldRefusal?
        do throws(HoldRefusal) { try hold.grow(to: dollars("1.1")) } catch { refusal = error }
        #expect(refusal?.left == dollars("0.1"))
        #expect(hold.amount == dollars("0.9"))
        #expect(chain.workspace.left(atMs: saturdayMs) == dollars("0.1"))
        hold.settle(dollars("0.85"))
        #expect(chain.workspace.left(atMs: saturdayMs) == dollars("0.15"))
        #expect(chain.key.spent(atMs: saturdayMs).lifetime == dollars("0.85"))
    }

    @Test func chargesAReportAboveTheHoldInFullAndThenBlocks() throws {
        let chain = makeChain(account: BudgetLimits(lifetime: dollars("1")))
        let hold = try chain.hold(dollars("1"), atMs: saturdayMs)
        hold.settle(dollars("1.5"))
        #expect(chain.account.spent(atMs: saturdayMs).lifetime == dollars("1.5"))
        #expect(chain.account.left(atMs: saturdayMs) == dollars("-0.5"))
        #expect(chain.account.blocked(atMs: saturdayMs) == .lifetime)
        // Not even nothing can be held where more than everything is spent.
        #expect(refusal(of: .zero, chain)?.left == dollars("-0.5"))
        chain.account.addCredits(dollars("0.5"))
        #expect(refusal(of: .zero, chain) == nil)
        #expect(refusal(of: Credits(nanos: 1), chain) != nil)
    }

    @Test func takesNegativeAmountsForZero() throws {
        let chain = makeChain(key: BudgetLimits(lifetime: dollars("1")))
        let hold = try chain.hold(dollars("-5"), atMs: saturdayMs)
        #expect(hold.amount == .zero)
        hold.settle(dollars("-5"))
        chain.charge(dollars("-5"), atMs: saturdayMs)
        #expect(chain.key.left(atMs: saturdayMs) == dollars("1"))
        #expect(chain.key.spent(atMs: saturdayMs) == .zero)
    }

    @Test func settlesInThePeriodInWhichItWasTaken() throws {
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")))
        var late = try chain.hold(dollars("0.5"), atMs: saturdayMs)
        let sunday = saturdayMs + dayMs
        // A new day is a new limit, and the open hold does not count against it.
        #expect(chain.key.left(atMs: sunday) == dollars("1"))
        let early = try chain.hold(dollars("1"), atMs: sunday)
        // It grows against Saturday's limit still.
        try late.grow(to: dollars("1"))
        late.settle(dollars("0.7"))
        #expect(chain.key.spent(atMs: saturdayMs).daily == dollars("0.7"))
        #expect(chain.key.spent(atMs: sunday).daily == .zero)
        #expect(chain.key.spent(atMs: sunday).weekly == dollars("0.7"))
        early.settle(dollars("0.3"))
        #expect(chain.key.spent(atMs: sunday).daily == dollars("0.3"))
        #expect(chain.key.spent(atMs: sunday).weekly == dollars("1"))
    }

    @Test func resetsEachLimitAtTheEndOfItsPeriod() throws {
        let one = dollars("1")
        // 2026-11-29T23:59:59.999Z, a Sunday; the month ends on Monday.
        let sunday = 1_795_996_799_999 as Int64
        let chain = makeChain(key: BudgetLimits(weekly: one), account: BudgetLimits(monthly: one), atMs: sunday)
        try chain.hold(one, atMs: sunday).settle(one)
        #expect(chain.key.blocked(atMs: sunday) == .weekly)
        #expect(chain.key.blocked(atMs: sunday + 1) == nil)
        #expect(refusal(of: one, chain, atMs: sunday + 1)?.scope == .account)
        #expect(refusal(of: one, chain, atMs: sunday + dayMs)?.interval == .monthly)
        #expect(refusal(of: one, chain, atMs: sunday + dayMs + 1) == nil)
    }

    @Test func findsTheOldPeriodsWhenTheClockGoesBack() throws {
        let one = dollars("1")
        let chain = makeChain(key: BudgetLimits(daily: one))
        // Every third day forward, then the days between, newest first: each has a limit of its own.
        for day in stride(from: Int64(0), to: 60, by: 3) {
            try chain.hold(one, atMs: saturdayMs + day * dayMs).settle(one)
        }
        for day in stride(from: Int64(59), through: 0, by: -1) {
            let atMs = saturdayMs + day * dayMs
            if day % 3 == 0 {
                #expect(refusal(of: one, chain, atMs: atMs)?.interval == .daily)
            } else {
                try chain.hold(one, atMs: atMs).settle(one)
            }
        }
        for day in Int64(0)..<60 {
            let spent = chain.key.spent(atMs: saturdayMs + day * dayMs)
            #expect(spent.daily == one)
            #expect(spent.lifetime == dollars("60"))
        }
        // Monday 2026-12-07 begins a full week; December has 31 days.
        #expect(chain.key.spent(atMs: saturdayMs + 17 * dayMs).weekly == dollars("7"))
        #expect(chain.key.spent(atMs: saturdayMs + 17 * dayMs).monthly == dollars("31"))
    }

    @Test func refundsInThePeriodThatTheyAreMadeIn() {
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")))
        chain.charge(dollars("1"), atMs: saturdayMs)
        chain.adjust(dollars("-0.25"), atMs: saturdayMs)
        #expect(chain.key.left(atMs: saturdayMs) == dollars("0.25"))
        #expect(chain.account.spent(atMs: saturdayMs).lifetime == dollars("0.75"))
        chain.adjust(dollars("-0.5"), atMs: saturdayMs + dayMs)
        #expect(chain.key.spent(atMs: saturdayMs + dayMs).daily == dollars("-0.5"))
        #expect(chain.key.left(atMs: saturdayMs + dayMs) == dollars("1.5"))
        #expect(chain.key.spent(atMs: saturdayMs).weekly == dollars("0.25"))
    }

    @Test func refusesAbsurdAmountsEvenWithoutALimit() throws {
        let chain = makeChain()
        let most = dollars("1000000000")
        var holds: [HoldBox] = []
        for amount in [Credits(nanos: Int64.max), Credits(nanos: most.nanos + 1)] {
            #expect(refusal(of: amount, chain)?.scope == .workspace)
        }
        // Nine billion dollars fit the counters, ten do not.
        for _ in 0..<9 { holds.append(HoldBox(try chain.hold(most, atMs: saturdayMs))) }
        #expect(refusal(of: most, chain) != nil)
        #expect(refusal(of: dollars("0.1"), chain) == nil)
        var refused = false
        do throws(HoldRefusal) { try holds[0].hold?.grow(to: Credits(nanos: Int64.max)) } catch { refused = true }
        #expect(refused)
        #expect(holds[0].amount == most)
        holds = []
        // Neither does a balance below zero make room for what is absurd.
        chain.adjust(dollars("-5"), atMs: saturdayMs)
        #expect(refusal(of: Credits(nanos: Int64.max), chain) != nil)
        #expect(refusal(of: most, chain) == nil)
    }

    @Test func staysFullOnceASumOverflowed() throws {
        let most = Credits(nanos: Int64.max)
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")))
        let open = try chain.hold(dollars("1"), atMs: saturdayMs)
        chain.charge(most, atMs: saturdayMs)
        chain.charge(most, atMs: saturdayMs)
        open.release()
        chain.adjust(Credits(nanos: Int64.min), atMs: saturdayMs)
        #expect(chain.key.spent(atMs: saturdayMs).daily == most)
        #expect(chain.key.blocked(atMs: saturdayMs) == .daily)
        #expect(refusal(of: .zero, chain) != nil)
        // The lifetime is full as well; there is no period in which it could be empty again.
        #expect(refusal(of: .zero, chain, atMs: saturdayMs + dayMs)?.interval == .lifetime)
    }

    @Test func outlivesItsPrincipal() throws {
        let account = makeBudget(.account, BudgetLimits(lifetime: dollars("1")))
        func take() throws -> Hold {
            let deleted = BudgetChain(key: makeBudget(), workspace: makeBudget(.workspace), account: account)
            return try deleted.hold(dollars("1"), atMs: saturdayMs)
        }
        let open = try take()
        #expect(account.left(atMs: saturdayMs) == .zero)
        open.settle(dollars("0.4"))
        #expect(account.left(atMs: saturdayMs) == dollars("0.6"))
    }
}

/// A hold in a place that can be shared and emptied.
final class HoldBox {
    var hold: Hold?

    init(_ hold: consuming Hold) {
        self.hold = consume hold
    }

    var amount: Credits? { hold?.amount }
}
