import Completions

/// The words of Anthropic's Messages API for what all dialects know. Source: wire spec 8, 10.2.
enum AnthropicWords {
    /// The name of this dialect in `NativeItem`.
    static let dialect = "anthropic"
    /// The `format` of reasoning that only Anthropic's models take back.
    static let reasoningFormat = "anthropic-claude-v1"
    /// How ids of calls begin that the provider runs itself.
    static let serverCallPrefix = "srvtoolu_"

    /// A stop reason, normalised; a word that nobody knows ends an answer properly.
    static func finishReason(_ word: String) -> FinishReason {
        switch word {
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "refusal": .contentFilter
        default: .stop
        }
    }

    /// The stop reason for a caller: the provider's own where it is one of this dialect and means the same.
    static func stopReason(_ reason: FinishReason, native: String?, refused: Bool) -> String {
        if let native, isStopReason(native) {
            let meaning = finishReason(native)
            // An answer with calls may end with `end_turn` here.
            if meaning == reason || meaning == .stop && reason == .toolCalls { return native }
        }
        return switch reason {
        case .stop: refused ? "refusal" : "end_turn"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter, .error: "refusal"
        }
    }

    private static func isStopReason(_ word: String) -> Bool {
        switch word {
        case "end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal", "compaction",
            "model_context_window_exceeded":
            true
        default: false
        }
    }

    /// The error type of this dialect for one of ours. Source: openrouter spec 14.7.
    static func errorType(_ type: ErrorType) -> StaticString {
        switch type {
        case .authentication: "authentication_error"
        case .permissionDenied: "permission_error"
        case .paymentRequired: "billing_error"
        case .notFound, .imageNotFound: "not_found_error"
        case .rateLimitExceeded: "rate_limit_error"
        case .providerOverloaded: "overloaded_error"
        case .timeout: "timeout_error"
        case .contextLengthExceeded, .maxTokensExceeded, .tokenLimitExceeded, .stringTooLong, .invalidRequest,
            .invalidPrompt, .preconditionFailed, .unprocessable, .contentPolicyViolation, .refusal, .invalidImage,
            .imageTooLarge, .imageTooSmall, .unsupportedImageFormat, .imageDownloadFailed, .payloadTooLarge:
            "invalid_request_error"
        case .providerUnavailable, .server, .unmapped: "api_error"
        }
    }

    /// The HTTP status that an error inside a stream stands for; nil for a type that is not known.
    static func status(ofError type: String) -> Int? {
        switch type {
        case "invalid_request_error": 400
        case "authentication_error": 401
        case "billing_error": 402
        case "permission_error": 403
        case "not_found_error": 404
        case "conflict_error": 409
        case "request_too_large": 413
        case "rate_limit_error": 429
        case "api_error": 500
        case "timeout_error": 504
        case "overloaded_error": 529
        default: nil
        }
    }

    /// Whether a tool's name may hold the byte. Source: wire spec 5.2, `^[a-zA-Z0-9_-]{1,128}$`.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
