import Catalog
import Completions
import Synchronization
import Testing

@testable import Routing

@Suite("Limits of use")
struct QuotaTests {
    typealias Fixture = HealthFixture

    @Test("requests of any minute")
    func requests() throws {
        let fixture = try Fixture(endpoint: UsageLimits(requestsPerMinute: 3))
        for _ in 0..<3 { try fixture.attempt(Fixture.success) }
        #expect(fixture.availability == .exhausted)
        #expect(
            fixture.health.began(nowMs: fixture.nowMs, isLastResort: true) == .exhausted,
            "not even as a last resort")
        fixture.advance(54_000)
        #expect(fixture.availability == .exhausted)
        fixture.advance(6_000)
        #expect(fixture.availability == .available)
    }

    @Test("requests at a time")
    func concurrency() throws {
        let fixture = try Fixture(provider: UsageLimits(concurrency: 2))
        let first = fixture.began()
        let second = fixture.began()
        #expect(fixture.availability == .exhausted && fixture.began() == nil)
        try fixture.end(first, .abandoned)
        #expect(fixture.availability == .available)
        try fixture.end(second, Fixture.failure(500))
        #expect(fixture.began() != nil)
    }

    @Test("tokens of any minute, estimated first and put right at the end")
    func tokens() throws {
        let fixture = try Fixture(endpoint: UsageLimits(tokensPerMinute: 1_000))
        let first = fixture.began(tokens: 800)
        #expect(fixture.began(tokens: 300) == nil)
        fixture.health.record(
            Fixture.success, try #require(first), nowMs: fixture.nowMs, usedTokens: 100)
        let second = fixture.began(tokens: 300)
        #expect(second != nil)
        try fixture.end(second, .abandoned)
        #expect(fixture.began(tokens: 700) == nil)
        fixture.advance(60_000)
        #expect(fixture.began(tokens: 5_000) != nil, "what is above the whole limit goes when nothing else runs")
        #expect(fixture.availability == .exhausted)
    }

    @Test("a key at its limit leaves the traffic to the others")
    func keys() throws {
        let limited = UsageLimits(requestsPerMinute: 2)
        let fixture = try Fixture(keys: [
            ProviderKey(secret: Secret("a"), limits: limited), ProviderKey(secret: Secret("b")),
        ])
        let keys = (0..<20).compactMap { _ in fixture.began()?.key }
        #expect(keys.filter { $0 == 0 }.count == 2 && keys.count == 20)
    }

    @Test("one limit that is reached takes nothing from the others")
    func together() throws {
        let fixture = try Fixture(
            keys: [ProviderKey(secret: Secret("a"), limits: UsageLimits(requestsPerMinute: 1))],
            provider: UsageLimits(requestsPerMinute: 5), endpoint: UsageLimits(concurrency: 5))
        let ticket = fixture.began()
        for _ in 0..<50 { #expect(fixture.began() == nil) }
        try fixture.end(ticket, Fixture.success)
        fixture.reload(with: fixture.catalog)
        #expect(fixture.availability == .exhausted, "a reload keeps what was used")
        fixture.advance(60_000)
        #expect(fixture.availability == .available)
    }

    @Test("is never exceeded by threads that take at once")
    func threads() async throws {
        let fixture = try Fixture(endpoint: UsageLimits(requestsPerMinute: 100, concurrency: 60))
        let health = fixture.health
        let meter = Meter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 {
                        guard case .granted(let ticket) = health.began(nowMs: 1_000) else { continue }
                        meter.begin()
                        health.record(HealthFixture.success, ticket, nowMs: 1_000)
                    }
                }
            }
        }
        #expect(meter.count <= 100 && meter.count > 90)
    }

    private final class Meter: Sendable {
        private let granted = Atomic<Int>(0)

        func begin() { granted.wrappingAdd(1, ordering: .relaxed) }

        var count: Int { granted.load(ordering: .relaxed) }
    }

    // MARK: Retry budget

    @Test("retries are earned by requests and by time, up to a reserve")
    func retries() {
        let budget = RetryBudget()
        var taken = 0
        while budget.take(nowMs: 10_000) { taken += 1 }
        #expect(taken == 100)
        for _ in 0..<50 { budget.earn(nowMs: 10_000) }
        #expect(budget.left == 10)
        _ = budget.take(nowMs: 12_000)
        #expect(budget.left == 19)
        for _ in 0..<10_000 { budget.earn(nowMs: 12_000) }
        #expect(budget.left == 100)
    }
}
