import JSONText

/// The members of a message or a delta, found in one walk. Members that are null count as absent.
struct MessageView {
    /// A string, or an array of parts on some hosts.
    var content: JSONValue?
    /// `reasoning`, else one of its aliases: hosts that send two send the same text twice.
    var reasoning: JSONValue?
    var reasoningDetails: JSONValue?
    var refusal: JSONValue?
    var toolCalls: JSONValue?
    var functionCall: JSONValue?
    /// `images`, `audio`: output that is no text.
    var media: JSONValue?
    /// Whether there are members to pass on verbatim.
    var hasOthers = false

    enum Field {
        case role, content, reasoning, reasoningAlias, reasoningDetails, refusal, toolCalls, functionCall, media, noise
    }

    static let keys = KeyTable<Field>([
        ("role", .role), ("content", .content), ("reasoning", .reasoning), ("reasoning_content", .reasoningAlias),
        ("reasoning_text", .reasoningAlias), ("reasoning_details", .reasoningDetails), ("refusal", .refusal),
        ("tool_calls", .toolCalls), ("function_call", .functionCall), ("images", .media), ("audio", .media),
        ("obfuscation", .noise),
    ])

    init(_ message: JSONValue?) {
        guard let message else { return }
        for member in message.members where !member.value.isNull {
            switch Self.keys[member.key] {
            case .role, .noise: break
            case .content: content = member.value
            case .reasoning: if member.value.isString { reasoning = member.value }
            case .reasoningAlias: if reasoning == nil, member.value.isString { reasoning = member.value }
            case .reasoningDetails: if member.value.isArray { reasoningDetails = member.value }
            case .refusal: refusal = member.value
            case .toolCalls: if member.value.isArray, member.value.count > 0 { toolCalls = member.value }
            case .functionCall:
                functionCall = member.value
                hasOthers = true
            case .media:
                if !member.value.isArray || member.value.count > 0 { media = member.value }
                hasOthers = true
            case nil: hasOthers = true
            }
        }
        // An empty primary field does not hide a filled alias.
        if let reasoning, reasoning.isEmptyString { preferFilledReasoning(message) }
    }

    private mutating func preferFilledReasoning(_ message: JSONValue) {
        for member in message.members where member.value.isString && !member.value.isEmptyString {
            if Self.keys[member.key] == .reasoningAlias { reasoning = member.value }
        }
    }

    /// Whether the member is passed on verbatim.
    static func isOther(_ member: JSONMember) -> Bool {
        if member.value.isNull { return false }
        switch keys[member.key] {
        case nil, .functionCall, .media: return true
        default: return false
        }
    }

    var hasText: Bool { content?.hasOutput ?? false }
    var hasReasoning: Bool {
        reasoning.map { !$0.isEmptyString } ?? false || reasoningDetails.map { $0.count > 0 } ?? false
    }
    var hasRefusal: Bool { refusal?.hasOutput ?? false }

    /// Whether this is the kind of content that commits an answer.
    var hasOutput: Bool {
        hasText || hasReasoning || hasRefusal || toolCalls != nil || functionCall != nil || media != nil
    }
}

extension JSONValue {
    /// A string with characters in it, or an array with parts.
    var hasOutput: Bool {
        isString ? !isEmptyString : isArray && count > 0
    }
}
