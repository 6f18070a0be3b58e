import Buffers
import JSONText

/// The members of one choice of an answer or a chunk, found in one walk.
struct ChoiceView {
    var index: JSONValue?
    /// `delta` of a chunk, else `message` of a plain answer: hosts send either where the other belongs, and Perplexity
    /// repeats the whole message beside every delta.
    var body: JSONValue?
    /// `text` of the legacy dialect.
    var text: JSONValue?
    var finishReason: JSONValue?
    var nativeFinishReason: JSONValue?
    /// Absent where it is null.
    var logprobs: JSONValue?
    var error: JSONValue?
    /// Whether there are members that none of the above is.
    var hasOthers = false

    init(_ choice: JSONValue) {
        var hasDelta = false
        for member in choice.members {
            let value = member.value
            switch member.name {
            case "index": index = value
            case "delta":
                if value.isObject {
                    body = value
                    hasDelta = true
                }
            case "message": if value.isObject, !hasDelta { body = value }
            case "finish_reason": if !value.isNull, !value.isEmptyString { finishReason = value }
            case "logprobs": if !value.isNull { logprobs = value }
            case "text": if value.isString { text = value }
            case "native_finish_reason": if value.isString { nativeFinishReason = value }
            case "error": if !value.isNull { error = value }
            default: hasOthers = true
            }
        }
    }

    /// Appends the members nobody here knows, such as filter results, as written.
    func writeOthers(_ choice: JSONValue, into out: inout ByteBuffer) {
        for member in choice.members {
            switch member.name {
            case "index", "delta", "message", "finish_reason", "logprobs", "text", "native_finish_reason", "error":
                break
            default: member.copyRaw(after: UInt8(ascii: ","), into: &out)
            }
        }
    }
}
