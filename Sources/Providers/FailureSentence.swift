import Completions

/// Writes what a caller may read about a failed attempt.
///
/// The provider's own sentence is passed on only where the request caused the failure: it says what to change. Of
/// everything else (accounts, limits, keys, broken machines) only the kind is told.
enum FailureSentence {
    static func text(_ failureClass: FailureClass, status: Int, provider: String, said: String?) -> String {
        switch failureClass {
        case .payloadTooLarge, .contextLength, .inputFiltered, .invalidRequest, .unsupportedRequest, .invalidReplay,
            .modelFault:
            if let said { return printable(said) }
            return "\(provider) refused the request (\(status))"
        case .rateLimited: return "\(provider) is rate-limited (\(status))"
        case .quotaExhausted: return "\(provider) has no quota left for now (\(status))"
        case .outOfCredit: return "\(provider) refused: the account there has no credit left (\(status))"
        case .authentication: return "\(provider) rejected the key it was given (\(status))"
        case .permission: return "\(provider) does not permit this model with the key it was given (\(status))"
        case .modelNotFound: return "\(provider) does not know this model (\(status))"
        case .overloaded: return "\(provider) is overloaded (\(status))"
        case .timeout: return "\(provider) timed out (\(status))"
        case .conflict: return "\(provider) is busy with a conflicting request (\(status))"
        case .serverError: return "\(provider) failed (\(status))"
        case .malformedAnswer: return "\(provider) sent an answer that could not be read (\(status))"
        case .emptyAnswer: return "\(provider) sent an empty answer"
        case .unreachable: return "\(provider) could not be reached"
        case .brokenStream: return "\(provider) broke off its answer"
        case .cancelled: return "The request was cancelled"
        }
    }

    /// Without control characters, on one line.
    static func printable(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) })
    }
}
