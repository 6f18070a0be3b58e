import Completions
import JSONText

extension ChatRequestReader {
    /// The members of one message, found in one walk.
    private struct MessageParts {
        var role: JSONValue?
        var content: JSONValue?
        var name: String?
        var refusal: String?
        var reasoning: JSONValue?
        var reasoningDetails: JSONValue?
        var toolCalls: JSONValue?
        var toolCallID: String?
        var functionCall: JSONValue?
        var images: JSONValue?
        var annotations: JSONValue?
        var cache: CacheMarker?
        var isError = false
        var kept = KeptMembers()

        init(_ message: JSONValue) {
            for member in message.members where !member.value.isNull {
                let value = member.value
                switch member.name {
                case "role": role = value
                case "content": content = value
                case "name": name = value.string
                case "tool_calls": toolCalls = value
                case "tool_call_id": toolCallID = value.string
                case "reasoning": if value.isString { reasoning = value }
                case "reasoning_content": if value.isString, reasoning == nil { reasoning = value }
                case "reasoning_details": reasoningDetails = value
                case "refusal": refusal = value.string
                case "function_call": functionCall = value
                case "images": images = value
                case "annotations": annotations = value
                case "cache_control": cache = CacheMarker(chat: value)
                case "is_error": isError = value.bool ?? false
                default: kept.append(member)
                }
            }
        }
    }

    mutating func readMessages(_ value: JSONValue) {
        request.messages.reserveCapacity(value.count)
        for message in value.elements {
            let parts = MessageParts(message)
            guard let role = parts.role else { continue }
            if role.equals("user") {
                add(.user, parts)
            } else if role.equals("assistant") {
                addAssistant(parts)
            } else if role.equals("tool") {
                addResult(parts, of: parts.toolCallID ?? "")
            } else if role.equals("system") {
                add(.system, parts)
            } else if role.equals("developer") {
                add(.developer, parts)
            } else {
                addFunctionResult(parts)
            }
        }
    }

    private mutating func add(_ role: Message.Role, _ parts: MessageParts) {
        var items = MessageItem.items(chat: parts.content)
        if let cache = parts.cache { items.mark(cache) }
        request.messages.append(Message(role, items, name: parts.name, extras: parts.kept.item))
    }

    /// Thoughts first, then what was said, then what was called: a message of this dialect knows no other order.
    private mutating func addAssistant(_ parts: MessageParts) {
        var calls: [ToolCallItem] = []
        if let list = parts.toolCalls { readCalls(list, into: &calls) }
        if let call = parts.functionCall { readLegacyCall(call, into: &calls) }
        var items: [MessageItem] = []
        ReasoningItem.read(details: parts.reasoningDetails, text: parts.reasoning, calls: &calls, into: &items)
        items += MessageItem.items(chat: parts.content)
        if let annotations = parts.annotations { items.annotate(annotations) }
        if let refusal = parts.refusal { items.append(.refusal(refusal)) }
        if let images = parts.images { items += MessageItem.images(chat: images) }
        for call in calls { items.append(.toolCall(call)) }
        if let cache = parts.cache { items.mark(cache) }
        request.messages.append(Message(.assistant, items, name: parts.name, extras: parts.kept.item))
    }

    /// Results that follow each other are one turn.
    private mutating func addResult(_ parts: MessageParts, of callID: String) {
        var content: [MessageItem] = []
        if parts.content?.isEmptyString == false { content = MessageItem.items(chat: parts.content) }
        let result = MessageItem.toolResult(
            ToolResultItem(
                callID: callID, name: parts.name, content: content, isError: parts.isError, cache: parts.cache,
                extras: parts.kept.item))
        let last = request.messages.count - 1
        if last >= 0, request.messages[last].role == .tool {
            request.messages[last].items.append(result)
        } else {
            request.messages.append(Message(.tool, [result]))
        }
    }

    private mutating func addFunctionResult(_ parts: MessageParts) {
        let id = legacyCalls.last { $0.name == parts.name }?.id ?? "call_\(parts.name ?? "")"
        addResult(parts, of: id)
    }

    private func readCalls(_ list: JSONValue, into calls: inout [ToolCallItem]) {
        calls.reserveCapacity(list.count)
        for call in list.elements {
            guard var item = ToolCallItem(chat: call) else { continue }
            if item.id.isEmpty { item.id = callID(calls.count) }
            calls.append(item)
        }
    }

    private mutating func readLegacyCall(_ call: JSONValue, into calls: inout [ToolCallItem]) {
        guard let name = call["name"]?.string, !name.isEmpty else { return }
        let id = callID(calls.count)
        legacyCalls.append((name, id))
        calls.append(ToolCallItem(id: id, name: name, arguments: call["arguments"]?.argumentText ?? ""))
    }

    /// An id for a call without one: the same in every turn that repeats the conversation.
    private func callID(_ position: Int) -> String { "call_\(request.messages.count)_\(position)" }
}

extension [MessageItem] {
    /// Marks what stands last.
    fileprivate mutating func mark(_ cache: CacheMarker) {
        guard let last else { return }
        switch last {
        case .text(var item):
            item.cache = cache
            self[count - 1] = .text(item)
        case .image(var item):
            item.cache = cache
            self[count - 1] = .image(item)
        case .audio(var item):
            item.cache = cache
            self[count - 1] = .audio(item)
        case .video(var item):
            item.cache = cache
            self[count - 1] = .video(item)
        case .file(var item):
            item.cache = cache
            self[count - 1] = .file(item)
        case .toolCall(var item):
            item.cache = cache
            self[count - 1] = .toolCall(item)
        case .reasoning, .toolResult, .refusal, .serverTool, .native: break
        }
    }

    /// Puts the sources of a message's text to its last text.
    fileprivate mutating func annotate(_ annotations: JSONValue) {
        let citations = annotations.elements.map(Citation.init(chat:))
        if citations.isEmpty { return }
        for index in indices.reversed() {
            guard case .text(var item) = self[index] else { continue }
            item.citations += citations
            self[index] = .text(item)
            return
        }
        append(.text(TextItem("", citations: citations)))
    }
}

extension ToolCallItem {
    /// One entry of `tool_calls`; nil where it has no name.
    fileprivate init?(chat call: JSONValue) {
        self.init(id: "", name: "", arguments: "")
        var kept = KeptMembers()
        var body: JSONValue?
        for member in call.members where !member.value.isNull {
            let value = member.value
            switch member.name {
            case "id": id = value.string ?? ""
            case "type": if value.equals("custom") { kind = .custom }
            case "function", "custom": body = value
            case "cache_control": cache = CacheMarker(chat: value)
            case "index": break
            case "extra_content":
                // Google's own words for it in this dialect.
                signature = value["google"]?["thought_signature"]?.string
                if signature == nil { kept.append(member) }
            default: kept.append(member)
            }
        }
        guard let body, let name = body["name"]?.string else { return nil }
        self.name = name
        arguments = (body["arguments"] ?? body["input"])?.argumentText ?? ""
        extras = kept.item
    }
}

extension JSONValue {
    /// Arguments as the model wrote them; some hosts and clients have the object itself.
    var argumentText: String { string ?? (isNull ? "" : rawText) }
}
