import Completions
import Testing

@testable import Routing

@Suite("Calls of tools")
struct ToolCallQualityTests {
    typealias Fixture = HealthFixture

    static func standings(_ counts: [(answers: Int, broken: Int)], prefersProven: Bool = false) -> [Standing] {
        var quality = ToolCallQuality()
        quality.rates = counts.map { ToolCallRate(ToolCallCounts(answers: $0.answers, broken: $0.broken)) }
        quality.prefersProven = prefersProven
        return quality.standings
    }

    @Test("who breaks them more often than the best sibling, beyond chance, is worse")
    func worse() {
        let bad = Standing.breaksToolCalls
        #expect(Self.standings([(100, 0), (100, 30)]) == [[], bad])
        #expect(Self.standings([(100, 30), (100, 0), (100, 2)]) == [bad, [], []])
        // One percentage point moves nothing, however sure it is.
        #expect(Self.standings([(60_000, 0), (60_000, 600)]) == [[], []])
        #expect(Self.standings([(60_000, 0), (60_000, 1_800)]) == [[], bad])
        // Three of fifty may be chance.
        #expect(Self.standings([(50, 0), (50, 3)]) == [[], []])
        #expect(Self.standings([(500, 0), (500, 30)]) == [[], bad])
    }

    @Test("the best is no measure when it is bad itself")
    func badMeasure() {
        let bad = Standing.breaksToolCalls
        #expect(Self.standings([(100, 40), (0, 0)]) == [bad, []])
        #expect(Self.standings([(100, 40), (0, 0)], prefersProven: true) == [bad, .unproven])
        #expect(Self.standings([(100, 40), (100, 42)]) == [bad, bad])
        #expect(Self.standings([(100, 5), (100, 42)]) == [[], bad])
    }

    @Test("few answers say nothing, and hold somebody back only where quality was asked for")
    func few() {
        #expect(Self.standings([(49, 0), (49, 49)]).isEmpty)
        #expect(Self.standings([(49, 0), (49, 49)], prefersProven: true).isEmpty)
        #expect(Self.standings([(49, 49), (50, 0)]) == [[], []])
        #expect(Self.standings([(49, 49), (50, 0)], prefersProven: true) == [.unproven, []])
        #expect(Self.standings([]).isEmpty)
    }

    @Test("are known to half a percentage point where it matters, in seven bits")
    func rates() throws {
        for code: UInt8 in 0...255 {
            guard let rate = ToolCallRate(code: code) else {
                #expect(code > 124)
                continue
            }
            guard let share = rate.errorRate else {
                #expect(code == 0 && rate == .unknown && rate.answersMin == 0)
                continue
            }
            let answers = max(1_000, rate.answersMin)
            let broken = Int((share * Double(answers)).rounded())
            #expect(ToolCallRate(ToolCallCounts(answers: answers, broken: broken)).errorRate == share)
        }
        #expect(ToolCallRate(ToolCallCounts(answers: 49, broken: 49)) == .unknown)
        for answers in [50, 99, 100, 399, 400, 1_599, 1_600, 500_000] {
            for broken in Set([0, answers / 300, answers / 40, answers / 13, answers / 4, answers / 2, answers]) {
                let rate = ToolCallRate(ToolCallCounts(answers: answers, broken: broken))
                #expect(rate.answersMin <= answers && (answers < 4 * rate.answersMin || answers > 1_600))
                let share = Double(broken) / Double(answers)
                let off = (try #require(rate.errorRate) - share).magnitude
                #expect(off <= (share <= 0.08 ? 0.0025 : 0.15 * share) + 1e-9, "\(broken) of \(answers)")
            }
        }
    }

    @Test("decide about the order of endpoints for requests with tools and for exacto")
    func order() throws {
        var good = HealthReading()
        good.toolCalls = ToolCallCounts(answers: 100, broken: 0)
        var bad = HealthReading()
        bad.toolCalls = ToolCallCounts(answers: 100, broken: 50)
        let readings = ["cheap": bad, "dear": good]
        func tags(
            _ variant: ModelVariant = [], _ change: (inout CompletionRequest) -> Void = { _ in }
        ) throws -> [String] {
            try EndpointRankingTests.tags(random: 0, variant: variant, readings: readings, change)
        }
        #expect(try tags(.exacto) == ["dear", "middle", "cheap"])
        #expect(try tags { $0.provider.sort = .init(by: .exacto) } == ["dear", "middle", "cheap"])
        #expect(try tags { $0.fields.insert(.tools) } == ["middle", "dear", "cheap"])
        #expect(try tags() == ["cheap", "middle", "dear"])
        let byPrice = try tags {
            $0.fields.insert(.tools)
            $0.provider.sort = .init(by: .price)
        }
        #expect(byPrice == ["cheap", "middle", "dear"])
        let ranked = try EndpointRankingTests.rank(variant: .exacto, readings: readings)
        #expect(ranked.map(\.standing) == [[], .unproven, .breaksToolCalls])
        #expect(ranked[2].standing.names == ["breaks_tool_calls"])
    }

    @Test("are counted for half an hour, over restarts too, and only where there are some")
    func counted() throws {
        func answer(_ isGood: Bool?) -> AttemptOutcome {
            .success(ttftMs: 1, outputTokens: 1, durationMs: 1, hasGoodToolCalls: isGood)
        }
        let fixture = try Fixture()
        for index in 0..<60 { try fixture.attempt(answer(index % 4 != 0)) }
        for _ in 0..<10 { try fixture.attempt(answer(nil)) }
        try fixture.attempt(Fixture.failure(500))
        fixture.advance(1_000)
        let counts = ToolCallCounts(answers: 60, broken: 15)
        #expect(fixture.reading.toolCalls == counts && counts.errorRate == 0.25)
        #expect(fixture.health.reading(nowMs: fixture.nowMs, hasSpeeds: false).toolCalls == counts)
        let fresh = try HealthCodecTests.restarted(fixture, afterMs: 60_000, nowMs: 5_000)
        #expect(fresh.reading.toolCalls == counts)
        fixture.advance(24 * 60_000)
        #expect(fixture.reading.toolCalls == counts)
        fixture.advance(6 * 60_000)
        #expect(fixture.reading.toolCalls == ToolCallCounts())
    }
}
