import Accounting

@testable import Simulation

/// Small scenarios for the tests of this module.
enum SimulationFixtures {
    /// - Parameter price: of a prompt token, in millionths of a dollar; a completion token costs four times as much.
    static func provider(_ slug: String, price: Double = 1, events: [ScenarioEvent] = []) -> SimulatedProvider {
        let picos = Int64(price * 1_000_000)
        let sheet = try? PriceSheet(texts: [
            .prompt: FigureText.decimal(Double(picos) / 1e12, places: 12),
            .completion: FigureText.decimal(Double(4 * picos) / 1e12, places: 12),
        ])
        guard let sheet else { preconditionFailure("a good price") }
        var provider = SimulatedProvider(
            slug: slug, pricing: sheet, ttftMs: Spread(p50: 300, p99: 1_500), throughput: Spread(p50: 80, p99: 30))
        provider.events = events
        return provider
    }

    static func scenario(
        _ providers: [SimulatedProvider], seconds: UInt64 = 600, rate: Double = 40,
        policies: [SimulationPolicy] = [.adaptive, .default, .oracle]
    ) -> Scenario {
        var scenario = Scenario(
            durationMs: seconds * 1_000, rate: rate, promptTokens: Spread(p50: 800, p99: 6_000),
            outputTokens: Spread(fixed: 400), providers: providers)
        scenario.policies = policies
        return scenario
    }
}
