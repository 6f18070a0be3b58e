package import Buffers
package import Completions
import JSONText

/// Errors in the words of the Responses dialect. Source: openrouter spec 14.7.
///
/// Before an answer begins, `code` is the status and the word is the `type`: OpenRouter's own SDK reads no other code
/// there. In `response.failed` the word is the `code`.
package enum ResponsesErrorEnvelope {
    /// Appends the body of an error answer, with `error_type` beside the error.
    ///
    /// - Parameter generation: the generation id where one was assigned, for `metadata.generation_id`.
    package static func write(_ error: APIError, generation: String?, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.memberObject("error") { json in
                    json.member("code", error.status)
                    json.member("message", error.message)
                    json.member("type", "\(code(of: error.type))")
                    json.member("param", error.param)
                    ErrorEnvelope.writeDetails(error, generation: generation, &json)
                }
                json.member("error_type", "\(error.type.wireName)")
            }
        }
    }

    /// The answer that an error about length becomes: one that is incomplete for reason of length and says nothing.
    /// It is no error to the callers of this dialect, and nothing is charged for it.
    ///
    /// - Returns: nil for all other errors.
    package static func incompleteAnswer(for error: APIError) -> CompletionAnswer? {
        guard lengths.contains(error.type) else { return nil }
        var choice = CompletionAnswer.Choice()
        choice.finishReason = .length
        choice.nativeFinishReason = "\(error.type.wireName)"
        var answer = CompletionAnswer()
        answer.choices = [choice]
        return answer
    }

    private static let lengths: [ErrorType] = [
        .contextLengthExceeded, .maxTokensExceeded, .tokenLimitExceeded, .stringTooLong,
    ]

    /// The error that an answer without any was, by the native finish reason that `incompleteAnswer` gave it.
    static func errorType(ofNative reason: String?) -> String? {
        guard let reason else { return nil }
        return lengths.contains { "\($0.wireName)" == reason } ? reason : nil
    }

    /// The code of this dialect for an error.
    static func code(of type: ErrorType) -> StaticString {
        switch type {
        case .rateLimitExceeded: "rate_limit_exceeded"
        case .contextLengthExceeded, .invalidRequest, .invalidPrompt: "invalid_prompt"
        case .contentPolicyViolation: "image_content_policy_violation"
        default: "server_error"
        }
    }
}
