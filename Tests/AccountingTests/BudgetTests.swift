import Accounting
import Testing

/// 2026-11-21T15:46:15Z, a Saturday.
let saturdayMs: Int64 = 1_795_275_975_000
let dayMs: Int64 = 86_400_000

func dollars(_ text: String) -> Credits { Credits(text)! }

func makeBudget(
    _ scope: BudgetScope = .key, _ limits: BudgetLimits = .none, spent: SpentAmounts = .zero, atMs: Int64 = saturdayMs
) -> Budget {
    Budget(scope, limits: limits, spent: spent, atMs: atMs)
}

func makeChain(
    key: BudgetLimits = .none, workspace: BudgetLimits = .none, account: BudgetLimits = .none, atMs: Int64 = saturdayMs
) -> BudgetChain {
    BudgetChain(
        key: makeBudget(.key, key, atMs: atMs), workspace: makeBudget(.workspace, workspace, atMs: atMs),
        account: makeBudget(.account, account, atMs: atMs))
}

/// What a chain says to a hold of so much, which is given back at once.
func refusal(of amount: Credits, _ chain: BudgetChain, atMs: Int64 = saturdayMs) -> HoldRefusal? {
    do throws(HoldRefusal) {
        let hold = try chain.hold(amount, atMs: atMs)
        hold.release()
        return nil
    } catch {
        return error
    }
}

@Suite struct BudgetTests {
    @Test func startsWithWhatWasSpent() {
        let spent = SpentAmounts(
            lifetime: dollars("40"), monthly: dollars("30"), weekly: dollars("20"), daily: dollars("10"))
        let budget = makeBudget(.key, spent: spent)
        #expect(budget.spent(atMs: saturdayMs) == spent)
        // Sunday is in the same week and month, Monday in the same month.
        #expect(budget.spent(atMs: saturdayMs + dayMs).daily == .zero)
        #expect(budget.spent(atMs: saturdayMs + dayMs).weekly == dollars("20"))
        #expect(budget.spent(atMs: saturdayMs + 2 * dayMs).weekly == .zero)
        #expect(budget.spent(atMs: saturdayMs + 2 * dayMs).monthly == dollars("30"))
        #expect(budget.spent(atMs: saturdayMs + 20 * dayMs).monthly == .zero)
        #expect(budget.spent(atMs: saturdayMs + 20 * dayMs).lifetime == dollars("40"))
    }

    @Test func countsWhatLiesBeforeItsFirstDayToThatDay() throws {
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")))
        chain.charge(dollars("1"), atMs: saturdayMs - 40 * dayMs)
        #expect(chain.key.spent(atMs: saturdayMs).daily == dollars("1"))
        #expect(chain.key.blocked(atMs: saturdayMs - 400 * dayMs) == .daily)
        #expect(chain.key.spent(atMs: Int64.min).daily == dollars("1"))
    }

    @Test func saysWhatIsLeftOfTheTightestLimit() {
        let budget = makeBudget(
            .key, BudgetLimits(lifetime: dollars("100"), monthly: dollars("50"), daily: dollars("5")),
            spent: SpentAmounts(
                lifetime: dollars("60"), monthly: dollars("47"), weekly: dollars("4"), daily: dollars("4")))
        #expect(budget.left(atMs: saturdayMs) == dollars("1"))
        #expect(budget.left(atMs: saturdayMs + dayMs) == dollars("3"))
        #expect(budget.left(atMs: saturdayMs + 20 * dayMs) == dollars("5"))
        #expect(budget.left(.weekly, atMs: saturdayMs) == nil)
        #expect(makeBudget().left(atMs: saturdayMs) == nil)
    }

    @Test func namesTheBroadestUsedUpLimit() {
        let spent = SpentAmounts(
            lifetime: dollars("9"), monthly: dollars("3"), weekly: dollars("3"), daily: dollars("3"))
        let three = dollars("3")
        #expect(makeBudget(.key, spent: spent).blocked(atMs: saturdayMs) == nil)
        let all = makeBudget(.key, BudgetLimits(monthly: three, weekly: three, daily: three), spent: spent)
        #expect(all.blocked(atMs: saturdayMs) == .monthly)
        #expect(all.blocked(atMs: saturdayMs + 2 * dayMs) == .monthly)
        #expect(all.blocked(atMs: saturdayMs + 20 * dayMs) == nil)
        all.setLimits(BudgetLimits(lifetime: dollars("10"), weekly: three, daily: three))
        #expect(all.blocked(atMs: saturdayMs) == .weekly)
        #expect(all.blocked(atMs: saturdayMs + 2 * dayMs) == nil)
        all.setLimits(BudgetLimits(lifetime: .zero))
        #expect(all.blocked(atMs: saturdayMs) == .lifetime)
    }

    @Test func changesLimitsAtOnce() throws {
        let chain = makeChain()
        #expect(!chain.hasLimit)
        let hold = try chain.hold(dollars("6"), atMs: saturdayMs)
        // A hold that was taken without any limit counts against one that is set later.
        chain.account.setLimits(BudgetLimits(weekly: dollars("10")))
        #expect(chain.hasLimit)
        #expect(chain.account.left(atMs: saturdayMs) == dollars("4"))
        #expect(refusal(of: dollars("4.000000001"), chain)?.scope == .account)
        #expect(refusal(of: dollars("4"), chain) == nil)
        chain.account.setLimits(BudgetLimits(weekly: dollars("5")))
        #expect(chain.account.left(atMs: saturdayMs) == dollars("-1"))
        hold.settle(dollars("2"))
        #expect(chain.account.left(atMs: saturdayMs) == dollars("3"))
        chain.account.setLimits(.none)
        #expect(chain.account.limits == .none)
        #expect(!chain.hasLimit)
    }

    @Test func grantsRaiseTheLifetimesLimit() {
        let prepaid = makeBudget(.account, BudgetLimits(lifetime: .zero))
        prepaid.addCredits(dollars("25"))
        #expect(prepaid.limits.lifetime == dollars("25"))
        prepaid.addCredits(dollars("-30"))
        #expect(prepaid.left(atMs: saturdayMs) == dollars("-5"))
        let metered = makeBudget(.account)
        metered.addCredits(dollars("25"))
        #expect(metered.limits == .none)
        prepaid.addCredits(Credits(nanos: Int64.max))
        prepaid.addCredits(Credits(nanos: Int64.max))
        #expect(prepaid.limits.lifetime == Credits(nanos: Int64.max - 2))
        prepaid.addCredits(Credits(nanos: Int64.min))
        prepaid.addCredits(Credits(nanos: Int64.min))
        prepaid.addCredits(Credits(nanos: Int64.min))
        #expect(prepaid.limits.lifetime == Credits(nanos: Int64.min))
    }

    @Test func keepsWhatItWasToldAsLimits() {
        let limits = BudgetLimits(lifetime: .zero, monthly: dollars("-1"), weekly: nil, daily: dollars("7"))
        let budget = makeBudget(.workspace, limits)
        #expect(budget.limits == limits)
        #expect(budget.scope == .workspace)
        for interval in LimitInterval.allCases { #expect(budget.limits[interval] == limits[interval]) }
        var changed = limits
        for interval in LimitInterval.allCases { changed[interval] = dollars("2") }
        budget.setLimits(changed)
        let two = dollars("2")
        #expect(budget.limits == BudgetLimits(lifetime: two, monthly: two, weekly: two, daily: two))
        budget.setLimits(BudgetLimits(daily: Credits(nanos: Int64.max)))
        #expect(budget.limits.daily == Credits(nanos: Int64.max - 2))
    }
}
