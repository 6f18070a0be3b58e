import Catalog
import Completions
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
/// A pure state machine: the attempt loop tells it each failure, and each candidate that could not be tried, and does
/// what it says. It starts at candidate 0. Candidates whose health forbids them are passed over at first and tried when
/// nothing better is left, in their order: a breaker that is wrong must not take a model offline.
package struct AttemptSequence {
    private let plan: RoutePlan
    private let attemptsMax: Int
    private(set) var current = 0
    /// Whether the attempt at hand is made although the endpoint is better left alone.
    package private(set) var isLastResort = false
    private(set) var failures = 0
    /// The failure of the last attempt, and where it was.
    private var failure: UpstreamFailure?
    private var failedAt = 0
    /// The first candidate that nobody has looked at yet.
    private var frontier = 1
    private var passedOver: [Int] = []
    private var hasRepeatedCurrent = false
    private var hasUsedOneMore = false
    /// Whether the move that asks no budget was made, to another endpoint and to another key.
    private var hasMoved = false
    private var hasChangedKey = false

    package init(_ plan: RoutePlan, attemptsMax: Int = RoutingLimits.attempts) {
        self.plan = plan
        self.attemptsMax = attemptsMax
    }

    /// The next step after the current attempt failed, before any content reached the caller.
    /// - Parameters:
    ///   - random: any number, for the pause before a sole endpoint is asked again.
    ///   - hasOtherKey: whether the endpoint can be asked with another key of its provider.
    ///   - mayRetry: takes from the retry budget; false where nothing is left. The first move to another endpoint, and
    ///     the first to another key, do not ask, whatever came before.
    package mutating func next(
        after failure: UpstreamFailure, random: UInt64, hasOtherKey: Bool = false,
        mayRetry: () -> Bool = { true }
    ) -> AttemptStep {
        failures += 1
        self.failure = failure
        failedAt = current
        isLastResort = false
        if failures >= attemptsMax { return .stop }
        if hasOtherKey, failure.isOfKey, !hasChangedKey || mayRetry() {
            hasChangedKey = true
            return .attempt(index: current, delayMs: 0)
        }
        let other = nextCandidate()
        if let delayMs = repeatDelay(failure, random: random), mayRetry() {
            hasRepeatedCurrent = true
            return .attempt(index: current, delayMs: delayMs)
        }
        guard let other else { return lastResort(mayRetry) }
        // Moves are counted, not failures: what the first endpoint was asked twice for takes nothing from the second.
        if hasMoved, !mayRetry() { return .stop }
        hasMoved = true
        return move(to: other)
    }

    /// The next step when the current candidate is better left alone: it was not tried.
    package mutating func unavailable(mayRetry: () -> Bool = { true }) -> AttemptStep {
        passedOver.append(current)
        return exhausted(mayRetry: mayRetry)
    }

    /// The next step when a limit forbids the current candidate: it was not tried, and will not be.
    package mutating func exhausted(mayRetry: () -> Bool = { true }) -> AttemptStep {
        guard let other = nextCandidate() else { return lastResort(mayRetry) }
        return move(to: other)
    }

    private mutating func move(to index: Int) -> AttemptStep {
        if failure?.retry.otherEndpoint == .oneMore { hasUsedOneMore = true }
        // Coming back to where one is, as a last resort, is no new leave to ask it twice.
        if index != current { hasRepeatedCurrent = false }
        current = index
        frontier = max(frontier, index + 1)
        isLastResort = false
        return .attempt(index: index, delayMs: 0)
    }

    /// The first of those that were passed over and may be tried for this failure.
    private mutating func lastResort(_ mayRetry: () -> Bool) -> AttemptStep {
        while !passedOver.isEmpty {
            let index = passedOver.removeFirst()
            guard failure.map({ follows(index, after: $0) }) ?? true else { continue }
            if failures > 0, !mayRetry() { return .stop }
            _ = move(to: index)
            isLastResort = true
            return .attempt(index: index, delayMs: 0)
        }
        return .stop
    }

    /// The pause before the same endpoint is tried again; nil where it is not.
    private func repeatDelay(_ failure: UpstreamFailure, random: UInt64) -> UInt64? {
        if hasRepeatedCurrent { return nil }
        switch failure.retry.sameEndpoint {
        case .never:
            return nil
        case .once:
            return 0
        case .onceIfSole:
            guard plan.count == 1 else { return nil }
            let pause = RoutingLimits.soleEndpointPauseMs
            let jitter = pause.lowerBound + random % (pause.upperBound - pause.lowerBound + 1)
            // A limit that names no time would only be hit again.
            guard let wanted = failure.retryAfterMs else { return failure.health == .soft ? nil : jitter }
            return wanted <= RoutingLimits.sameEndpointDelayMs ? max(wanted, jitter) : nil
        }
    }

    private func nextCandidate() -> Int? {
        guard let failure else { return frontier < plan.count ? frontier : nil }
        return (min(frontier, plan.count)..<plan.count).first { follows($0, after: failure) }
    }

    private func follows(_ index: Int, after failure: UpstreamFailure) -> Bool {
        let (next, failed) = (plan[index], plan[failedAt])
        if next.model !== failed.model { return failure.retry.otherModel }
        return mayTry(next, after: failure, at: failed)
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

extension UpstreamFailure {
    /// Whether it is the key that is limited or refused, so that another may do.
    fileprivate var isOfKey: Bool {
        switch failureClass {
        case .rateLimited, .quotaExhausted, .outOfCredit, .authentication: true
        case .unreachable, .timeout, .conflict, .serverError, .overloaded, .permission, .modelNotFound,
            .payloadTooLarge, .contextLength, .inputFiltered, .invalidRequest, .unsupportedRequest, .invalidReplay,
            .modelFault, .malformedAnswer, .emptyAnswer, .brokenStream, .cancelled:
            false
        }
    }
}
