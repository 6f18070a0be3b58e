import Catalog
import Completions
import Providers
import Synchronization
import TestSupport
import Testing

@testable import Routing

@Suite("Circuit breaker")
struct CircuitBreakerTests {
    typealias Fixture = HealthFixture

    @Test("opens after hard failures in a row, and says so once")
    func row() throws {
        let fixture = try Fixture()
        var events: [HealthEvent?] = []
        for _ in 0..<4 { events.append(try fixture.attempt(Fixture.failure(500))) }
        #expect(fixture.availability == .available)
        events.append(try fixture.attempt(Fixture.failure(500)))
        #expect(events == [nil, nil, nil, nil, .opened(untilMs: fixture.nowMs + 750)])
        #expect(fixture.availability == .open(untilMs: fixture.nowMs + 750))
        #expect(fixture.began() == nil)
    }

    @Test("a success in between starts the row anew")
    func broken() throws {
        let fixture = try Fixture()
        for _ in 0..<3 {
            for _ in 0..<4 { try fixture.attempt(Fixture.failure(500)) }
            try fixture.attempt(Fixture.success)
        }
        #expect(fixture.availability == .available)
    }

    @Test("a busy endpoint that fails a third of its requests stays, and is found soon when it is down")
    func busy() throws {
        let fixture = try Fixture()
        var random = SeededGenerator(seed: 3)
        var rowMax = 0
        var row = 0
        // A hundred requests a second: rows of five come every four seconds.
        for step in 0..<15_000 {
            let fails = step >= 3_000 && random.next() % 3 == 0
            row = fails ? row + 1 : 0
            rowMax = max(rowMax, row)
            try fixture.attempt(fails ? Fixture.failure(500) : Fixture.success)
            fixture.advance(10)
        }
        #expect(rowMax > HealthLimits.failuresInRow)
        #expect(fixture.availability == .available)
        var failures = 0
        while fixture.availability == .available {
            try fixture.attempt(Fixture.failure(500))
            failures += 1
        }
        #expect(failures <= HealthLimits.failuresInRowMax)
    }

    @Test(
        "the row that opens is two seconds' worth of requests", arguments: [(1_000, 5), (400, 5), (200, 10), (20, 20)])
    func rowOfTraffic(everyMs: Int, expected: Int) throws {
        let fixture = try Fixture()
        for _ in 0..<(60_000 / everyMs) {
            try fixture.attempt(Fixture.success)
            fixture.advance(UInt64(everyMs))
        }
        var failures = 0
        while fixture.availability == .available {
            try fixture.attempt(Fixture.failure(500))
            failures += 1
        }
        #expect((expected - 2...expected).contains(failures) && failures >= HealthLimits.failuresInRow)
    }

    @Test("the first content of a stream ends a row, the end of one that began long before does not")
    func content() throws {
        let fixture = try Fixture()
        let old = fixture.began()
        fixture.advance(5_000)
        for _ in 0..<4 { try fixture.attempt(Fixture.failure(500)) }
        var fresh = try #require(fixture.began())
        #expect(fixture.health.answered(&fresh, nowMs: fixture.nowMs) == nil)
        for _ in 0..<4 { try fixture.attempt(Fixture.failure(500)) }
        #expect(fixture.availability == .available)
        try fixture.end(old, Fixture.success)
        try fixture.attempt(Fixture.failure(500))
        #expect(fixture.availability != .available)
    }

    @Test("streams that begin well and break open it like other failures")
    func breaking() throws {
        let fixture = try Fixture()
        let failure = FailureClassifier.brokenStream(
            FailureClassifier.classify(.idleTimeout, provider: "Alpha"))
        for _ in 0..<HealthLimits.failuresInRow {
            #expect(fixture.availability == .available)
            var ticket = try #require(fixture.began())
            _ = fixture.health.answered(&ticket, nowMs: fixture.nowMs)
            try fixture.end(ticket, .failure(failure))
        }
        #expect(fixture.availability != .available)
    }

    @Test("failures of the request, and callers who leave, do not count")
    func neutral() throws {
        let fixture = try Fixture()
        for _ in 0..<50 {
            try fixture.attempt(Fixture.failure(400))
            try fixture.attempt(Fixture.failure(413))
            try fixture.attempt(.abandoned)
        }
        #expect(fixture.availability == .available)
        #expect(fixture.reading.successRate == nil)
    }

