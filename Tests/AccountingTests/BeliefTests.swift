import Accounting
import Testing

@Suite("What reports are believed")
struct BeliefTests {
    private func usage(prompt: Int = 10, completion: Int = 5, searches: Int = 0, units: Int = 0) -> TokenUsage {
        var usage = TokenUsage(prompt: prompt, completion: completion)
        usage.webSearches = searches
        usage.searchUnits = units
        return usage
    }

    @Test func anAnswerThatCanBeIsBelieved() {
        #expect(usage().isCredible && usage().isBeyondDoubt)
        let long = usage(prompt: 10_000_000, completion: 500_000, searches: 500)
        #expect(long.isCredible && !long.isBeyondDoubt)
        #expect(usage(prompt: AccountingLimits.reportedTokensMax - 6).isCredible)
        #expect(usage(searches: AccountingLimits.reportedUnitsMax - 1).isBeyondDoubt)
    }

    @Test func oneThatCannotBeIsNot() {
        let tokens = AccountingLimits.reportedTokensMax
        let units = AccountingLimits.reportedUnitsMax
        for absurd in [
            usage(prompt: tokens), usage(completion: tokens), usage(prompt: tokens / 2, completion: tokens / 2),
            usage(prompt: 1 << 40), usage(searches: units), usage(units: units), usage(searches: 1 << 40),
            usage(prompt: -1, completion: 0),
        ] {
            #expect(!absurd.isCredible && !absurd.isBeyondDoubt)
        }
    }

    @Test func aCostAboveAMillionOrBelowNothingIsDoubted() {
        var costly = usage()
        costly.upstreamCost = Credits(nanos: AccountingLimits.reportedNanosMax)
        #expect(costly.isBeyondDoubt)
        for nanos in [AccountingLimits.reportedNanosMax + 1, 9_000_000_000_000_000_000, -1] {
            costly.upstreamCost = Credits(nanos: nanos)
            #expect(!costly.isBeyondDoubt && costly.isCredible)
        }
    }

    @Test func anEarlyReportIsCompletedByWhatWasCounted() {
        var early = usage(prompt: 1000, completion: 1)
        early.cached = 900
        early.upstreamCost = Credits(nanos: 7)
        let whole = early.completed(by: usage(prompt: 1200, completion: 50))
        #expect(whole.prompt == 1000 && whole.cached == 900 && whole.completion == 50 && whole.total == 1050)
        #expect(whole.isEstimated && whole.upstreamCost == nil)
        #expect(usage(prompt: 0, completion: 80).completed(by: usage(prompt: 12, completion: 50)).total == 92)
    }
}
