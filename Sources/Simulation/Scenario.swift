package import Accounting

/// What a simulation is to play: requests, providers and what befalls them, and the policies to compare.
package struct Scenario: Sendable {
    /// The comment on the file's first line; empty where there is none.
    package var title = ""
    package var seed: UInt64 = 1
    package var durationMs: UInt64
    /// Requests a second on average; they come at random (a Poisson process).
    package var rate: Double
    package var promptTokens: Spread
    package var outputTokens: Spread
    package var providers: [SimulatedProvider]
    package var policies = SimulationPolicy.allCases

    package init(
        durationMs: UInt64, rate: Double, promptTokens: Spread, outputTokens: Spread, providers: [SimulatedProvider]
    ) {
        self.durationMs = durationMs
        self.rate = rate
        self.promptTokens = promptTokens
        self.outputTokens = outputTokens
        self.providers = providers
    }
}

/// A provider as a scenario describes it.
package struct SimulatedProvider: Sendable {
    package var slug: String
    package var pricing: PriceSheet
    /// Milliseconds to the first token.
    package var ttftMs: Spread
    /// Tokens per second after that.
    package var throughput: Spread
    /// What it takes before it answers 429; nil for no limit.
    package var requestsPerMinute: Int?
    package var concurrency: Int?
    /// The share of requests that fail at any time.
    package var errorRate = 0.0
    /// The share of traffic for weighted random choice, and for planners that weigh.
    package var weight = 1.0
    package var events: [ScenarioEvent] = []

    package init(slug: String, pricing: PriceSheet, ttftMs: Spread, throughput: Spread) {
        self.slug = slug
        self.pricing = pricing
        self.ttftMs = ttftMs
        self.throughput = throughput
    }
}

/// Something that befalls a provider for a while.
package struct ScenarioEvent: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// Every request fails: its connection, or with this status.
        case outage(status: Int?)
        /// This share of the requests fails.
        case brownout(share: Double)
        /// Everything takes so many times as long.
        case slow(factor: Double)
        /// Answers come with so many tokens per second.
        case drip(tokensPerSecond: Double)
        /// So many requests a minute are taken, the others answered with 429.
        case rateLimit(requestsPerMinute: Double)
        /// Down and up in turn, each for so long.
        case flap(halfMs: UInt64)
    }

    package var atMs: UInt64
    package var forMs: UInt64
    package var kind: Kind

    package init(atMs: UInt64, forMs: UInt64, kind: Kind) {
        self.atMs = atMs
        self.forMs = forMs
        self.kind = kind
    }

    package var endMs: UInt64 { atMs + forMs }
}
