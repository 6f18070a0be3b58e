/// A provider of a scenario while it runs.
struct SimulatedUpstream {
    /// What becomes of one attempt, known from its beginning.
    struct Fate {
        /// nil for an answer.
        var failure: AttemptFault?
        /// From the beginning to the first content, or to the failure.
        var contentUs: UInt64
        /// From the beginning to the end.
        var endUs: UInt64
        var tokensPerSecond = 0.0
        /// Whether it counts against the provider's concurrency.
        var takesPlace = true
    }

    private let provider: SimulatedProvider
    private let seed: UInt64
    private var timeline: Timeline
    private var bucket: TokenBucket?
    private var eventBucket: TokenBucket?
    private var running = 0

    init(_ provider: SimulatedProvider, index: Int, scenario: Scenario) {
        self.provider = provider
        seed = Draw.mix(scenario.seed &+ UInt64(index + 1) &* 0xD1B5_4A32_D192_ED03)
        timeline = Timeline(provider, durationMs: scenario.durationMs)
        bucket = provider.requestsPerMinute.map { TokenBucket(perMinute: Double($0)) }
    }

    var deadTimes: [Range<UInt64>] { timeline.deadTimes }

    /// Whether it takes a request now.
    mutating func hasRoom(nowUs: UInt64) -> Bool {
        if let concurrency = provider.concurrency, running >= concurrency { return false }
        let condition = timeline.condition(atUs: nowUs)
        if condition.requestsPerMinute != nil {
            follow(condition, nowUs: nowUs)
            return eventBucket?.hasRoom(nowUs: nowUs) ?? true
        }
        return bucket?.hasRoom(nowUs: nowUs) ?? true
    }

    /// Begins an attempt; `leave` ends it.
    mutating func take(_ request: SimulatedRequest, attempt: Int, nowUs: UInt64) -> Fate {
        var fate = fate(request, attempt: attempt, nowUs: nowUs)
        switch fate.failure {
        case .refused, .status: fate.takesPlace = false
        case nil, .reset, .error, .limited:
            if let limit = limited(nowUs: nowUs) {
                let time = SimulationLimits.rejectedUs
                return Fate(failure: limit, contentUs: time, endUs: time, takesPlace: false)
            }
        }
        if fate.takesPlace { running += 1 }
        return fate
    }

    mutating func leave(_ fate: Fate) {
        if fate.takesPlace { running -= 1 }
    }

    /// Whether it would answer a request now, and not drip.
    mutating func willAnswer(_ request: SimulatedRequest, nowUs: UInt64) -> Bool {
        let fate = fate(request, attempt: 0, nowUs: nowUs)
        if fate.failure != nil || !hasRoom(nowUs: nowUs) { return false }
        return fate.tokensPerSecond >= SimulationLimits.dripTokensPerSecond
    }

    /// What becomes of an attempt that is begun now and not limited.
    mutating func fate(_ request: SimulatedRequest, attempt: Int, nowUs: UInt64) -> Fate {
        let condition = timeline.condition(atUs: nowUs)
        if condition.isDown {
            let time = condition.status == nil ? SimulationLimits.refusedUs : SimulationLimits.rejectedUs
            return Fate(failure: condition.status.map { .status($0) } ?? .refused, contentUs: time, endUs: time)
        }
        let luck = Draw.mix(seed &+ request.number &* 0x2545_F491_4F6C_DD1D &+ UInt64(attempt) &* Draw.step)
        let ttft = provider.ttftMs.value(Draw.mix(luck &+ 1)) * condition.slowFactor
        let contentUs = UInt64(min(max(ttft, 0.001), 1e9) * 1_000)
        let ending = timeline.outage(before: nowUs + contentUs)
        if Draw.unit(luck) < condition.failShare {
            if let ending { return Fate(failure: .reset, contentUs: ending - nowUs, endUs: ending - nowUs) }
            return Fate(failure: .error, contentUs: contentUs, endUs: contentUs)
        }
        if let ending { return Fate(failure: .reset, contentUs: ending - nowUs, endUs: ending - nowUs) }
        let speed = min(
            provider.throughput.value(Draw.mix(luck &+ 2)) / condition.slowFactor, condition.tokensPerSecondMax)
        let restUs = Double(request.outputTokens) / max(speed, 0.001) * 1_000_000
        return Fate(contentUs: contentUs, endUs: contentUs + UInt64(min(restUs, 1e13)), tokensPerSecond: speed)
    }

    private mutating func limited(nowUs: UInt64) -> AttemptFault? {
        if let concurrency = provider.concurrency, running >= concurrency { return .limited(seconds: nil) }
        let condition = timeline.condition(atUs: nowUs)
        if condition.requestsPerMinute != nil {
            follow(condition, nowUs: nowUs)
            return eventBucket?.take(nowUs: nowUs)
        }
        return bucket?.take(nowUs: nowUs)
    }

    private mutating func follow(_ condition: Condition, nowUs: UInt64) {
        guard let limit = condition.requestsPerMinute, eventBucket?.perMinute != limit else { return }
        eventBucket = TokenBucket(perMinute: limit, emptyAtUs: nowUs)
    }
}
