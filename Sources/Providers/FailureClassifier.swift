package import Completions
package import JSONText

/// Understands why a provider did not answer: one table for every family, told apart by status, code and sentence.
///
/// The order of the questions matters. What the body says outranks the status where families disagree about
/// statuses: a prompt that is too long, an account without money, a key that is not valid and a model that is full
/// come under five different numbers. After that the status decides. Sentences are looked at in errors about the
/// request only, so that a number or a word quoted in one never makes it a rate limit.
package enum FailureClassifier {
    /// A failed attempt that answered with an error status.
    /// - Parameters:
    ///   - status: 300 or above.
    ///   - headers: a field's value by its lower-case name.
    ///   - body: the answer as JSON; nil where it is none.
    ///   - rawText: the beginning of the answer's body, for answers that are no JSON.
    ///   - nowMs: Unix time in milliseconds.
    package static func classify(
        status: Int, headers: (StaticString) -> String?, body: JSONValue?, rawText: String = "",
        provider: String, nowMs: UInt64
    ) -> UpstreamFailure {
        let error = body.flatMap { UpstreamErrorBody($0) }
        return classify(
            status: status, headers: headers, error: error, rawText: rawText, provider: provider, nowMs: nowMs)
    }

    /// A failed attempt that answered 200 and then reported an error: as its whole body, or as an event of the stream
    /// before any content.
    package static func classify(
        inBand error: UpstreamErrorBody, headers: (StaticString) -> String?, provider: String, nowMs: UInt64
    ) -> UpstreamFailure {
        classify(
            status: StatusOfError.status(of: error), headers: headers, error: error, rawText: "", provider: provider,
            nowMs: nowMs)
    }

    /// A failed attempt that did not answer properly at all.
    package static func classify(_ failure: TransportFailure, provider: String) -> UpstreamFailure {
        let failureClass: FailureClass =
            switch failure {
            case .nameNotFound, .connectFailed, .tlsFailed, .certificateRejected, .resetBeforeFirstByte: .unreachable
            case .connectTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .timeout
            case .malformed, .truncated, .tooLarge: .malformedAnswer
            }
        var understood = FailureTable.failure(failureClass, status: 0, message: "\(provider) \(failure.sentence)")
        // The provider has the request, and may have acted on it. Where the connection had only grown old, the
        // transport has sent it once more already: that is the only time.
        if failure == .resetBeforeFirstByte { understood.retry.sameEndpoint = .never }
        return understood
    }

    /// A failed attempt whose answer had neither output nor finish reason.
    package static func emptyAnswer(provider: String, status: Int = 200) -> UpstreamFailure {
        FailureTable.failure(.emptyAnswer, status: status, message: "\(provider) sent an empty answer")
    }

    /// An attempt that was not made, because the provider's dialect has no words for the request.
    package static func inexpressible(_ error: APIError, provider: String) -> UpstreamFailure {
        var failure = FailureTable.failure(
            .unsupportedRequest, status: error.status, message: "\(provider) cannot be asked this: \(error.message)")
        failure.param = error.param
        return failure
    }

    /// A failed attempt whose answer is no completion.
    package static func malformedAnswer(provider: String, status: Int = 200) -> UpstreamFailure {
        FailureTable.failure(
            .malformedAnswer, status: status, message: "\(provider) \(TransportFailure.malformed.sentence)")
    }

    /// A stream that failed after content had been sent: nothing follows, whatever the reason was.
    package static func brokenStream(_ cause: UpstreamFailure) -> UpstreamFailure {
        var failure = cause
        if cause.status == 0 {
            switch cause.failureClass {
            case .timeout: failure.status = ErrorType.timeout.status
            case .overloaded: failure.status = ErrorType.providerOverloaded.status
            default: break
            }
        }
        failure.failureClass = .brokenStream
        failure.retry = .stop
        failure.health = .hard
        return failure
    }

    private static func classify(
        status: Int, headers: (StaticString) -> String?, error: UpstreamErrorBody?, rawText: String, provider: String,
        nowMs: UInt64
    ) -> UpstreamFailure {
        let signs = FailureSigns(error, rawText: rawText, errorTypeField: headers("x-amzn-errortype"))
        let failureClass = failureClass(status: status, signs: signs)
        var failure = FailureTable.failure(
            failureClass, status: status,
            message: FailureSentence.text(failureClass, status: status, provider: provider, said: error?.message))
        failure.code = error?.code ?? error?.type ?? error?.statusName
        if failureClass == .unsupportedRequest { failure.refusedFields = UnsupportedParameters.named(by: error) }
        failure.detail = failureClass == .authentication ? nil : error?.message
        failure.retryAfterMs = RetryAfter.milliseconds(
            headers: headers, bodyDelayMs: error?.retryDelayMs,
            sentence: failureClass == .rateLimited || failureClass == .overloaded ? error?.message : nil, nowMs: nowMs)
        FailureTable.apply(retryAfterMs: failure.retryAfterMs, to: &failure)
        if headers("x-should-retry") == "false" { failure.retry.sameEndpoint = .never }
        // A request too large for a tokens-per-minute limit is the account's limit, not the request's fault.
        if failureClass == .payloadTooLarge, signs.says("tokens per minute", "rate_limit_exceeded") {
            failure.retry.otherEndpoint = .any
        }
        return failure
    }

    static func failureClass(status: Int, signs: FailureSigns) -> FailureClass {
        switch status {
        case 400, 404, 413, 422, 500:
            if status != 404, signs.isContextLength { return .contextLength }
        default: break
        }
        switch status {
        case 401: return .authentication
        case 402: return signs.has("in_flight_budget_exhausted") ? .rateLimited : .outOfCredit
        case 403: return forbidden(signs)
        // Another router says so of what the request asks for, and has the model.
        case 404: return signs.isWithoutEndpoint ? .unsupportedRequest : .modelNotFound
        case 408, 504: return .timeout
        case 409: return .conflict
        case 413: return .payloadTooLarge
        case 424: return .serverError
        case 429: return tooManyRequests(signs)
        case 498: return .overloaded
        case 499: return .serverError
        case 400..<500: return badRequest(signs)
        case 501: return .unsupportedRequest
        // By its definition a 503 says that the service cannot take the request now.
        case 503, 529: return .overloaded
        case 500...: return signs.has("overloaded_error", "server_is_overloaded") ? .overloaded : .serverError
        default: return .malformedAnswer
        }
    }

    private static func forbidden(_ signs: FailureSigns) -> FailureClass {
        if signs.isInputFiltered { return .inputFiltered }
        if signs.isOutOfCredit { return .outOfCredit }
        return signs.isInvalidKey ? .authentication : .permission
    }

    private static func tooManyRequests(_ signs: FailureSigns) -> FailureClass {
        if signs.isOutOfCredit { return .outOfCredit }
        if signs.isDailyQuota { return .quotaExhausted }
        return signs.isOverloaded ? .overloaded : .rateLimited
    }

    private static func badRequest(_ signs: FailureSigns) -> FailureClass {
        if signs.isInvalidKey { return .authentication }
        if signs.isOutOfCredit { return .outOfCredit }
        if signs.has("servicequotaexceededexception", "throttlingexception") { return .overloaded }
        if signs.isModelFault { return .modelFault }
        if signs.isInputFiltered { return .inputFiltered }
        if signs.isInvalidReplay { return .invalidReplay }
        if signs.isModelUnknown { return .modelNotFound }
        if signs.has("invalid_prompt") { return .inputFiltered }
        return signs.isUnsupported ? .unsupportedRequest : .invalidRequest
    }
}
