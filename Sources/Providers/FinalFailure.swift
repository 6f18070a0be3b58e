import Catalog
package import Completions

/// What a caller is told when no endpoint answered.
///
/// A request that the last provider refused for its own sake is told so, in the provider's words. Otherwise the kind
/// of the failures decides: all rate limits 429; one kind only: broken providers 502, overloaded ones 503, silent
/// ones 504; a mix 503. Statuses about our own account at a provider (401, 402, 403, 404) never become the caller's:
/// they are 502, and stand truly in `previous_errors`.
package enum FinalFailure {
    private enum Kind {
        case request, rateLimit, broken, overloaded, silent, midStream
    }

    /// - Parameters:
    ///   - failures: every failed attempt, oldest first; at least one.
    ///   - requestedModels: the slugs as the request gave them.
    package static func resolve(_ failures: [AttemptFailure], requestedModels: [String]) -> APIError {
        guard let last = failures.last else {
            return APIError(.providerUnavailable, "No endpoint was tried.")
        }
        var error =
            switch kind(of: last.failure.failureClass) {
            case .request: requestError(last)
            case .midStream: streamError(last)
            case .rateLimit, .broken, .overloaded, .silent: providerError(failures, requestedModels: requestedModels)
            }
        error.providerName = last.endpoint.provider.displayName
        error.providerCode = last.failure.code
        error.isWithOwnKey = last.endpoint.credential != nil
        error.previousErrors = failures.map(\.previousError)
        return error
    }

    /// Whether a provider refused the request for its own sake.
    package static func isOfRequest(_ failure: UpstreamFailure) -> Bool { kind(of: failure.failureClass) == .request }

    private static func requestError(_ attempt: AttemptFailure) -> APIError {
        let failure = attempt.failure
        let type: ErrorType =
            switch failure.failureClass {
            case .contextLength: .contextLengthExceeded
            case .payloadTooLarge: .payloadTooLarge
            case .inputFiltered: .contentPolicyViolation
            default: failure.status == 422 ? .unprocessable : .invalidRequest
            }
        var error = APIError(type, failure.message, param: failure.param)
        error.raw = failure.detail
        return error
    }

    /// The answer had begun: its own failure is all there is to tell.
    private static func streamError(_ attempt: AttemptFailure) -> APIError {
        let type: ErrorType =
            switch attempt.failure.status {
            case 429: .rateLimitExceeded
            case 503, 529: .providerOverloaded
            case 408, 504: .timeout
            default: .providerUnavailable
            }
        return APIError(type, "The answer broke off: \(attempt.failure.message).")
    }

    private static func providerError(_ failures: [AttemptFailure], requestedModels: [String]) -> APIError {
        // An endpoint that the request did not suit says nothing about those that failed for other reasons.
        let kinds = failures.map { kind(of: $0.failure.failureClass) }.filter { $0 != .request }
        let retryAfter = retryAfterSeconds(failures)
        var error: APIError
        if kinds.contains(where: { $0 != kinds[0] }) {
            error = APIError(.providerOverloaded, sentence(failures, retryAfter: retryAfter))
            error.availability = Availability(code: .temporarilyUnavailable, requestedModels: requestedModels)
        } else {
            switch kinds[0] {
            case .rateLimit:
                error = APIError(.rateLimitExceeded, sentence(failures, retryAfter: retryAfter))
                error.availability = Availability(code: .capacityExhausted, requestedModels: requestedModels)
            case .overloaded:
                error = APIError(.providerOverloaded, sentence(failures, retryAfter: retryAfter))
                error.availability = Availability(code: .temporarilyUnavailable, requestedModels: requestedModels)
            case .silent:
                error = APIError(.timeout, sentence(failures, retryAfter: nil))
                error.availability = Availability(code: .temporarilyUnavailable, requestedModels: requestedModels)
            case .broken, .request, .midStream:
                error = APIError(.providerUnavailable, sentence(failures, retryAfter: nil))
                error.availability = Availability(code: brokenCode(failures), requestedModels: requestedModels)
            }
        }
        if error.status == 429 || error.status == 503 { error.retryAfter = retryAfter }
        error.availability?.affectedProviders = providers(failures)
        return error
    }

    /// Whether it may be well in a moment: what is wrong with an account at a provider, or with a model there, stays.
    private static func brokenCode(_ failures: [AttemptFailure]) -> Availability.Code {
        let classes = failures.map(\.failure.failureClass).filter { kind(of: $0) != .request }
        if classes.allSatisfy({ $0 == .modelNotFound }) { return .modelUnavailableUpstream }
        let isLasting = classes.allSatisfy { failureClass in
            switch failureClass {
            case .outOfCredit, .authentication, .permission, .modelNotFound: true
            default: false
            }
        }
        return isLasting ? .noEndpoints : .temporarilyUnavailable
    }

    private static func kind(of failureClass: FailureClass) -> Kind {
        switch failureClass {
        case .payloadTooLarge, .contextLength, .inputFiltered, .invalidRequest, .unsupportedRequest, .invalidReplay:
            .request
        case .rateLimited, .quotaExhausted: .rateLimit
        case .overloaded: .overloaded
        case .timeout: .silent
        case .brokenStream: .midStream
        case .unreachable, .conflict, .serverError, .malformedAnswer, .emptyAnswer, .modelFault, .cancelled,
            .outOfCredit, .authentication, .permission, .modelNotFound:
            .broken
        }
    }

    /// The soonest time that the providers named, in whole seconds; nil where one of them named none: nobody knows when
    /// that one is back, and it may be sooner. Source: spec 1.3.
    private static func retryAfterSeconds(_ failures: [AttemptFailure]) -> Int? {
        let named = failures.compactMap(\.failure.retryAfterMs)
        if named.count < failures.count { return nil }
        return named.min().map { Int(($0 + 999) / 1000) }
    }

    private static func providers(_ failures: [AttemptFailure]) -> [String] {
        failures.reduce(into: []) { names, attempt in
            let name = attempt.endpoint.provider.displayName
            if !names.contains(name) { names.append(name) }
        }
    }

    /// What each attempt said, in order, repeats left out.
    private static func sentence(_ failures: [AttemptFailure], retryAfter: Int?) -> String {
        var said: [String] = []
        for attempt in failures where !said.contains(attempt.failure.message) { said.append(attempt.failure.message) }
        var text = "No endpoint of \(failures[failures.count - 1].endpoint.modelSlug) answered: "
        text += said.joined(separator: "; ") + "."
        if let retryAfter { text += " Retry after \(retryAfter) seconds." }
        return text
    }
}
