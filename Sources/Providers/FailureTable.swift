import Completions

/// What follows from each class of failure: retries, cooldown, health. One row per class.
enum FailureTable {
    private struct Row {
        let retry: RetryDecision
        let cooldownMs: UInt64
        let health: HealthImpact

        init(_ retry: RetryDecision, cooldownMs: UInt64 = 0, health: HealthImpact) {
            self.retry = retry
            self.cooldownMs = cooldownMs
            self.health = health
        }
    }

    static func failure(_ failureClass: FailureClass, status: Int, message: String) -> UpstreamFailure {
        let row = row(failureClass)
        return UpstreamFailure(
            failureClass: failureClass, status: status, code: nil, message: message, detail: nil, retry: row.retry,
            retryAfterMs: nil, cooldownMs: row.cooldownMs, health: row.health)
    }

    /// Where the provider named a time, the cooldown lasts until then, for the classes that pass with time.
    static func apply(retryAfterMs: UInt64?, to failure: inout UpstreamFailure) {
        guard let retryAfterMs else { return }
        switch failure.failureClass {
        case .rateLimited, .quotaExhausted, .overloaded:
            failure.cooldownMs = retryAfterMs
        case .serverError, .timeout, .outOfCredit:
            failure.cooldownMs = max(failure.cooldownMs, retryAfterMs)
        case .unreachable, .conflict, .authentication, .permission, .modelNotFound, .payloadTooLarge,
            .contextLength, .inputFiltered, .invalidRequest, .unsupportedRequest, .invalidReplay, .modelFault,
            .malformedAnswer, .emptyAnswer, .brokenStream, .cancelled:
            break
        }
    }

    private static func row(_ failureClass: FailureClass) -> Row {
        switch failureClass {
        case .unreachable:
            Row(RetryDecision(.onceIfSole, .any), cooldownMs: ProvidersLimits.shortCooldownMs, health: .hard)
        case .timeout:
            Row(RetryDecision(.never, .any), health: .hard)
        case .conflict:
            Row(RetryDecision(.once, .any), health: .none)
        case .rateLimited:
            Row(RetryDecision(.onceIfSole, .any), cooldownMs: ProvidersLimits.rateLimitCooldownMs, health: .soft)
        case .outOfCredit:
            Row(RetryDecision(.never, .any), cooldownMs: ProvidersLimits.creditCooldownMs, health: .none)
        case .quotaExhausted:
            Row(RetryDecision(.never, .any), cooldownMs: ProvidersLimits.quotaCooldownMs, health: .none)
        case .serverError, .malformedAnswer:
            Row(RetryDecision(.onceIfSole, .any), health: .hard)
        case .overloaded:
            Row(RetryDecision(.onceIfSole, .any), cooldownMs: ProvidersLimits.shortCooldownMs, health: .soft)
        case .authentication, .permission, .modelNotFound:
            Row(RetryDecision(.never, .any), cooldownMs: ProvidersLimits.disabledCooldownMs, health: .none)
        // No provider is known to take a larger body than another: nobody publishes it.
        case .payloadTooLarge, .inputFiltered, .invalidRequest:
            Row(RetryDecision(.never, .none), health: .none)
        case .contextLength:
            Row(RetryDecision(.never, .largerContext), health: .none)
        case .unsupportedRequest:
            Row(RetryDecision(.never, .oneMore), health: .none)
        case .invalidReplay:
            Row(RetryDecision(.never, .any), health: .none)
        case .modelFault, .emptyAnswer:
            Row(RetryDecision(.once, .any), health: .soft)
        case .brokenStream:
            Row(.stop, health: .hard)
        case .cancelled:
            Row(.stop, health: .none)
        }
    }
}
