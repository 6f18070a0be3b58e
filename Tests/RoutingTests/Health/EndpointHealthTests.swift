import Catalog
import Completions
import Providers
import Testing

@testable import Routing

@Suite("Health of an endpoint")
struct EndpointHealthTests {
    typealias Fixture = HealthFixture

    @Test("knows nothing, and holds nothing, before the first attempt")
    func fresh() throws {
        let fixture = try Fixture()
        #expect(fixture.reading == HealthReading())
        #expect(fixture.health.seen == nil)
        _ = fixture.began()
        #expect(fixture.health.seen == nil)
    }

    // MARK: Cooldowns and keys

    @Test("a rate limit cools for as long as the provider says")
    func retryAfter() throws {
        let fixture = try Fixture()
        try fixture.attempt(Fixture.failure(429, headers: ["retry-after": "7"]))
        #expect(fixture.availability == .cooling(untilMs: fixture.nowMs + 7_000))
        fixture.advance(7_000)
        #expect(fixture.availability == .available)
    }

    @Test("rate limits that name no time cool for longer and longer")
    func limitsInRow() throws {
        let fixture = try Fixture()
        var waits: [UInt64] = []
        for _ in 0..<6 {
            try fixture.attempt(Fixture.failure(429))
            guard case .cooling(let untilMs) = fixture.availability else { break }
            waits.append(untilMs - fixture.nowMs)
            fixture.nowMs = untilMs
        }
        #expect(waits == [5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
        try fixture.attempt(Fixture.success)
        try fixture.attempt(Fixture.failure(429))
        #expect(fixture.availability == .cooling(untilMs: fixture.nowMs + 5_000))
    }

    /// Limited twice in a row without a time, and the second pause over, as far as it goes.
    private static func limitedTwice(keys: Int = 1) throws -> Fixture {
        let fixture = try Fixture(keys: (0..<keys).map { ProviderKey(secret: Secret("k\($0)")) })
        for _ in 0..<2 {
            while fixture.availability == .available { try fixture.attempt(Fixture.failure(429)) }
            guard case .cooling(let untilMs) = fixture.availability else {
                Issue.record("not cooling but \(fixture.availability)")
                break
            }
            fixture.nowMs = untilMs
        }
        return fixture
    }

    /// How many requests are let in at this moment, of ten.
    private static func starts(_ fixture: Fixture) -> Int {
        (0..<10).count { _ in fixture.began() != nil }
    }

    @Test("after one rate limit behind the other that name no time, traffic comes back in steps")
    func limitsInSteps() throws {
        let fixture = try Self.limitedTwice()
        #expect(Self.starts(fixture) == 2)
        #expect(fixture.availability == .open(untilMs: fixture.nowMs + HealthLimits.rampStepMs))
        fixture.advance(HealthLimits.rampStepMs)
        #expect(Self.starts(fixture) == 4)
        fixture.advance(HealthLimits.rampStepMs * HealthLimits.rampSteps)
        #expect(Self.starts(fixture) == 10)
        // One alone stops nobody afterwards, and keys go on for each other.
        let once = try Fixture()
        try once.attempt(Fixture.failure(429))
        once.advance(5_000)
        #expect(Self.starts(once) == 10)
        #expect(Self.starts(try Self.limitedTwice(keys: 2)) == 10)
    }

    @Test("an answer during the pause begins the steps at once")
    func limitsOver() throws {
        let fixture = try Self.limitedTwice()
        try fixture.attempt(Fixture.failure(429))
        guard case .cooling = fixture.availability else {
            Issue.record("not cooling but \(fixture.availability)")
            return
        }
        fixture.advance(1_000)
        try fixture.attempt(Fixture.success, isLastResort: true)
        #expect(Self.starts(fixture) == 2)
        fixture.advance(HealthLimits.rampStepMs * HealthLimits.rampSteps)
        #expect(Self.starts(fixture) == 10)
    }

