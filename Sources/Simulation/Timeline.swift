/// What holds of a provider for a stretch of time.
struct Condition: Equatable {
    var isDown = false
    /// What it answers while it is down; nil where it takes no connection.
    var status: Int?
    /// The share of requests that fail.
    var failShare: Double
    var slowFactor = 1.0
    /// The most tokens per second that answers come with.
    var tokensPerSecondMax = Double.infinity
    /// A limit below the provider's own.
    var requestsPerMinute: Double?

    /// Whether nothing it is asked succeeds.
    var isDead: Bool { isDown || failShare >= 1 || requestsPerMinute == 0 }

    init(failShare: Double) {
        self.failShare = failShare
    }

    mutating func apply(_ event: ScenarioEvent, atMs: UInt64) {
        switch event.kind {
        case .outage(let status):
            isDown = true
            self.status = status
        case .brownout(let share): failShare = 1 - (1 - failShare) * (1 - share)
        case .slow(let factor): slowFactor *= factor
        case .drip(let tokensPerSecond): tokensPerSecondMax = min(tokensPerSecondMax, tokensPerSecond)
        case .rateLimit(let limit): requestsPerMinute = min(requestsPerMinute ?? .infinity, limit)
        case .flap(let halfMs):
            if (atMs - event.atMs) / halfMs % 2 == 0 { isDown = true }
        }
    }
}

/// The events of a provider as stretches, one behind the other. Times are microseconds of the virtual clock.
struct Timeline {
    struct Stretch {
        let fromUs: UInt64
        let condition: Condition
    }

    private let stretches: [Stretch]
    /// The stretch that was asked for last: time goes on.
    private var cursor = 0

    init(_ provider: SimulatedProvider, durationMs: UInt64) {
        var bounds: Set<UInt64> = [0]
        for event in provider.events {
            bounds.insert(event.atMs)
            bounds.insert(event.endMs)
            if case .flap(let halfMs) = event.kind {
                for bound in stride(from: event.atMs, to: min(event.endMs, durationMs), by: Int(halfMs)) {
                    bounds.insert(bound)
                }
            }
        }
        stretches = bounds.sorted().map { bound in
            var condition = Condition(failShare: provider.errorRate)
            for event in provider.events where event.atMs <= bound && bound < event.endMs {
                condition.apply(event, atMs: bound)
            }
            return Stretch(fromUs: bound * 1_000, condition: condition)
        }
    }

    /// What holds now. Times never decrease from call to call.
    mutating func condition(atUs time: UInt64) -> Condition {
        while cursor + 1 < stretches.count, stretches[cursor + 1].fromUs <= time { cursor += 1 }
        return stretches[cursor].condition
    }

    /// When, after now and before a moment, the provider goes down.
    func outage(before end: UInt64) -> UInt64? {
        var index = cursor + 1
        while index < stretches.count, stretches[index].fromUs < end {
            if stretches[index].condition.isDown { return stretches[index].fromUs }
            index += 1
        }
        return nil
    }

    /// The times in which nothing it is asked succeeds, neighbours as one.
    var deadTimes: [Range<UInt64>] {
        var times: [Range<UInt64>] = []
        for (index, stretch) in stretches.enumerated() where stretch.condition.isDead {
            let end = index + 1 < stretches.count ? stretches[index + 1].fromUs : UInt64.max
            if let last = times.last, last.upperBound == stretch.fromUs {
                times[times.count - 1] = last.lowerBound..<end
            } else {
                times.append(stretch.fromUs..<end)
            }
        }
        return times
    }
}
