import Completions
import JSONText

extension ResponsesRequestReader {
    private enum Role: String, CaseIterable {
        case user, assistant, system, developer

        var canonical: Message.Role {
            switch self {
            case .user: .user
            case .assistant: .assistant
            case .system: .system
            case .developer: .developer
            }
        }
    }

    mutating func readInput(_ value: JSONValue) throws(APIError) {
        if let text = value.string {
            messages.append(Message(.user, [.text(TextItem(text))]))
            return
        }
        guard value.kind == .array else { throw value.wrongType("input", "a string or an array of items") }
        guard value.count > 0 else {
            throw .invalid(
                "input",
                "'input' is empty; send at least one item, such as {\"role\": \"user\", \"content\": \"Hello\"}.")
        }
        var index = 0
        for item in value.elements {
            try readItem(item, "input[\(index)]")
            index += 1
        }
    }

    private mutating func readItem(_ item: JSONValue, _ path: String) throws(APIError) {
        try item.requireObject(path)
        var type = "message"
        if let word = item["type"], !word.isNull {
            type = try word.requireString("\(path).type")
        } else if item["role"] == nil {
            throw .invalid(
                "\(path).type",
                "'\(path).type' is missing; it is \"message\", \"function_call\", "
                    + "\"function_call_output\", \"reasoning\" or another type of item.")
        }
        switch type {
        case "message": try readMessage(item, path)
        case "function_call": try readCall(item, .function, arguments: "arguments", path)
        case "custom_tool_call": try readCall(item, .custom, arguments: "input", path)
        case "function_call_output", "custom_tool_call_output": try readOutput(item, path)
        case "reasoning": try readReasoningItem(item, path)
        case "item_reference":
            throw .invalid(
                path, "'\(path)' refers to a stored item, and nothing is stored here; send the item itself instead.")
        default: readNative(item, type)
        }
    }

    private mutating func readMessage(_ item: JSONValue, _ path: String) throws(APIError) {
        guard let role = item["role"] else {
            throw .invalid(
                "\(path).role",
                "'\(path).role' is missing; it is \"user\", \"assistant\", \"system\" or \"developer\".")
        }
        let speaker = try role.requireWord(Role.self, "\(path).role")
        var parts: [MessageItem] = []
        if let content = item["content"], !content.isNull {
            parts = try Self.readContent(content, "\(path).content")
        } else if speaker != .assistant {
            throw .invalid(
                "\(path).content", "'\(path).content' is missing; send a string or an array of content parts.")
        }
        guard speaker == .assistant else {
            messages.append(Message(speaker.canonical, parts))
            return
        }
        let phase = try item.optionalString("phase", in: path)
        var isFirst = true
        for part in parts {
            appendToAssistant(part.said(in: phase), opensMessage: isFirst)
            isFirst = false
        }
    }

    /// One turn is one message, unless two texts in a row are two messages here.
    private mutating func appendToAssistant(_ item: MessageItem, opensMessage: Bool = false) {
        if messages.last?.role != .assistant || opensMessage && messages.last?.items.last?.isSpoken == true {
            messages.append(Message(.assistant))
            turn = Turn()
        }
        messages[messages.count - 1].items.append(item.moved(by: turn.textLength))
        switch item {
        case .text(let text): turn.textLength += text.text.unicodeScalars.count
        case .reasoning: turn.reasoningPieces += 1
        default: break
        }
    }

    private mutating func readCall(
        _ item: JSONValue, _ kind: ToolCallItem.Kind, arguments: StaticString, _ path: String
    ) throws(APIError) {
        let id = try item.requireMember("call_id", in: path).requireString("\(path).call_id")
        let name = try item.requireMember("name", in: path).requireString("\(path).name")
        let text = try item.requireMember(arguments, in: path).requireString("\(path).\(arguments)")
        let extras = Self.callExtras(item)
        appendToAssistant(.toolCall(ToolCallItem(kind, id: id, name: name, arguments: text, extras: extras)))
    }

