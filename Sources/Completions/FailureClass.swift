/// Why an attempt at an endpoint failed: one case per row of the retry table (shared by every provider family).
///
/// Providers decide the class from an answer, the attempt loop decides what follows from it, metrics count it by
/// `label`. Texts never decide anything after classification.
package enum FailureClass: UInt8, CaseIterable, Sendable {
    /// Connect, TLS or DNS failure, or a connection reset before the first byte.
    case unreachable
    /// 408, 504, silence up to a deadline.
    case timeout
    /// 409: another request holds a lock.
    case conflict
    /// 429 that passes with time.
    case rateLimited
    /// No credit, or a spend cap reached, at the provider.
    case outOfCredit
    /// A quota that resets in hours (per day, or zero for this tier).
    case quotaExhausted
    /// 500, 502, 503, 520-526 and their kin.
    case serverError
    /// 529, or a 503 or 429 that says the model has no capacity.
    case overloaded
    /// 401, or a key that the provider calls invalid under another status.
    case authentication
    /// 403: permission, region, model access.
    case permission
    /// 404: the provider knows no such model or deployment.
    case modelNotFound
    /// 413: the body is too large for this endpoint.
    case payloadTooLarge
    /// The prompt does not fit this endpoint's context.
    case contextLength
    /// A filter refused the input.
    case inputFiltered
    /// 400 or 422 that the request itself caused: every endpoint would say the same.
    case invalidRequest
    /// 400 about something only this provider lacks, such as a parameter or a content type.
    case unsupportedRequest
    /// 400 about state that a translation carries, such as a missing thought signature.
    case invalidReplay
    /// The model failed while sampling, such as a malformed tool call.
    case modelFault
    /// An answer that is no answer: not JSON, no choices, cut short.
    case malformedAnswer
    /// An answer with neither output nor finish reason.
    case emptyAnswer
    /// The stream broke after content had been sent: no failover any more.
    case brokenStream
    /// The caller went away.
    case cancelled

    /// The name in metrics and logs.
    package var label: StaticString {
        switch self {
        case .unreachable: "unreachable"
        case .timeout: "timeout"
        case .conflict: "conflict"
        case .rateLimited: "rate_limited"
        case .outOfCredit: "out_of_credit"
        case .quotaExhausted: "quota_exhausted"
        case .serverError: "server_error"
        case .overloaded: "overloaded"
        case .authentication: "authentication"
        case .permission: "permission"
        case .modelNotFound: "model_not_found"
        case .payloadTooLarge: "payload_too_large"
        case .contextLength: "context_length"
        case .inputFiltered: "input_filtered"
        case .invalidRequest: "invalid_request"
        case .unsupportedRequest: "unsupported_request"
        case .invalidReplay: "invalid_replay"
        case .modelFault: "model_fault"
        case .malformedAnswer: "malformed_answer"
        case .emptyAnswer: "empty_answer"
        case .brokenStream: "broken_stream"
        case .cancelled: "cancelled"
        }
    }
}
