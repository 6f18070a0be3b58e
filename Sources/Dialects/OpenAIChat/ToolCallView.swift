import Buffers
import JSONText

/// The members of one tool call, whole or a delta, found in one walk.
struct ToolCallView {
    var index: Int?
    /// A usable id: hosts also send null, an empty string, or the word "null".
    var id: JSONValue?
    var type: JSONValue?
    var function: JSONValue?
    var name: JSONValue?
    var arguments: JSONValue?

    enum Field {
        case index, id, type, function
    }

    static let keys = KeyTable<Field>([
        ("index", .index), ("id", .id), ("type", .type), ("function", .function),
    ])

    init(_ call: JSONValue) {
        for member in call.members {
            switch Self.keys[member.key] {
            case .index: index = member.value.integer.flatMap { Int(exactly: $0) }
            case .id:
                let value = member.value
                if value.isString, !value.isEmptyString, !value.equals("null"), !value.hasEscapes { id = value }
            case .type: if member.value.isString { type = member.value }
            case .function: if member.value.isObject { function = member.value }
            case nil: break
            }
        }
        guard let function else { return }
        if let value = function["name"], value.isString, !value.isEmptyString { name = value }
        if let value = function["arguments"], !value.isNull { arguments = value }
    }

    /// Whether the arguments, if any, are a string, as the dialect has it.
    var hasPlainArguments: Bool { arguments?.isString ?? (function?["arguments"] == nil) }

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
        for member in call.members where Self.keys[member.key] == nil || Self.keys[member.key] == .index {
            out.append(",")
            member.copyRaw(into: &out)
        }
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

extension JSONMember {
    /// Appends key, colon and value as written.
    func copyRaw(into out: inout ByteBuffer) {
        key.copyRaw(into: &out)
        out.append(":")
        value.copyRaw(into: &out)
    }
}

extension ResponseStamp {
    /// An id for a tool call that came without one: unique within the generation, and the same on every run.
    func toolCallID(_ position: Int) -> [UInt8] {
        var text = "call_"
        text += String(id.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(20))
        text += position < 10 ? "0\(position)" : "\(position)"
        return [UInt8](text.utf8)
    }
}