    private mutating func readOutput(_ item: JSONValue, _ path: String) throws(APIError) {
        let id = try item.requireMember("call_id", in: path).requireString("\(path).call_id")
        let output = try item.requireMember("output", in: path)
        let result = ToolResultItem(
            callID: id, name: item["name"]?.string, content: try Self.readContent(output, "\(path).output"))
        if messages.last?.role != .tool { messages.append(Message(.tool)) }
        messages[messages.count - 1].items.append(.toolResult(result))
    }

    /// An item that only this dialect knows: what the caller did is the user's, all else the model's.
    private mutating func readNative(_ item: JSONValue, _ type: String) {
        let native = MessageItem.native(NativeItem(dialect: Self.dialect, json: RawJSON(item.rawText)))
        switch type {
        case "mcp_approval_response", "additional_tools", "configuration_update", "computer_call_output",
            "local_shell_call_output", "shell_call_output", "apply_patch_call_output", "tool_search_output":
            messages.append(Message(.user, [native]))
        default: appendToAssistant(native)
        }
    }

    private mutating func readReasoningItem(_ item: JSONValue, _ path: String) throws(APIError) {
        let id = try item.optionalString("id", in: path)
        let named = try item.optionalString("format", in: path)
        let format = named ?? Self.reasoningFormat
        let sealed = try item.optionalString("encrypted_content", in: path)
        // What signs a call of Gemini's comes as sealed reasoning of the call's id, which no other reasoning has, also
        // where a client has left the format out.
        let mayBeSeal = named == nil || named == ReasoningItem.sealFormat
        if let id, let sealed, mayBeSeal, sign(callID: id, sealed) { return }
        var pieces: [ReasoningItem] = []
        for text in try Self.readTexts(item["summary"], "\(path).summary") {
            pieces.append(ReasoningItem(.summary, text: text))
        }
        for text in try Self.readTexts(item["content"], "\(path).content") {
            pieces.append(ReasoningItem(.text, text: text))
        }
        if let signature = try item.optionalString("signature", in: path) {
            if pieces.last?.kind != .text { pieces.append(ReasoningItem(.text)) }
            pieces[pieces.count - 1].signature = signature
        }
        if let sealed { pieces.append(ReasoningItem(.encrypted, data: sealed)) }
        var index = messages.last?.role == .assistant ? turn.reasoningPieces : 0
        for var piece in pieces {
            piece.id = id
            piece.format = format
            piece.index = index
            index += 1
            appendToAssistant(.reasoning(piece))
        }
    }

    private mutating func sign(callID: String, _ signature: String) -> Bool {
        guard let message = messages.indices.last, messages[message].role == .assistant else { return false }
        for index in messages[message].items.indices {
            guard case .toolCall(var call) = messages[message].items[index], call.id == callID else { continue }
            call.signature = signature
            messages[message].items[index] = .toolCall(call)
            return true
        }
        return false
    }

    /// The texts of a list of summaries or of reasoning; none where there is no list.
    private static func readTexts(_ value: JSONValue?, _ path: String) throws(APIError) -> [String] {
        guard let value, !value.isNull else { return [] }
        guard value.kind == .array else { throw value.wrongType(path, "an array of texts") }
        var texts: [String] = []
        for element in value.elements {
            let place = "\(path)[\(texts.count)]"
            guard element.kind == .object else { throw element.wrongType(place, "an object with a 'text'") }
            texts.append(try element.requireMember("text", in: place).requireString("\(place).text"))
        }
        return texts
    }
}

extension MessageItem {
    /// The item with what it cites counted from the beginning of its turn.
    fileprivate func moved(by offset: Int) -> MessageItem {
        guard case .text(var item) = self, offset > 0, !item.citations.isEmpty else { return self }
        for index in item.citations.indices {
            guard let range = item.citations[index].range else { continue }
            item.citations[index].range = range.lowerBound + offset..<range.upperBound + offset
        }
        return .text(item)
    }

    /// The item as one of a message of that phase.
    fileprivate func said(in phase: String?) -> MessageItem {
        guard let phase, case .text(var item) = self else { return self }
        item.phase = phase
        return .text(item)
    }

    /// Whether it is said aloud: text or a refusal.
    fileprivate var isSpoken: Bool {
        switch self {
        case .text, .refusal: true
        default: false
        }
    }
}
