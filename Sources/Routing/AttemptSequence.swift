import Catalog
package import Providers

/// What to do after a failed attempt.
package enum AttemptStep: Sendable, Equatable {
    /// Try the candidate at this position of the plan, after a pause.
    case attempt(index: Int, delayMs: UInt64)
    /// Nothing is left that could help: the failures decide the answer.
    case stop
}

/// Walks through a plan, one failed attempt after the other, until an endpoint answers or none is left.
///
/// A pure state machine: the attempt loop tells it each failure and does what it says. It starts at candidate 0.
package struct AttemptSequence {
    private let plan: RoutePlan
    private let attemptsMax: Int
    private(set) var current = 0
    private(set) var attempts = 1
    private var hasRepeatedCurrent = false
    private var hasUsedOneMore = false

    package init(_ plan: RoutePlan, attemptsMax: Int = RoutingLimits.attempts) {
        self.plan = plan
        self.attemptsMax = attemptsMax
    }

    /// The next step after the current attempt failed, before any content reached the caller.
    /// - Parameter random: any number, for the pause before a sole endpoint is asked again.
    package mutating func next(after failure: UpstreamFailure, random: UInt64) -> AttemptStep {
        if attempts >= attemptsMax { return .stop }
        let other = nextCandidate(after: failure)
        if let delayMs = repeatDelay(failure, isSole: plan.count == 1, random: random) {
            hasRepeatedCurrent = true
            attempts += 1
            return .attempt(index: current, delayMs: delayMs)
        }
        guard let other else { return .stop }
        if failure.retry.otherEndpoint == .oneMore { hasUsedOneMore = true }
        current = other
        attempts += 1
        hasRepeatedCurrent = false
        return .attempt(index: other, delayMs: 0)
    }

    /// The pause before the same endpoint is tried again; nil where it is not.
    private func repeatDelay(_ failure: UpstreamFailure, isSole: Bool, random: UInt64) -> UInt64? {
        if hasRepeatedCurrent { return nil }
        switch failure.retry.sameEndpoint {
        case .never:
            return nil
        case .once:
            return 0
        case .onceIfSole:
            guard isSole else { return nil }
            let pause = RoutingLimits.soleEndpointPauseMs
            let jitter = pause.lowerBound + random % (pause.upperBound - pause.lowerBound + 1)
            // A limit that names no time would only be hit again.
            guard let wanted = failure.retryAfterMs else { return failure.health == .soft ? nil : jitter }
            return wanted <= RoutingLimits.sameEndpointDelayMs ? max(wanted, jitter) : nil
        }
    }

    private func nextCandidate(after failure: UpstreamFailure) -> Int? {
        let candidate = plan[current]
        var index = current + 1
        while index < plan.count {
            let next = plan[index]
            if next.model !== candidate.model {
                if failure.retry.otherModel { return index }
            } else if mayTry(next, after: failure, at: candidate) {
                return index
            }
            index += 1
        }
        return nil
    }

    private func mayTry(_ next: Candidate, after failure: UpstreamFailure, at failed: Candidate) -> Bool {
        switch failure.retry.otherEndpoint {
        case .none: return false
        case .any: return true
        case .oneMore: return !hasUsedOneMore
        case .largerContext:
            // An endpoint that does not say how large it is may be larger.
            guard let have = next.endpoint.contextLength, let had = failed.endpoint.contextLength else { return true }
            return have > had
        }
    }
}
