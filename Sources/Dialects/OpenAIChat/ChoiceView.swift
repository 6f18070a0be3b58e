import JSONText

/// The members of one choice of an answer or a chunk, found in one walk.
struct ChoiceView {
    var index: JSONValue?
    /// `delta` of a chunk, `message` of a plain answer: hosts send either where the other belongs.
    var body: JSONValue?
    /// `text` of the legacy dialect.
    var text: JSONValue?
    var finishReason: JSONValue?
    var nativeFinishReason: JSONValue?
    var logprobs: JSONValue?
    var error: JSONValue?
    /// Whether there are members that none of the above is.
    var hasOthers = false

    enum Field {
        case index, body, text, finishReason, nativeFinishReason, logprobs, error
    }

    static let keys = KeyTable<Field>([
        ("index", .index), ("delta", .body), ("message", .body), ("text", .text), ("finish_reason", .finishReason),
        ("native_finish_reason", .nativeFinishReason), ("logprobs", .logprobs), ("error", .error),
    ])

    init(_ choice: JSONValue) {
        for member in choice.members {
            switch Self.keys[member.key] {
            case .index: index = member.value
            case .body: if member.value.kind == .object { body = member.value }
            case .text: if member.value.kind == .string { text = member.value }
            case .finishReason: if !member.value.isNull, !member.value.isEmptyString { finishReason = member.value }
            case .nativeFinishReason: if member.value.kind == .string { nativeFinishReason = member.value }
            case .logprobs: logprobs = member.value
            case .error: if !member.value.isNull { error = member.value }
            case nil: hasOthers = true
            }
        }
    }
}