    @Test("what was under way when a limit was hit makes the pause no longer")
    func limitsAtOnce() throws {
        let fixture = try Fixture()
        let tickets = try (0..<8).map { _ in try #require(fixture.began()) }
        for ticket in tickets { try fixture.end(ticket, Fixture.failure(429)) }
        #expect(fixture.availability == .cooling(untilMs: fixture.nowMs + 5_000))
    }

    @Test("a rate limit cools the key before the provider, and this endpoint alone")
    func keyFirst() throws {
        let keys = (0..<3).map { ProviderKey(secret: Secret("k\($0)")) }
        let fixture = try Fixture(keys: keys, models: ["a/b", "c/d"])
        var used: [Int] = []
        for _ in 0..<3 {
            #expect(fixture.availability == .available)
            let ticket = try #require(fixture.began())
            used.append(ticket.key)
            try fixture.end(ticket, Fixture.failure(429, headers: ["retry-after": "\(used.count)"]))
            #expect(fixture.health.hasOtherKey(than: ticket, nowMs: fixture.nowMs) == (used.count < 3))
        }
        #expect(Set(used) == [0, 1, 2])
        #expect(fixture.availability == .cooling(untilMs: fixture.nowMs + 1_000))
        #expect(fixture.table[fixture.catalog.endpoints[1]].reading(nowMs: fixture.nowMs).availability == .available)
        fixture.advance(1_000)
        #expect(fixture.began()?.key == used[0])
    }

    @Test("keys share the traffic by weight")
    func weights() throws {
        let keys = [
            ProviderKey(secret: Secret("a"), weight: 1), ProviderKey(secret: Secret("b"), weight: 3),
        ]
        let fixture = try Fixture(keys: keys)
        var counts = [0, 0]
        for step in 0..<4_000 {
            fixture.random = UInt64(step) << 52
            counts[try #require(fixture.began()).key] += 1
        }
        #expect((900...1_100).contains(counts[0]))
    }

    @Test("a key that is refused, or without money, is off for all endpoints, and said so once", arguments: [401, 402])
    func refusedKey(status: Int) throws {
        let reason: FailureClass = status == 401 ? .authentication : .outOfCredit
        let fixture = try Fixture(models: ["a/b", "c/d"])
        let others = [fixture.began(), fixture.began()]
        #expect(try fixture.attempt(Fixture.failure(status)) == .keyDisabled(key: 0, reason: reason))
        for ticket in others { #expect(try fixture.end(ticket, Fixture.failure(status)) == nil) }
        for endpoint in fixture.catalog.endpoints {
            #expect(fixture.table[endpoint].reading(nowMs: fixture.nowMs).availability == .disabled)
        }
        #expect(fixture.health.trouble(nowMs: fixture.nowMs)?.reason == reason)
        fixture.advance(3_600_000)
        #expect(fixture.availability == .available)
    }

    @Test("an endpoint that is refused or unknown is off alone", arguments: [403, 404])
    func refusedEndpoint(status: Int) throws {
        let fixture = try Fixture(models: ["a/b", "c/d"])
        let reason: FailureClass = status == 403 ? .permission : .modelNotFound
        #expect(try fixture.attempt(Fixture.failure(status)) == .endpointDisabled(reason: reason))
        #expect(fixture.availability == .disabled)
        #expect(fixture.table[fixture.catalog.endpoints[1]].reading(nowMs: fixture.nowMs).availability == .available)
        #expect(fixture.health.trouble(nowMs: fixture.nowMs)?.reason == reason)
        fixture.advance(HealthLimits.disabledMs)
        #expect(fixture.availability == .available)
    }

    @Test("with one key refused the others go on")
    func otherKeys() throws {
        let fixture = try Fixture(keys: [ProviderKey(secret: Secret("a")), ProviderKey(secret: Secret("b"))])
        let ticket = try #require(fixture.began())
        try fixture.end(ticket, Fixture.failure(401))
        #expect(fixture.availability == .available)
        for _ in 0..<20 { #expect(fixture.began()?.key == 1 - ticket.key) }
    }

    @Test("a reload is a new chance for what was off, and keeps the rest")
    func reload() throws {
        let fixture = try Fixture()
        try fixture.attempt(Fixture.success)
        try fixture.attempt(Fixture.failure(401))
        try fixture.attempt(Fixture.failure(404), isLastResort: true)
        #expect(fixture.availability == .disabled)
        fixture.reload()
        #expect(fixture.availability == .available)
        #expect(fixture.reading.requests == 3)
        try fixture.open()
        fixture.reload()
        guard case .open = fixture.availability else {
            Issue.record("the breaker closed")
            return
        }
        fixture.reload(with: try Fixture.catalog(keys: [], models: ["x/y"]))
        #expect(fixture.table[try Fixture.catalog(keys: [], models: ["x/y"]).endpoints[0]].seen == nil)
    }

    @Test("an answer of who asked as a last resort ends cooldowns and what was off")
    func answered() throws {
        let fixture = try Fixture()
        try fixture.attempt(Fixture.failure(401))
        #expect(fixture.began() == nil)
        #expect(try fixture.attempt(Fixture.success, isLastResort: true) == .enabled)
        #expect(fixture.availability == .available)
        try fixture.attempt(Fixture.failure(503, headers: ["retry-after": "60"]))
        #expect(fixture.availability == .cooling(untilMs: fixture.nowMs + 60_000))
        try fixture.attempt(Fixture.success, isLastResort: true)
        #expect(fixture.availability == .available)
    }

    // MARK: Streams

    @Test(
        "a stream below the floor drips, silence before its first content does not count",
        arguments: [
            (19, 10_000, true), (20, 10_000, false), (0, 9_999, false), (0, 10_000, true), (100, 60_000, true),
            (121, 60_000, false), (1_000, 300_000, false),
        ])
    func drips(tokens: Int, sinceContentMs: UInt64, expected: Bool) {
        #expect(EndpointHealth.drips(tokens: tokens, sinceContentMs: sinceContentMs) == expected)
    }

    @Test("streams that drip open the breaker while they still run")
    func dripping() throws {
        let fixture = try Fixture()
        let tickets = (0..<5).compactMap { _ in fixture.began() }
        fixture.advance(10_000)
        for ticket in tickets { _ = fixture.health.dripped(ticket, nowMs: fixture.nowMs) }
        guard case .open = fixture.availability else {
            Issue.record("the breaker is \(fixture.availability)")
            return
        }
        for ticket in tickets { try fixture.end(ticket, .abandoned) }
        #expect(fixture.reading.successRate == 0)
    }

    // MARK: Windows

    @Test("percentiles of the last five minutes")
    func percentiles() throws {
        let fixture = try Fixture()
        for step in 1...1_000 {
            try fixture.attempt(
                .success(ttftMs: UInt64(step), outputTokens: 100, durationMs: UInt64(100_000 / step)))
        }
        let ttft = try #require(fixture.reading.ttftMs)
        #expect(abs(ttft.p50 - 500) < 40 && abs(ttft.p75 - 750) < 60)
        #expect(abs(ttft.p90 - 900) < 70 && abs(ttft.p99 - 990) < 80)
        let speed = try #require(fixture.reading.throughput)
        // Nine of ten attempts had 100 tokens per second or more, 99 of 100 had 10.
        #expect(abs(speed.p50 - 500) < 40 && abs(speed.p75 - 250) < 40)
        #expect(abs(speed.p90 - 100) < 20 && abs(speed.p99 - 10) < 3)
        #expect(fixture.reading.requests == 1_000 && fixture.reading.successRate == 1)
        fixture.advance(300_000)
        #expect(fixture.reading.ttftMs == nil && fixture.reading.throughput == nil)
        #expect(fixture.reading.requests == 0 && fixture.reading.successRate == nil)
        #expect(fixture.health.display(nowMs: fixture.nowMs).ttftMs != nil)
        fixture.advance(1_800_000)
        #expect(fixture.health.display(nowMs: fixture.nowMs).ttftMs == nil)
    }

    @Test("plain answers are no samples of the time to first content, empty ones none of throughput")
    func samples() throws {
        let fixture = try Fixture()
        try fixture.attempt(.success(ttftMs: nil, outputTokens: 0, durationMs: 1_000))
        #expect(fixture.reading.ttftMs == nil && fixture.reading.throughput == nil)
        #expect(fixture.reading.requests == 1)
    }

    @Test("a recent outage is one of the last half minute")
    func outage() throws {
        let fixture = try Fixture()
        for _ in 0..<2 { try fixture.attempt(Fixture.failure(500)) }
        fixture.advance(1_000)
        #expect(!fixture.reading.hadRecentOutage)
        try fixture.attempt(Fixture.failure(500))
        fixture.advance(1_000)
        #expect(fixture.reading.hadRecentOutage)
        fixture.advance(31_000)
        #expect(!fixture.reading.hadRecentOutage)
        for _ in 0..<100 { try fixture.attempt(Fixture.success) }
        for _ in 0..<3 { try fixture.attempt(Fixture.failure(500)) }
        fixture.advance(1_000)
        #expect(!fixture.reading.hadRecentOutage)
        try fixture.open()
        #expect(fixture.reading.hadRecentOutage)
    }

    @Test(
        "tiers of uptime need a hundred requests",
        arguments: [
            (99, 50, HealthReading.Tier.normal), (100, 95, .normal), (100, 94, .low), (100, 80, .low),
            (100, 79, .lastResort), (1_000, 960, .normal), (1_000, 940, .low),
        ])
    func tiers(total: Int, successes: Int, expected: HealthReading.Tier) throws {
        let fixture = try Fixture()
        let record = fixture.health.madeRecord()
        for index in 0..<total { record.count(index < successes ? Fixture.success : Fixture.failure(500), nowMs: 1) }
        #expect(fixture.health.reading(nowMs: 1).uptime == expected)
    }

    @Test("failures that are known before the answers say nothing as long as those may come")
    func underway() throws {
        let fixture = try Fixture()
        var tickets = try (0..<300).map { _ in try #require(fixture.began()) }
        func end(_ count: Int, _ outcome: AttemptOutcome) throws {
            for _ in 0..<count { try fixture.end(tickets.removeLast(), outcome) }
            fixture.advance(1_000)
        }
        try end(10, Fixture.failure(503))
        #expect(!fixture.reading.hadRecentOutage)
        try end(90, Fixture.success)
        #expect(fixture.reading.uptime == .normal)
        try end(150, Fixture.success)
        try end(50, Fixture.failure(503))
        #expect(tickets.isEmpty && fixture.reading.uptime == .low && fixture.reading.hadRecentOutage)
    }

    @Test("rate limits and the callers' faults do not count for uptime")
    func uncounted() throws {
        let fixture = try Fixture()
        let record = fixture.health.madeRecord()
        for status in [429, 400, 413, 422, 403] {
            for _ in 0..<200 { record.count(Fixture.failure(status), nowMs: fixture.nowMs) }
        }
        #expect(fixture.reading.uptime == .normal && fixture.reading.requests == 0)
        for status in [401, 402, 404, 500, 503, 504] {
            for _ in 0..<50 { record.count(Fixture.failure(status), nowMs: fixture.nowMs) }
        }
        fixture.advance(1_000)
        #expect(fixture.reading.uptime == .lastResort && fixture.reading.requests == 300)
    }

    @Test("an endpoint that fell behind is judged anew within a minute")
    func trial() throws {
        let fixture = try Fixture()
        let record = fixture.health.madeRecord()
        func serve(_ count: Int, failing every: Int?) {
            for index in 1...count {
                let fails = every.map { index.isMultiple(of: $0) } ?? false
                record.count(fails ? Fixture.failure(500) : Fixture.success, nowMs: fixture.nowMs)
            }
        }
        serve(200, failing: 10)
        #expect(fixture.reading.uptime == .low)
        fixture.advance(44_000)
        #expect(fixture.reading.uptime == .low)
        fixture.advance(1_000)
        #expect(fixture.reading.uptime == .normal)
        // Still failing: fewer requests are enough this time.
        serve(20, failing: 10)
        fixture.advance(1_000)
        #expect(fixture.reading.uptime == .low)
        fixture.advance(45_000)
        serve(100, failing: nil)
        #expect(fixture.reading.uptime == .normal)
    }

    @Test("shown uptime is the share of minutes that were up")
    func uptime() throws {
        let fixture = try Fixture()
        let record = fixture.health.madeRecord()
        func minute(_ successes: Int, _ failures: Int) {
            for _ in 0..<successes { record.count(Fixture.success, nowMs: fixture.nowMs) }
            for _ in 0..<failures { record.count(Fixture.failure(500), nowMs: fixture.nowMs) }
            for _ in 0..<20 { record.count(Fixture.failure(429), nowMs: fixture.nowMs) }
            fixture.advance(60_000)
        }
        #expect(fixture.health.display(nowMs: fixture.nowMs).uptime1d == nil)
        minute(9, 0)
        #expect(fixture.health.display(nowMs: fixture.nowMs).uptime1d == nil)
        minute(8, 2)
        minute(7, 3)
        minute(0, 10)
        fixture.nowMs -= 60_000
        var shown = fixture.health.display(nowMs: fixture.nowMs)
        #expect(abs(try #require(shown.uptime5m) - 100.0 / 3) < 0.01)
        fixture.advance(6 * 60_000)
        shown = fixture.health.display(nowMs: fixture.nowMs)
        #expect(shown.uptime5m == nil && shown.uptime30m != nil && shown.uptime1d != nil)
        fixture.advance(30 * 60_000)
        minute(10, 0)
        fixture.nowMs -= 60_000
        shown = fixture.health.display(nowMs: fixture.nowMs)
        #expect(shown.uptime5m == 100 && shown.uptime30m == 100 && shown.uptime1d == 50)
        fixture.advance(1_441 * 60_000)
        #expect(fixture.health.display(nowMs: fixture.nowMs).uptime1d == nil)
    }

    @Test("a reading costs next to nothing while its digest is fresh")
    func digest() throws {
        let fixture = try Fixture()
        try fixture.attempt(Fixture.success)
        _ = fixture.reading
        try fixture.attempt(Fixture.success)
        #expect(fixture.reading.requests == 1)
        fixture.advance(1_000)
        #expect(fixture.reading.requests == 2)
    }
}
