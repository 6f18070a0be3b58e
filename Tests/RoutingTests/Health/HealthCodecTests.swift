import Catalog
import Completions
import Synchronization
import Testing

@testable import Routing

@Suite("Health across restarts")
struct HealthCodecTests {
    typealias Fixture = HealthFixture

    /// The state of a fixture as another process reads it after a while.
    static func restarted(_ fixture: HealthFixture, afterMs age: UInt64, nowMs: UInt64) throws -> HealthFixture {
        let news = fixture.table.news(nowMs: fixture.nowMs)
        let fresh = try Fixture()
        fresh.nowMs = nowMs
        fresh.table.restore(news.map { ($0.endpointID, age, $0.state) }, nowMs: nowMs)
        return fresh
    }

    static func busy() throws -> HealthFixture {
        let fixture = try Fixture()
        let record = fixture.health.madeRecord()
        for minute in 0..<10 {
            for _ in 0..<20 { record.count(Fixture.success, nowMs: fixture.nowMs) }
            if minute == 3 { for _ in 0..<20 { record.count(Fixture.failure(500), nowMs: fixture.nowMs) } }
            fixture.advance(60_000)
        }
        fixture.advance(3_000)
        return fixture
    }

    @Test("keeps what was seen, on a clock that starts anew", arguments: [1_000, 50_000_000] as [UInt64])
    func kept(nowMs: UInt64) throws {
        let fixture = try Self.busy()
        let before = fixture.health.display(nowMs: fixture.nowMs)
        let reading = fixture.reading
        let fresh = try Self.restarted(fixture, afterMs: 0, nowMs: nowMs)
        #expect(fresh.health.display(nowMs: nowMs).uptime1d == before.uptime1d)
        #expect(fresh.health.display(nowMs: nowMs).successes == before.successes)
        #expect(fresh.reading.ttftMs == reading.ttftMs && fresh.reading.throughput == reading.throughput)
        #expect(fresh.reading.requests == reading.requests)
    }

    @Test("ages by the time that has passed")
    func aged() throws {
        let fixture = try Self.busy()
        let later = try Self.restarted(fixture, afterMs: 10 * 60_000, nowMs: 1_000)
        #expect(later.reading.requests == 0 && later.reading.ttftMs == nil)
        #expect(later.health.display(nowMs: 1_000).uptime5m == nil)
        #expect(later.health.display(nowMs: 1_000).uptime1d == 90)
        #expect(later.health.display(nowMs: 1_000).ttftMs != nil)
        let nextDay = try Self.restarted(try Self.busy(), afterMs: 86_400_000, nowMs: 1_000)
        #expect(nextDay.health.display(nowMs: 1_000) == HealthDisplay())
    }

    @Test("an open breaker and a cooldown go on for the rest of their time")
    func states() throws {
        let fixture = try Fixture()
        try fixture.open()
        for _ in 0..<4 {
            guard case .open(let untilMs) = fixture.availability else { break }
            fixture.nowMs = untilMs
            try fixture.attempt(Fixture.failure(500))
        }
        #expect(fixture.availability == .open(untilMs: fixture.nowMs + 12_000))
        let fresh = try Self.restarted(fixture, afterMs: 2_000, nowMs: 5_000)
        #expect(fresh.availability == .open(untilMs: 15_000))
        try fixture.attempt(Fixture.failure(500), isLastResort: true)
        #expect(try Self.restarted(fixture, afterMs: 60_000, nowMs: 5_000).availability == .probing)
        let limited = try Fixture()
        try limited.attempt(Fixture.failure(429, headers: ["retry-after": "30"]))
        let resumed = try Self.restarted(limited, afterMs: 10_000, nowMs: 700)
        #expect(resumed.availability == .cooling(untilMs: 20_700))
    }

    @Test("a start is a new chance for what was off")
    func enabled() throws {
        let fixture = try Fixture()
        try fixture.attempt(Fixture.failure(401))
        try fixture.attempt(Fixture.failure(404), isLastResort: true)
        #expect(try Self.restarted(fixture, afterMs: 0, nowMs: 10).availability == .available)
    }

    @Test("stores what has changed, and little of it")
    func news() throws {
        let fixture = try Self.busy()
        let first = fixture.table.news(nowMs: fixture.nowMs)
        #expect(first.map(\.endpointID) == [fixture.catalog.endpoints[0].identity])
        #expect(first[0].state.count < 400)
        #expect(fixture.table.news(nowMs: fixture.nowMs).isEmpty)
        try fixture.attempt(Fixture.success)
        #expect(fixture.table.news(nowMs: fixture.nowMs).count == 1)
    }

    @Test("bytes that are no state are passed over")
    func malformed() throws {
        let fixture = try Self.busy()
        let state = fixture.table.news(nowMs: fixture.nowMs)[0].state
        for length in 0..<state.count {
            #expect(HealthCodec.decode(Array(state[..<length]), ageMs: 0, nowMs: 10) == nil)
        }
        for index in state.indices {
            var broken = state
            broken[index] ^= 0xff
            // Whatever is read must be fit to be used.
            if let record = HealthCodec.decode(broken, ageMs: .max, nowMs: 10) {
                _ = record.day.percent(minutes: 1_440, nowMs: 10)
                _ = record.recent.sum(nowMs: 10)
                _ = record.state.state(nowMs: 10)
            }
        }
        #expect(HealthCodec.decode([], ageMs: 0, nowMs: 0) == nil)
    }
}