    @Test("opens when half of enough attempts fail, never five in a row")
    func rate() throws {
        let fixture = try Fixture()
        for _ in 0..<9 {
            try fixture.attempt(Fixture.failure(500))
            try fixture.attempt(Fixture.success)
        }
        #expect(fixture.availability == .available)
        try fixture.attempt(Fixture.failure(500))
        try fixture.attempt(Fixture.failure(500))
        guard case .open = fixture.availability else {
            Issue.record("the breaker is \(fixture.availability)")
            return
        }
    }

    @Test("counts rate limits in the share of successes")
    func limits() throws {
        let fixture = try Fixture()
        for _ in 0..<30 {
            try fixture.attempt(Fixture.failure(429, headers: ["retry-after": "0"]), isLastResort: true)
            fixture.advance(10)
        }
        #expect(fixture.health.seen?.state.phase == .open)
    }

    @Test("forgets failures that are older than half a minute")
    func ages() throws {
        let fixture = try Fixture()
        for _ in 0..<18 {
            try fixture.attempt(Fixture.success)
            try fixture.attempt(Fixture.failure(500))
        }
        fixture.advance(31_000)
        try fixture.attempt(Fixture.failure(500))
        try fixture.attempt(Fixture.failure(500))
        #expect(fixture.availability == .available)
    }

