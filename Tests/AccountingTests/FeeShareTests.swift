import Accounting
import Testing

@Suite struct FeeShareTests {
    @Test(arguments: [("0", 0), ("5", 50_000), ("100", 1_000_000), ("0.0001", 1), ("2.5", 25_000)])
    func reads(text: String, millionths: Int64) {
        #expect(FeeShare(percent: text)?.millionths == millionths)
    }

    @Test(arguments: ["", "-1", "100.0001", "101", "0.00001", "five", "5%"])
    func refuses(text: String) {
        #expect(FeeShare(percent: text) == nil)
    }

    @Test func roundsHalfToEvenAndHoldsNoLess() {
        let half = FeeShare(percent: "50")!
        #expect([1, 2, 3, 5].map { half.fee(on: Credits(nanos: $0)).nanos } == [0, 1, 2, 2])
        for nanos in [0, 1, 2, 3, 999_999_999, Int64.max / 2] as [Int64] {
            #expect(half.most(on: Credits(nanos: nanos)) >= half.fee(on: Credits(nanos: nanos)))
        }
        #expect(FeeShare.none.fee(on: dollars("5")) == .zero && FeeShare.none.most(on: dollars("5")) == .zero)
    }

    @Test func theChargeIsTheFeeAndTheRestIsTheProviders() {
        let list = Charge(total: dollars("1"), prompt: dollars("0.4"))
        let fee = FeeShare(percent: "5")!
        let listed = list.paidDirectly(reported: nil, fee: fee)
        #expect(listed.total == dollars("0.05") && listed.prompt == dollars("0.02"))
        #expect(listed.direct == .init(total: dollars("1"), prompt: dollars("0.4")))
        let reported = list.paidDirectly(reported: dollars("0.5"), fee: .none)
        #expect(reported.total == .zero)
        #expect(reported.direct == .init(total: dollars("0.5"), prompt: dollars("0.2")))
        #expect(reported.inference == reported.direct && list.inference.total == list.total)
    }

    // MARK: Limits that include it

    @Test func aHoldTakesRoomForTheProvidersPartInTheKeyAlone() throws {
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")), account: BudgetLimits(lifetime: dollars("0.1")))
        let hold = try chain.hold(dollars("0.1"), direct: dollars("0.8"), atMs: saturdayMs)
        #expect(chain.key.left(atMs: saturdayMs) == dollars("0.1"))
        #expect(chain.account.left(atMs: saturdayMs) == .zero)
        #expect(throws: HoldRefusal.self) {
            _ = try chain.hold(.zero, direct: dollars("0.100000001"), atMs: saturdayMs)
        }
        hold.settle(dollars("0.01"), direct: dollars("0.2"))
        #expect(chain.key.spent(atMs: saturdayMs).daily == dollars("0.21"))
        #expect(chain.key.left(atMs: saturdayMs) == dollars("0.79"))
        #expect(chain.workspace.spent(atMs: saturdayMs).lifetime == dollars("0.01"))
        #expect(chain.account.spent(atMs: saturdayMs).lifetime == dollars("0.01"))
    }

    @Test func whatIsDroppedGivesBothBack() throws {
        let chain = makeChain(key: BudgetLimits(daily: dollars("1")))
        do { _ = try chain.hold(dollars("0.1"), direct: dollars("0.8"), atMs: saturdayMs) }
        #expect(chain.key.left(atMs: saturdayMs) == dollars("1"))
        chain.cover(dollars("0.5"), direct: dollars("2"), atMs: saturdayMs).release()
        #expect(chain.key.left(atMs: saturdayMs) == dollars("1"))
    }

    @Test func aRefusalAtTheAccountUndoesBothInTheKey() {
        let chain = makeChain(key: BudgetLimits(daily: dollars("9")), account: BudgetLimits(lifetime: dollars("0.1")))
        #expect(throws: HoldRefusal.self) {
            _ = try chain.hold(dollars("0.2"), direct: dollars("3"), atMs: saturdayMs)
        }
        #expect(chain.key.left(atMs: saturdayMs) == dollars("9"))
    }

    @Test func aLimitThatBeginsToIncludeItCountsThePeriodsThatRun() {
        let chain = makeChain(key: BudgetLimits(daily: dollars("5")))
        chain.noteDirect(dollars("1"), atMs: saturdayMs - 86_400_000)
        chain.noteDirect(dollars("2"), atMs: saturdayMs)
        #expect(chain.key.left(atMs: saturdayMs) == dollars("5"))
        chain.includeDirect(true, atMs: saturdayMs)
        #expect(chain.key.spent(atMs: saturdayMs).daily == dollars("2"))
        #expect(chain.key.spent(atMs: saturdayMs).lifetime == dollars("3"))
        chain.includeDirect(false, atMs: saturdayMs)
        #expect(chain.key.spent(atMs: saturdayMs).lifetime == .zero)
        #expect(chain.direct.spent(atMs: saturdayMs).lifetime == dollars("3"))
    }
}
