/// What went wrong, in the vocabulary that every caller dialect shares (`error.metadata.error_type` and its kin).
///
/// The names are wire contract: they are added to, never renamed.
package enum ErrorType: UInt8, CaseIterable, Sendable {
    case contextLengthExceeded
    case maxTokensExceeded
    case tokenLimitExceeded
    case stringTooLong
    case authentication
    case permissionDenied
    case paymentRequired
    case rateLimitExceeded
    case providerOverloaded
    case providerUnavailable
    case invalidRequest
    case invalidPrompt
    case notFound
    case preconditionFailed
    case payloadTooLarge
    case unprocessable
    case contentPolicyViolation
    case refusal
    case invalidImage
    case imageTooLarge
    case imageTooSmall
    case unsupportedImageFormat
    case imageNotFound
    case imageDownloadFailed
    case server
    case timeout
    case unmapped

    /// The name on the wire.
    package var wireName: StaticString {
        switch self {
        case .contextLengthExceeded: "context_length_exceeded"
        case .maxTokensExceeded: "max_tokens_exceeded"
        case .tokenLimitExceeded: "token_limit_exceeded"
        case .stringTooLong: "string_too_long"
        case .authentication: "authentication"
        case .permissionDenied: "permission_denied"
        case .paymentRequired: "payment_required"
        case .rateLimitExceeded: "rate_limit_exceeded"
        case .providerOverloaded: "provider_overloaded"
        case .providerUnavailable: "provider_unavailable"
        case .invalidRequest: "invalid_request"
        case .invalidPrompt: "invalid_prompt"
        case .notFound: "not_found"
        case .preconditionFailed: "precondition_failed"
        case .payloadTooLarge: "payload_too_large"
        case .unprocessable: "unprocessable"
        case .contentPolicyViolation: "content_policy_violation"
        case .refusal: "refusal"
        case .invalidImage: "invalid_image"
        case .imageTooLarge: "image_too_large"
        case .imageTooSmall: "image_too_small"
        case .unsupportedImageFormat: "unsupported_image_format"
        case .imageNotFound: "image_not_found"
        case .imageDownloadFailed: "image_download_failed"
        case .server: "server"
        case .timeout: "timeout"
        case .unmapped: "unmapped"
        }
    }

    /// The HTTP status that goes with the type unless the error carries another one (408, 410, 499 and 501 do).
    package var status: Int {
        switch self {
        case .contextLengthExceeded, .maxTokensExceeded, .tokenLimitExceeded, .stringTooLong: 400
        case .invalidRequest, .invalidPrompt, .contentPolicyViolation, .refusal: 400
        case .invalidImage, .imageTooLarge, .imageTooSmall, .unsupportedImageFormat, .imageDownloadFailed: 400
        case .authentication: 401
        case .paymentRequired: 402
        case .permissionDenied: 403
        case .notFound, .imageNotFound: 404
        case .preconditionFailed: 412
        case .payloadTooLarge: 413
        case .unprocessable: 422
        case .rateLimitExceeded: 429
        case .server, .unmapped: 500
        case .providerUnavailable: 502
        case .providerOverloaded: 503
        case .timeout: 504
        }
    }
}
