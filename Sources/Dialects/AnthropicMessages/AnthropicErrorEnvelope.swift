package import Buffers
package import Completions
import JSONText

/// The error envelope of the Messages API: `{"type":"error","error":{"type","message","error_type"},"request_id"}`.
/// Source: openrouter spec 14.7.
package enum AnthropicErrorEnvelope {
    /// Appends the whole body.
    ///
    /// - Parameter generation: the generation id where one was assigned, for `request_id`.
    package static func write(_ error: APIError, generation: String?, into out: inout ByteBuffer) {
        out.appendJSON { json in
            json.object { json in
                json.member("type", "error")
                json.memberObject("error") { json in
                    json.member("type", "\(AnthropicWords.errorType(error.type))")
                    json.member("message", message(error))
                    json.member("error_type", "\(error.type.wireName)")
                    json.member("param", error.param)
                }
                if let generation { json.member("request_id", generation) } else { json.memberNull("request_id") }
            }
        }
    }

    /// Coding agents shorten a conversation when they read this phrase, and only then.
    private static let tooLong = "prompt is too long"

    private static func message(_ error: APIError) -> String {
        guard error.type == .contextLengthExceeded, !error.message.contains(tooLong) else { return error.message }
        return "\(tooLong): \(error.message)"
    }
}
