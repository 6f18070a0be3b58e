/// What routing needs to know about one endpoint now.
package struct HealthReading: Sendable, Equatable {
    package enum Availability: Sendable, Equatable {
        case available
        /// Its breaker is open, and a request may try whether it has recovered: one at a time, who claims it first.
        case probing
        /// It asked to be left alone until then.
        case cooling(untilMs: UInt64)
        /// Its breaker is open, or it has had its share of requests for now while traffic comes back.
        case open(untilMs: UInt64)
        /// It refused its key, its money is out, or it is gone.
        case disabled
        /// Nothing is left of its limits.
        case exhausted

        /// The name in metrics and logs.
        package var label: String {
            switch self {
            case .available: "available"
            case .probing: "probing"
            case .cooling: "cooling"
            case .open: "open"
            case .disabled: "disabled"
            case .exhausted: "exhausted"
            }
        }
    }

    /// Where an endpoint stands for its uptime.
    package enum Tier: UInt8, Sendable, Comparable {
        /// 95 % and above, or too few requests to tell.
        case normal
        /// 80 % and above.
        case low
        case lastResort

        package static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
    }

    /// Of the values of one window: p90 is what nine of ten requests did as well as or better.
    ///
    /// Of waits that is a high value, of throughput a low one. Source: OpenRouter's guide "Provider Routing", "How
    /// Percentiles Work" (openrouter.ai/docs/guides/routing/provider-selection): "p90: 90% of requests perform better
    /// than this value", over a rolling window of five minutes.
    package struct Percentiles: Sendable, Equatable {
        package var p50: Double
        package var p75: Double
        package var p90: Double
        package var p99: Double

        package init(p50: Double, p75: Double, p90: Double, p99: Double) {
            self.p50 = p50
            self.p75 = p75
            self.p90 = p90
            self.p99 = p99
        }
    }

    package var availability = Availability.available
    /// Whether it failed markedly within the last 30 seconds.
    package var hadRecentOutage = false
    package var uptime = Tier.normal
    /// The share of successes to be expected now, by the last 30 seconds: 1 without failures, and never far from it for
    /// a few.
    package var expectedSuccess = 1.0
    /// Of the last five minutes, by what counts for uptime; nil without requests.
    package var successRate: Double?
    /// Of the last five minutes.
    package var requests = 0
    /// Milliseconds to the first content, of the last five minutes; nil without samples.
    package var ttftMs: Percentiles?
    /// Tokens per second over the whole attempt, of the last five minutes; nil without samples. p90 is what nine of
    /// ten attempts reached.
    package var throughput: Percentiles?
    /// Of the last half hour.
    package var toolCalls = ToolCallCounts()

    /// The same in few bytes, for decisions that are kept: always there.
    package var sketch = HealthSketch.none

    package init() {}

    /// Whether a request may go there now, be it as a probe.
    package var isUsable: Bool { availability == .available || availability == .probing }
}
