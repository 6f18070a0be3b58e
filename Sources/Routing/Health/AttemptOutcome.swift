package import Completions
package import Providers

/// How one attempt at an endpoint ended, as far as its health is concerned.
package struct AttemptOutcome: Sendable, Equatable {
    /// nil for a success, and for an attempt that says nothing about the endpoint.
    package var failure: FailureClass?
    package var impact = HealthImpact.none
    /// The status of the failure; 0 where nothing was received.
    package var status = 0
    /// How long the provider is to be left alone.
    package var cooldownMs: UInt64 = 0
    /// Whether the provider named that time.
    package var namesTime = false
    /// From the start of the attempt to the first content; nil where it was not a stream.
    package var ttftMs: UInt64?
    package var outputTokens = 0
    /// From the start of the attempt to its end.
    package var durationMs: UInt64 = 0
    /// Whether the tools that the answer calls could be carried out; nil where it calls none.
    package var hasGoodToolCalls: Bool?
    /// Whether there is nothing to learn from it: the caller left, or this server stopped.
    package var isAbandoned = false

    private init() {}

    /// An answer.
    /// - Parameters:
    ///   - ttftMs: nil for a plain answer.
    ///   - outputTokens: for the throughput; an answer without any is no sample.
    ///   - hasGoodToolCalls: nil for an answer that calls no tools.
    package static func success(
        ttftMs: UInt64?, outputTokens: Int, durationMs: UInt64, hasGoodToolCalls: Bool? = nil
    ) -> AttemptOutcome {
        var outcome = AttemptOutcome()
        outcome.ttftMs = ttftMs
        outcome.outputTokens = outputTokens
        outcome.durationMs = durationMs
        outcome.hasGoodToolCalls = hasGoodToolCalls
        return outcome
    }

    package static func failure(_ failure: UpstreamFailure) -> AttemptOutcome {
        var outcome = AttemptOutcome()
        outcome.failure = failure.failureClass
        outcome.impact = failure.health
        outcome.status = failure.status
        outcome.cooldownMs = failure.cooldownMs
        outcome.namesTime = failure.retryAfterMs != nil
        return outcome
    }

    /// The caller went away, or this server stopped.
    package static let abandoned: AttemptOutcome = {
        var outcome = AttemptOutcome()
        outcome.isAbandoned = true
        return outcome
    }()

    /// What an attempt counts as.
    enum Verdict: Equatable {
        case success, failure
        /// A rate limit: it opens breakers, and is left out of uptime.
        case limited
        /// The request's own fault, or nobody's.
        case neutral
    }

    var verdict: Verdict {
        if isAbandoned { return .neutral }
        guard let failure else { return .success }
        switch failure {
        case .rateLimited, .quotaExhausted: return .limited
        case .overloaded: return impact == .none ? .neutral : status == 429 ? .limited : .failure
        case .unreachable, .timeout, .outOfCredit, .serverError, .authentication, .modelNotFound, .modelFault,
            .malformedAnswer, .emptyAnswer, .brokenStream:
            return .failure
        case .conflict, .permission, .payloadTooLarge, .contextLength, .inputFiltered, .invalidRequest,
            .unsupportedRequest, .invalidReplay, .cancelled:
            return .neutral
        }
    }
}
