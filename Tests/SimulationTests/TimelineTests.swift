import Testing

@testable import Simulation

@Suite("The events of a simulated provider")
struct TimelineTests {
    @Test("hold from their beginning to their end, and add up")
    func stretches() {
        var provider = SimulationFixtures.provider("a")
        provider.errorRate = 0.1
        provider.events = [
            ScenarioEvent(atMs: 1_000, forMs: 2_000, kind: .brownout(share: 0.5)),
            ScenarioEvent(atMs: 2_000, forMs: 2_000, kind: .outage(status: 503)),
            ScenarioEvent(atMs: 2_500, forMs: 100, kind: .slow(factor: 3)),
        ]
        var timeline = Timeline(provider, durationMs: 10_000)
        #expect(timeline.condition(atUs: 999_999) == Condition(failShare: 0.1))
        #expect(timeline.outage(before: 2_000_000) == nil)
        #expect(timeline.outage(before: 2_000_001) == 2_000_000)
        #expect(timeline.condition(atUs: 1_000_000).failShare == 0.55)
        let both = timeline.condition(atUs: 2_500_000)
        #expect(both.isDown && both.status == 503 && both.slowFactor == 3)
        #expect(timeline.condition(atUs: 3_999_999).isDown)
        #expect(timeline.condition(atUs: 4_000_000) == Condition(failShare: 0.1))
        #expect(timeline.deadTimes == [2_000_000..<4_000_000])
    }

    @Test("a flap is down first and up in turn")
    func flap() {
        var provider = SimulationFixtures.provider("a")
        provider.events = [ScenarioEvent(atMs: 500, forMs: 3_500, kind: .flap(halfMs: 1_000))]
        var timeline = Timeline(provider, durationMs: 10_000)
        let states = [499, 500, 1_499, 1_500, 2_500, 3_499, 3_500, 4_000].map {
            timeline.condition(atUs: UInt64($0) * 1_000).isDown
        }
        #expect(states == [false, true, true, false, true, true, false, false])
        #expect(timeline.deadTimes == [500_000..<1_500_000, 2_500_000..<3_500_000])
    }
}
