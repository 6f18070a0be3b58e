import Completions
import JSONText

/// Messages and tools: OpenAI's shapes, with what an assistant says before its calls as their plan.
/// Source: wire spec 5.5, 5.6, 7.
extension CohereRequestWriter {
    mutating func writeMessages(instruction: String?, _ json: inout JSONWriter) throws(APIError) {
        json.key("messages")
        json.beginArray()
        if let instruction {
            json.object { json in
                json.member("role", "system")
                json.member("content", instruction)
            }
        }
        for (index, message) in request.messages.enumerated() {
            switch message.role {
            case .system, .developer: try writeSpoken(message, index, as: "system", &json)
            case .user: try writeSpoken(message, index, as: "user", &json)
            case .assistant: try writeAssistant(message, index, &json)
            case .tool: break
            }
            for (place, item) in message.items.enumerated() {
                guard case .toolResult(let result) = item else { continue }
                try write(result, "messages[\(index)].content[\(place)]", &json)
            }
        }
        json.endArray()
    }

    /// A message of text, or of text and images.
    private mutating func writeSpoken(
        _ message: Message, _ index: Int, as role: StaticString, _ json: inout JSONWriter
    ) throws(APIError) {
        let isPlain = message.items.allSatisfy(\.isText)
        var prefix = message.name.map { "\($0): " } ?? ""
        if message.items.contains(where: \.isToolResult) { return }
        json.beginObject()
        json.member("role", "\(role)")
        if isPlain, message.items.count <= 1 {
            for case .text(let text) in message.items { noteCache(text.cache) }
            json.member("content", prefix + message.spokenText)
            return json.endObject()
        }
        json.key("content")
        json.beginArray()
        for (place, item) in message.items.enumerated() {
            switch item {
            case .text(let text):
                noteCache(text.cache)
                guard !text.text.isEmpty || !prefix.isEmpty else { continue }
                write(text: prefix + text.text, &json)
                prefix = ""
            case .refusal(let text): write(text: text, &json)
            default: try writeMedia(item, "messages[\(index)].content[\(place)]", &json)
            }
        }
        json.endArray()
        json.endObject()
    }

    private func write(text: String, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "text")
            json.member("text", text)
        }
    }

    /// Images by URL or inlined, documents of plain text; nothing else has a place.
    private mutating func writeMedia(_ item: MessageItem, _ path: String, _ json: inout JSONWriter) throws(APIError) {
        switch item {
        case .image(let media):
            noteCache(media.cache)
            let url: String
            switch media.source {
            case .url(let text) where text.hasPrefix("http"): url = text
            case .base64(let data):
                url = "data:\(media.mediaType ?? MediaSignature.type(base64: data) ?? "image/jpeg");base64,\(data)"
            default: throw .invalid(path, "'\(path)' must be an image by an http URL or as base64 in a data URL.")
            }
            json.object { json in
                json.member("type", "image_url")
                json.memberObject("image_url") { json in
                    json.member("url", url)
                    json.member("detail", media.detail)
                }
            }
        case .file(let media):
            noteCache(media.cache)
            guard case .text(let text) = media.source else { throw Self.unsupported("documents", path) }
            write(text: media.name.map { "\($0):\n\(text)" } ?? text, &json)
        case .audio: throw Self.unsupported("sound", path)
        case .video: throw Self.unsupported("video", path)
        case .native(let native) where native.dialect == Self.dialect: json.raw(native.json)
        case .native: translation.drop(path)
        case .text, .refusal, .reasoning, .toolCall, .toolResult, .serverTool: break
        }
    }

    private static func unsupported(_ what: String, _ path: String) -> APIError {
        .invalid(path, "'\(path)': this provider takes no \(what); send text, or choose another model.")
    }

    /// What stands before calls is their plan; reasoning has no seal here and stays away.
    private mutating func writeAssistant(
        _ message: Message, _ index: Int, _ json: inout JSONWriter
    ) throws(APIError) {
        var calls: [ToolCallItem] = []
        for (place, item) in message.items.enumerated() {
            switch item {
            case .toolCall(let call) where call.kind != .server: calls.append(call)
            case .text(let text): noteCache(text.cache)
            case .image, .audio, .video, .file, .native, .toolCall:
                translation.drop("messages[\(index)].content[\(place)]")
            case .reasoning, .refusal, .toolResult, .serverTool: break
            }
        }
        let text = message.spokenText
        guard !text.isEmpty || !calls.isEmpty else { return }
        json.beginObject()
        json.member("role", "assistant")
        if calls.isEmpty {
            json.member("content", text)
        } else {
            if !text.isEmpty { json.member("tool_plan", text) }
            json.key("tool_calls")
            json.beginArray()
            for call in calls { write(call, &json) }
            json.endArray()
        }
        json.endObject()
    }

    private mutating func write(_ call: ToolCallItem, _ json: inout JSONWriter) {
        noteCache(call.cache)
        let name = sentName(call.name)
        let arguments = call.kind == .custom ? FreeformTool.arguments(for: call.arguments) : call.arguments
        json.object { json in
            json.member("id", call.id)
            json.member("type", "function")
            json.memberObject("function") { json in
                json.member("name", name)
                json.member("arguments", arguments.isEmpty ? "{}" : arguments)
            }
        }
    }

    private mutating func write(
        _ result: ToolResultItem, _ path: String, _ json: inout JSONWriter
    ) throws(APIError) {
        noteCache(result.cache)
        guard result.content.allSatisfy(\.isText) else {
            throw .invalid(path, "'\(path)': this provider takes results of tools as text only.")
        }
        json.object { json in
            json.member("role", "tool")
            json.member("tool_call_id", result.callID)
            json.member("content", result.isError ? ToolResultItem.sayingError(result.text) : result.text)
        }
    }
}

