import Completions
import JSONText

/// What Bedrock's exceptions mean, in a stream or as an answer. Source: wire spec 9.6, 10.1.
enum BedrockFailure {
    /// The HTTP status that an exception or error code stands for: `throttlingException`, `ThrottlingException`,
    /// `InternalServerError`.
    static func status(_ name: String) -> Int? {
        var stem = name.lowercased()
        for ending in ["exception", "error"] where stem.hasSuffix(ending) { stem.removeLast(ending.utf8.count) }
        switch stem {
        case "validation", "servicequotaexceeded", "conflict": return 400
        case "accessdenied", "unrecognizedclient", "invalidsignature", "expiredtoken": return 403
        case "resourcenotfound": return 404
        case "modeltimeout": return 408
        case "model", "modelstream": return 424
        case "throttling", "toomanyrequests", "modelnotready": return 429
        case "internalserver", "internalfailure": return 500
        case "serviceunavailable": return 503
        default: return nil
        }
    }

    /// The error of an exception's payload: `message`, and what the model itself answered where that is what failed.
    static func error(_ type: String, _ root: JSONValue) -> AnswerError {
        var status = status(type)
        if let original = root["originalStatusCode"]?.integer, (400...599).contains(original) { status = Int(original) }
        let message = root["message"]?.string ?? root["Message"]?.string ?? root["originalMessage"]?.string
        return error(type, status: status, message: message ?? "The provider ended the answer with \(type).")
    }

    static func error(_ type: String, status: Int?, message: String) -> AnswerError {
        let kept =
            message.utf8.count <= DialectLimits.errorMessageBytes
            ? message : String(message.prefix(DialectLimits.errorMessageBytes / 4))
        return AnswerError(status: status, type: type, message: kept)
    }
}
