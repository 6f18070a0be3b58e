import Testing

@testable import Access

@Suite struct KeyRatesTests {
    private let minute: Int64 = 60_000
    private let start: Int64 = 29_000_000 * 60_000

    private func refusal(_ decision: RateDecision) -> RateRefusal? {
        if case .refused(let refusal) = decision { return refusal }
        return nil
    }

    @Test func withoutLimitsEverythingIsAdmitted() {
        let rates = KeyRates()
        rates.addTokens(1_000_000, atMs: start)
        for _ in 0..<1000 { #expect(rates.admit(atMs: start) == .admitted) }
    }

    @Test func countsRequestsPerMinute() throws {
        let rates = KeyRates(requestsPerMinute: 3)
        for _ in 0..<3 { #expect(rates.admit(atMs: start + 59_999) == .admitted) }
        let refused = try #require(refusal(rates.admit(atMs: start + 59_999)))
        #expect(refused.rate == .keyRequestsPerMinute)
        #expect(refused.limit == 3)
        #expect(refused.resetsAtMs == start + minute)
        #expect(refused.secondsLeft(atMs: start + 59_999) == 1)
        #expect(refused.secondsLeft(atMs: start) == 60)
        for _ in 0..<3 { #expect(rates.admit(atMs: start + minute) == .admitted) }
        #expect(refusal(rates.admit(atMs: start + minute)) != nil)
    }

    @Test func tokensCountWhenSettled() throws {
        let rates = KeyRates(tokensPerMinute: 100)
        for _ in 0..<5 { #expect(rates.admit(atMs: start) == .admitted) }
        rates.addTokens(99, atMs: start)
        #expect(rates.admit(atMs: start) == .admitted)
        rates.addTokens(1, atMs: start + 10)
        let refused = try #require(refusal(rates.admit(atMs: start + 20)))
        #expect(refused.rate == .keyTokensPerMinute)
        #expect(rates.admit(atMs: start + minute) == .admitted)
    }

    @Test func refusedRequestsDoNotCount() {
        let rates = KeyRates(requestsPerMinute: 1, tokensPerMinute: 10)
        rates.addTokens(10, atMs: start)
        for _ in 0..<5 { #expect(refusal(rates.admit(atMs: start)) != nil) }
        rates.setLimits(requestsPerMinute: 1, tokensPerMinute: nil)
        #expect(rates.admit(atMs: start) == .admitted)
        #expect(refusal(rates.admit(atMs: start)) != nil)
    }

    @Test func newLimitsCountOn() {
        let rates = KeyRates(requestsPerMinute: 2)
        #expect(rates.admit(atMs: start) == .admitted)
        #expect(rates.admit(atMs: start) == .admitted)
        rates.setLimits(requestsPerMinute: 3, tokensPerMinute: nil)
        #expect(rates.admit(atMs: start) == .admitted)
        #expect(refusal(rates.admit(atMs: start)) != nil)
    }

    @Test func aClockThatIsALittleBehindCountsInTheWindowAtHand() {
        let rates = KeyRates(requestsPerMinute: 2)
        #expect(rates.admit(atMs: start + minute) == .admitted)
        #expect(rates.admit(atMs: start + minute - 1) == .admitted)
        #expect(refusal(rates.admit(atMs: start + minute)) != nil)
        #expect(refusal(rates.admit(atMs: start + minute - 1))?.resetsAtMs == start + 2 * minute)
    }

    @Test func aClockThatWasSetBackDoesNotBlock() {
        let rates = KeyRates(requestsPerMinute: 1)
        #expect(rates.admit(atMs: start + 60 * minute) == .admitted)
        #expect(rates.admit(atMs: start) == .admitted)
        #expect(refusal(rates.admit(atMs: start)) != nil)
    }

    @Test func theCountStopsAtItsLargest() {
        let rates = KeyRates(tokensPerMinute: 1_000_000_000)
        for _ in 0..<10 { rates.addTokens(1_000_000_000, atMs: start) }
        rates.addTokens(-5, atMs: start)
        #expect(refusal(rates.admit(atMs: start)) != nil)
        #expect(rates.admit(atMs: start + minute) == .admitted)
    }

    @Test func threadsTogetherAreAdmittedAsOftenAsAllowed() async {
        let rates = KeyRates(requestsPerMinute: 1000)
        let start = self.start
        let admitted = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<1000).count { _ in rates.admit(atMs: start) == .admitted } }
            }
            return await group.reduce(0, +)
        }
        #expect(admitted == 1000)
    }

    @Test func remembersTheLastUseToTheSecond() {
        let rates = KeyRates()
        #expect(rates.lastUsedAtMs == nil)
        rates.noteUse(atMs: start)
        rates.noteUse(atMs: start + 999)
        #expect(rates.lastUsedAtMs == start)
        rates.noteUse(atMs: start + 1000)
        #expect(rates.lastUsedAtMs == start + 1000)
    }
}
