import Buffers
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

    init(_ message: JSONValue?) {
        guard let message else { return }
        for member in message.members where !member.value.isNull {
            let value = member.value
            switch member.name {
            case "content": content = value
            case "role", "obfuscation": break
            case "reasoning":
                if value.isString, reasoning?.isEmptyString ?? true || !value.isEmptyString { reasoning = value }
            case "reasoning_content", "reasoning_text":
                if value.isString, reasoning?.isEmptyString ?? true { reasoning = value }
            case "reasoning_details": if value.isArray { reasoningDetails = value }
            case "refusal": refusal = value
            case "tool_calls": if value.isArray, value.count > 0 { toolCalls = value }
            case "function_call":
                functionCall = value
                hasOthers = true
            case "images", "audio":
                if !value.isArray || value.count > 0 { media = value }
                hasOthers = true
            default: hasOthers = true
            }
        }
    }

    /// Appends the members that are passed on as written.
    static func writeOthers(_ body: JSONValue, into out: inout ByteBuffer) {
        for member in body.members where !member.value.isNull {
            switch member.name {
            case "content", "role", "obfuscation", "reasoning", "reasoning_content", "reasoning_text",
                "reasoning_details", "refusal", "tool_calls":
                break
            default: member.copyRaw(after: UInt8(ascii: ","), into: &out)
            }
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
