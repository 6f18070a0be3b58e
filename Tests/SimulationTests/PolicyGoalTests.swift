import Testing

@testable import Simulation

/// What the router promises of its algorithms, held against the oracle. All of it is deterministic.
@Suite("The goals of the routing algorithms")
struct PolicyGoalTests {
    private static let trouble: [(name: String, kind: ScenarioEvent.Kind)] = [
        ("outage", .outage(status: nil)), ("503", .outage(status: 503)), ("500", .outage(status: 500)),
        ("brown-out", .brownout(share: 0.3)), ("flap", .flap(halfMs: 15_000)),
        ("rate limit", .rateLimit(requestsPerMinute: 0)),
        ("drip", .drip(tokensPerSecond: 1)),
    ]

    /// How many may wait at once for a provider in such trouble. Only one that answers nobody is watched: where some answers
    /// come nothing is held back, and the figure says nothing.
    private static func probes(_ kind: ScenarioEvent.Kind) -> ClosedRange<Int> {
        switch kind {
        case .outage, .flap: 1...4
        // No probe goes before: those of the first two steps may wait together.
        case .rateLimit: 1...6
        case .brownout, .drip, .slow: 0...0
        }
    }

    /// Three providers, of which the cheapest is in trouble for a minute.
    private static func report(_ kind: ScenarioEvent.Kind, of slug: String = "cheap") -> SimulationReport {
        var providers = [("cheap", 1.0), ("middle", 1.5), ("dear", 2.5)].map {
            SimulationFixtures.provider($0.0, price: $0.1)
        }
        for index in providers.indices {
            providers[index].errorRate = 0.001
            if providers[index].slug == slug {
                providers[index].events = [ScenarioEvent(atMs: 150_000, forMs: 60_000, kind: kind)]
            }
        }
        return SimulationReport(SimulationFixtures.scenario(providers))
    }

    private static func ratio(_ report: SimulationReport, _ policy: SimulationPolicy) throws -> Double {
        let result = try #require(report[policy])
        return try #require(report.costRatio(result))
    }

    @Test("adaptive answers, is cheap, brings traffic back and stampedes nobody", arguments: trouble.indices)
    func adaptive(index: Int) throws {
        let (name, kind) = Self.trouble[index]
        let report = Self.report(kind)
        let result = try #require(report[.adaptive])
        #expect(report.oracle.successRate == 1, "\(name)")
        #expect(result.successRate >= 0.9999, "\(name)")
        #expect(try #require(report.costRatio(result)) <= 1.05, "\(name)")
        #expect(try #require(result.recoveryMs) <= 60_000, "\(name)")
        #expect(Self.probes(kind).contains(result.probeConcurrencyMax), "\(name) \(result.probeConcurrencyMax)")
        #expect(result.dripped * 40 <= result.requests, "\(name)")
    }

    @Test("default answers, brings traffic back and stampedes nobody", arguments: trouble.indices)
    func compatible(index: Int) throws {
        let (name, kind) = Self.trouble[index]
        let result = try #require(Self.report(kind)[.default])
        #expect(result.successRate >= 0.9999, "\(name)")
        #expect(try #require(result.recoveryMs) <= 60_000, "\(name)")
        #expect(Self.probes(kind).contains(result.probeConcurrencyMax), "\(name) \(result.probeConcurrencyMax)")
    }

    @Test("one of three down at any time costs nobody an answer")
    func relay() throws {
        var providers = [("a", 1.0), ("b", 1.2), ("c", 1.4)].map { SimulationFixtures.provider($0.0, price: $0.1) }
        for round in 0..<9 {
            providers[round % 3].errorRate = 0.001
            providers[round % 3].events.append(
                ScenarioEvent(atMs: UInt64(round) * 66_000, forMs: 66_000, kind: .outage(status: nil)))
        }
        let report = SimulationReport(SimulationFixtures.scenario(providers))
        for policy in [SimulationPolicy.adaptive, .default] {
            let result = try #require(report[policy])
            #expect(result.successRate >= 0.9999)
            #expect(result.probeConcurrencyMax <= 4, "\(policy)")
        }
        #expect(try Self.ratio(report, .adaptive) <= 1.05)
    }

    @Test("default costs what the inverse square of the prices says")
    func inverseSquare() throws {
        let prices = [1.0, 1.5, 2.5]
        let providers = prices.enumerated().map { SimulationFixtures.provider("p\($0)", price: $1) }
        let report = SimulationReport(
            SimulationFixtures.scenario(providers, policies: [.default, .inverseSquare, .adaptive, .oracle]))
        let weights = prices.map { 1 / ($0 * $0) }
        let expected = zip(weights, prices).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        for policy in [SimulationPolicy.default, .inverseSquare] {
            let ratio = try Self.ratio(report, policy)
            #expect(abs(ratio / expected - 1) < 0.02, "\(policy) \(ratio) \(expected)")
        }
        // A request in a while looks how the others are.
        #expect(try Self.ratio(report, .adaptive) < 1.005)
    }

    @Test("default keeps to its rule at a provider that fails fewer than one in twenty")
    func unreliable() throws {
        let prices = [1.0, 1.5, 2.5]
        var providers = prices.enumerated().map { SimulationFixtures.provider("p\($0)", price: $1) }
        providers[0].errorRate = 0.03
        let report = SimulationReport(
            SimulationFixtures.scenario(providers, policies: [.default, .inverseSquare, .oracle]))
        let ratio = try Self.ratio(report, .default)
        #expect(abs(ratio / (try Self.ratio(report, .inverseSquare)) - 1) < 0.02)
    }

    @Test("during an outage default costs what the rule says of the others")
    func inverseSquareInOutage() throws {
        let report = Self.report(.outage(status: nil))
        let prices = [1.0, 1.5, 2.5]
        func expected(_ prices: [Double]) -> Double {
            let weights = prices.map { 1 / ($0 * $0) }
            return zip(weights, prices).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        }
        // A minute of ten without the cheapest, and a good quarter of one until it is back.
        let analytic = 0.88 * expected(prices) + 0.12 * expected(Array(prices.dropFirst()))
        let oracle = 0.9 + 0.1 * 1.5
        let ratio = try Self.ratio(report, .default)
        #expect(abs(ratio / (analytic / oracle) - 1) < 0.02, "\(ratio) \(analytic / oracle)")
    }

    @Test("nobody beats the oracle, and who looks at no health stampedes")
    func baselines() throws {
        var scenario = Self.report(.outage(status: nil)).scenario
        scenario.policies = SimulationPolicy.allCases
        scenario.rate = 60
        let report = SimulationReport(scenario)
        for result in report.results {
            #expect(result.requests == report.oracle.requests)
            #expect(result.answered <= report.oracle.answered)
            #expect(try #require(report.costRatio(result)) >= 0.999, "\(result.policy)")
        }
        #expect(try #require(report[.price]).probeConcurrencyMax > 10)
    }

    @Test("the same seed plays the same, another one does not")
    func deterministic() throws {
        var scenario = Self.report(.flap(halfMs: 5_000)).scenario
        scenario.durationMs = 240_000
        func figures(_ scenario: Scenario) -> [String] {
            SimulationReport(scenario).results.map { "\($0.nanos) \($0.failovers) \($0.answered) \($0.ttftMsP99 ?? 0)" }
        }
        let first = figures(scenario)
        #expect(figures(scenario) == first)
        scenario.seed = 2
        #expect(figures(scenario) != first)
    }
}
