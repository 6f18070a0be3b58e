#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One request of a scenario: the same for every policy.
struct SimulatedRequest {
    let number: UInt64
    let atUs: UInt64
    let promptTokens: Int
    let outputTokens: Int
}

/// The requests of a scenario, one after the other.
struct Arrivals {
    private let scenario: Scenario
    private let endUs: Double
    private var random: RandomStream
    private var timeUs = 0.0
    private var number: UInt64 = 0

    init(_ scenario: Scenario) {
        self.scenario = scenario
        endUs = Double(scenario.durationMs) * 1_000
        random = RandomStream(seed: scenario.seed)
    }

    mutating func next() -> SimulatedRequest? {
        timeUs += -log(Draw.unit(random.next())) / scenario.rate * 1_000_000
        if timeUs >= endUs { return nil }
        number += 1
        return SimulatedRequest(
            number: number, atUs: UInt64(timeUs), promptTokens: Self.whole(scenario.promptTokens, random.next()),
            outputTokens: Self.whole(scenario.outputTokens, random.next()))
    }

    private static func whole(_ spread: Spread, _ bits: UInt64) -> Int {
        Int(min(max(1, spread.value(bits).rounded()), SimulationLimits.tokens.upperBound))
    }
}
