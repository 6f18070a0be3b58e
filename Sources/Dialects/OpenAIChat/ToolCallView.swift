import Buffers
import JSONText

/// The members of one tool call, whole or a delta, found in one walk.
struct ToolCallView {
    /// Nil where it is no number that a host would use.
    var index: Int?
    /// A usable id: hosts also send null, an empty string, or the word "null".
    var id: JSONValue?
    var type: JSONValue?
    var function: JSONValue?
    /// Freeform input instead of `function`: only readers of events look at it, writers copy it.
    var isCustom = false
    var name: JSONValue?
    var arguments: JSONValue?

    init(_ call: JSONValue) {
        for member in call.members {
            let value = member.value
            switch member.name {
            case "index": index = value.providerIndex
            case "id": if value.isString, !value.isEmptyString, !value.equals("null"), !value.hasEscapes { id = value }
            case "type": if value.isString { type = value }
            case "function": if value.isObject { function = value }
            default: break
            }
        }
        guard let function else { return }
        if let value = function["name"], value.isString, !value.isEmptyString { name = value }
        if let value = function["arguments"], !value.isNull { arguments = value }
    }

    /// Whether the arguments, if any, are a string, as the dialect has it.
    var hasPlainArguments: Bool { arguments?.isString ?? (function?["arguments"] == nil) }

    /// Appends the members nobody here knows, as written.
    static func writeOthers(_ call: JSONValue, into out: inout ByteBuffer) {
        for member in call.members {
            switch member.name {
            case "index", "id", "type", "function": break
            default: member.copyRaw(after: UInt8(ascii: ","), into: &out)
            }
        }
    }

    /// The arguments as a JSON string: some hosts send the object itself.
    func writeArguments(into out: inout ByteBuffer) {
        guard let arguments else {
            out.append("\"\"")
            return
        }
        if arguments.isString {
            arguments.copyRaw(into: &out)
        } else {
            arguments.withRawSpan { out.append(quoted: $0) }
        }
    }
}

extension ToolCallView {
    /// Writes the array of whole tool calls of a message. Calls without an id, or with arguments that are no string,
    /// are put right; all others are copied.
    static func writeWhole(_ calls: JSONValue, stamp: ResponseStamp, into out: inout ByteBuffer) {
        out.append("[")
        var position = 0
        for call in calls.elements {
            if position > 0 { out.append(",") }
            let view = ToolCallView(call)
            if view.id != nil, view.type != nil, view.hasPlainArguments || view.function == nil {
                call.copyRaw(into: &out)
            } else {
                view.rewrite(call, position, stamp: stamp, into: &out)
            }
            position += 1
        }
        out.append("]")
    }

    private func rewrite(
        _ call: JSONValue, _ position: Int, stamp: ResponseStamp, into out: inout ByteBuffer
    ) {
        out.append("{\"id\":")
        if let id {
            id.copyRaw(into: &out)
        } else {
            out.append("\"")
            out.append(stamp.toolCallID(position))
            out.append("\"")
        }
        out.append(",\"type\":")
        if let type { type.copyRaw(into: &out) } else { out.append("\"function\"") }
        Self.writeOthers(call, into: &out)
        if function != nil {
            out.append(",\"function\":{\"name\":")
            if let name { name.copyRaw(into: &out) } else { out.append("\"\"") }
            out.append(",\"arguments\":")
            writeArguments(into: &out)
            out.append("}")
        }
        out.append("}")
    }
}

extension JSONValue {
    /// The bytes between a string's quotes, as written.
    var contents: [UInt8] {
        withRawSpan { $0.extracting(1..<max(1, $0.count - 1)).array }
    }
}

extension ResponseStamp {
    /// An id for a tool call that came without one: unique within the generation, and the same on every run.
    func toolCallID(_ position: Int) -> [UInt8] { Self.toolCallID(position, seed: id) }

    /// An id made of that of the answer.
    static func toolCallID(_ position: Int, seed: String) -> [UInt8] {
        var text = "call_"
        text += String(seed.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(20))
        text += position < 10 ? "0\(position)" : "\(position)"
        return [UInt8](text.utf8)
    }
}