    @Test("lets one probe through, and only one")
    func oneProbe() throws {
        let fixture = try Fixture()
        try fixture.open()
        fixture.advance(1_300)
        #expect(fixture.availability == .probing)
        #expect(!fixture.reading.hadRecentOutage && fixture.reading.uptime == .normal, "a probe has to be sent")
        let probe = try #require(fixture.began())
        #expect(probe.isProbe)
        for _ in 0..<100 { #expect(fixture.began() == nil) }
        guard case .open = fixture.availability else {
            Issue.record("a second probe is offered")
            return
        }
    }

    @Test("a probe that fails doubles the pause, up to the longest, spread by a quarter")
    func backoff() throws {
        let fixture = try Fixture()
        try fixture.open()
        var pauses: [UInt64] = []
        for _ in 0..<8 {
            guard case .open(let untilMs) = fixture.availability else { break }
            pauses.append(untilMs - fixture.nowMs)
            fixture.nowMs = untilMs
            #expect(try fixture.attempt(Fixture.failure(503)) == nil)
            // A cooldown that the answer asked for may last longer than the pause.
            fixture.health.seen?.coolUntilMs.store(0, ordering: .relaxed)
        }
        #expect(pauses == [750, 1_500, 3_000, 6_000, 12_000, 15_000, 15_000, 15_000])
        let spread = Set((0..<1_000).map { CircuitBreaker.pauseMs(level: 2, random: $0 &* 7_919) })
        #expect(spread.min()! >= 3_000 && spread.max()! <= 5_000 && spread.count > 500)
    }

    @Test("a probe that came to no verdict makes room for the next")
    func released() throws {
        let fixture = try Fixture()
        try fixture.open()
        fixture.advance(2_000)
        try fixture.attempt(.abandoned)
        #expect(fixture.availability == .probing)
        try fixture.attempt(Fixture.failure(400))
        #expect(fixture.availability == .probing)
    }

    @Test("a probe that nobody ends does not keep the endpoint for ever")
    func lease() throws {
        let fixture = try Fixture()
        try fixture.open()
        fixture.advance(2_000)
        _ = fixture.began()
        fixture.advance(HealthLimits.probeLeaseMs)
        #expect(fixture.availability == .probing)
    }

    @Test("two probes in a row bring traffic back in steps")
    func ramp() throws {
        let fixture = try Fixture()
        try fixture.open()
        fixture.advance(2_000)
        #expect(try fixture.attempt(Fixture.success) == nil)
        #expect(try fixture.attempt(Fixture.success) == .recovered)
        // A step begins with the second of the clock.
        fixture.nowMs = (fixture.nowMs / 1_000 + 1) * 1_000
        var starts: [Int] = []
        for _ in 0..<9 {
            var count = 0
            while count < 5_000, let ticket = fixture.began() {
                try fixture.end(ticket, Fixture.success)
                count += 1
            }
            starts.append(count)
            fixture.advance(1_000)
        }
        #expect(starts == [4, 8, 16, 32, 64, 128, 256, 512, 1024] || starts == [2, 4, 8, 16, 32, 64, 128, 256, 512])
        fixture.advance(2_000)
        for _ in 0..<5_000 { try fixture.attempt(Fixture.success) }
        #expect(fixture.health.seen?.state.phase == .closed)
    }

    @Test("the first content is a probe's verdict, and its end is not a second one")
    func firstContent() throws {
        let fixture = try Fixture()
        try fixture.open()
        fixture.advance(2_000)
        var first = try #require(fixture.began())
        #expect(fixture.health.answered(&first, nowMs: fixture.nowMs) == nil)
        #expect(fixture.availability == .probing)
        #expect(try fixture.end(first, Fixture.success) == nil)
        var second = try #require(fixture.began())
        #expect(fixture.health.answered(&second, nowMs: fixture.nowMs) == .recovered)
    }

    @Test("two failures while traffic comes back open it again, with a longer pause")
    func relapse() throws {
        let fixture = try Fixture()
        try fixture.open()
        fixture.advance(2_000)
        for _ in 0..<2 { try fixture.attempt(Fixture.success) }
        try fixture.attempt(Fixture.failure(500))
        #expect(try fixture.attempt(Fixture.failure(500)) == .opened(untilMs: fixture.nowMs + 1_500))
    }

    @Test("what was under way before it opened has no say after it")
    func underWay() throws {
        let fixture = try Fixture()
        let early = (0..<20).compactMap { _ in fixture.began() }
        try fixture.open()
        let state = fixture.availability
        for ticket in early[..<10] { try fixture.end(ticket, Fixture.success) }
        #expect(fixture.availability == state)
        fixture.advance(2_000)
        for _ in 0..<2 { try fixture.attempt(Fixture.success) }
        for ticket in early[10...] { try fixture.end(ticket, Fixture.failure(500)) }
        #expect(fixture.health.seen?.state.phase == .ramping)
    }

    @Test("is passed by who has nothing better, whose success counts as a probe's")
    func lastResort() throws {
        let fixture = try Fixture()
        try fixture.open()
        let state = fixture.availability
        for _ in 0..<20 { try fixture.attempt(Fixture.failure(500), isLastResort: true) }
        #expect(fixture.availability == state)
        for _ in 0..<2 { try fixture.attempt(Fixture.success, isLastResort: true) }
        #expect(fixture.health.seen?.state.phase == .ramping)
    }

    @Test("starts with the first pause again after it was well for long")
    func memory() throws {
        let fixture = try Fixture()
        try fixture.open()
        for _ in 0..<4 {
            guard case .open(let untilMs) = fixture.availability else { break }
            fixture.nowMs = untilMs
            try fixture.attempt(Fixture.failure(500))
        }
        fixture.advance(20_000)
        for _ in 0..<2 { try fixture.attempt(Fixture.success) }
        fixture.advance(11_000)
        try fixture.attempt(Fixture.success)
        fixture.advance(HealthLimits.backoffMemoryMs)
        try fixture.open()
        #expect(fixture.availability == .open(untilMs: fixture.nowMs + 750))
    }

    @Test("a provider that comes back serves at full rate within a minute, and never meets a herd")
    func recovery() throws {
        let fixture = try Fixture()
        var generator = SystemRandomNumberGenerator()
        var startsPerSecond: [Int: Int] = [:]
        let recoversAtMs = fixture.nowMs + 300_000
        var firstFullMs: UInt64?
        // A hundred requests a second for six minutes.
        for _ in 0..<36_000 {
            fixture.random = generator.next()
            let isUp = fixture.nowMs >= recoversAtMs
            if let ticket = fixture.began() {
                startsPerSecond[Int(fixture.nowMs / 1_000), default: 0] += 1
                try fixture.end(ticket, isUp ? Fixture.success : Fixture.failure(500))
            }
            fixture.advance(10)
            if isUp, firstFullMs == nil, startsPerSecond[Int(fixture.nowMs / 1_000) - 1, default: 0] >= 90 {
                firstFullMs = fixture.nowMs - recoversAtMs
            }
        }
        #expect(try #require(firstFullMs) < 60_000)
        let back = startsPerSecond.filter { $0.key >= Int(recoversAtMs / 1_000) }.sorted { $0.key < $1.key }
        for (before, after) in zip(back, back.dropFirst()) { #expect(after.value <= max(6, 2 * before.value + 2)) }
    }
}