extension CohereRequestWriter {
    /// Functions; a choice among some of them is a list of those alone.
    mutating func writeTools(_ json: inout JSONWriter) {
        var chosen: Set<String>?
        switch request.toolChoice {
        case .named(let name): chosen = [name]
        case .among(let names, _): chosen = Set(names)
        case nil, .auto, .none?, .required: break
        }
        for (index, tool) in request.tools.enumerated() where tool.isNative {
            translation.drop(tool, as: "tools[\(index)]")
        }
        let functions = request.tools.filter { !$0.isNative && chosen?.contains($0.name) ?? true }
        guard !functions.isEmpty else { return }
        json.key("tools")
        json.beginArray()
        for tool in functions { write(tool, &json) }
        json.endArray()
        // The flag is of all tools at once.
        if functions.allSatisfy({ $0.isStrict == true }) {
            json.member("strict_tools", true)
        } else if functions.contains(where: { $0.isStrict == true }) {
            translation.drop("tools.strict")
        }
        if request.allowsParallelToolCalls == false { translation.drop("parallel_tool_calls") }
        switch request.toolChoice {
        case .none?: json.member("tool_choice", "NONE")
        case .required, .named, .among(_, isRequired: true):
            if target.abilities.contains(.forcedTools) {
                json.member("tool_choice", "REQUIRED")
            } else {
                translation.drop("tool_choice")
            }
        case nil, .auto, .among: break
        }
    }

    private mutating func write(_ tool: Tool, _ json: inout JSONWriter) {
        noteCache(tool.cache)
        let name = sentName(tool.name)
        var isCustom = false
        if case .custom = tool.kind { isCustom = true }
        if isCustom { translation.wrappedTools.insert(name) }
        json.object { json in
            json.member("type", "function")
            json.memberObject("function") { json in
                json.member("name", name)
                json.member("description", tool.description)
                json.key("parameters")
                if isCustom {
                    json.raw(FreeformTool.schema)
                } else if let parameters = tool.parameters {
                    json.raw(parameters)
                } else {
                    json.raw("{\"type\":\"object\",\"properties\":{}}")
                }
            }
        }
    }

    /// Names are identifiers here.
    private mutating func sentName(_ name: String) -> String {
        translation.names.sent(for: name, atMost: 64, startsWithLetter: name.utf8.first != UInt8(ascii: "_")) { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}

extension Message {
    /// What was said in words.
    fileprivate var spokenText: String {
        items.compactMap { item in
            switch item {
            case .text(let text): text.text
            case .refusal(let text): text
            default: nil
            }
        }.joined()
    }
}

extension MessageItem {
    fileprivate var isToolResult: Bool {
        if case .toolResult = self { return true }
        return false
    }
}
