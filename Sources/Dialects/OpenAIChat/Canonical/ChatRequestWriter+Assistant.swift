import Completions
import JSONText

extension ChatRequestWriter {
    /// What an assistant message says, sorted as this dialect says it.
    private struct Turn {
        var parts: [MessageItem] = []
        var images: [MediaItem] = []
        var thoughts: [Thought] = []
        var calls: [ToolCallItem] = []
        var refusal: String?
        var citations: [Citation] = []
        /// Of the last thing said.
        var cache: CacheMarker?

        /// Whether nothing is left to say, which hosts refuse.
        var isEmpty: Bool {
            parts.isEmpty && images.isEmpty && thoughts.isEmpty && calls.isEmpty && refusal == nil && citations.isEmpty
        }
    }

    /// One entry of `reasoning_details`.
    private enum Thought {
        case item(ReasoningItem)
        /// As written by another server.
        case native(RawJSON)
    }

    mutating func writeAssistant(_ message: Message, into json: inout JSONWriter) {
        let turn = sort(message.items)
        if turn.isEmpty, message.extras == nil, !message.items.isEmpty || !caller.isChat { return }
        hasMessages = true
        json.beginObject()
        json.member("role", "assistant")
        json.member("name", message.name)
        json.key("content")
        if turn.parts.isEmpty { json.null() } else { writeContent(turn.parts, into: &json) }
        json.member("refusal", turn.refusal)
        writeThoughts(turn, into: &json)
        if !turn.images.isEmpty { json.memberArray("images") { Self.write(turn.images, into: &$0) } }
        if turn.citations.contains(where: \.isChat) {
            json.memberArray("annotations") { json in
                for citation in turn.citations { citation.writeAnnotation(into: &json) }
            }
        }
        if !turn.calls.isEmpty {
            json.memberArray("tool_calls") { json in
                for call in turn.calls { call.writeWhole(into: &json) }
            }
        }
        if let cache = turn.cache { cache.writeControl(into: &json) }
        json.members(kept: message.extras)
        json.endObject()
    }

    private mutating func sort(_ items: [MessageItem]) -> Turn {
        var turn = Turn()
        for item in items {
            switch item {
            case .text(let text):
                turn.parts.append(item)
                turn.citations += text.citations
                if let signature = text.signature {
                    turn.thoughts.append(
                        .item(ReasoningItem(.encrypted, data: signature, format: ReasoningItem.sealFormat)))
                }
            case .image(let image): turn.images.append(image)
            case .audio, .video, .file: turn.parts.append(item)
            case .refusal(let text): turn.refusal = (turn.refusal ?? "") + text
            case .reasoning(let thought): turn.thoughts.append(.item(thought))
            case .toolCall(let call):
                // What the provider ran itself, and its results, mean nothing to another one.
                if call.kind == .server {
                    translation.drop("messages.tool_calls.\(call.name)")
                } else {
                    turn.calls.append(asSent(call))
                }
            case .toolResult, .serverTool: break
            case .native(let native):
                if let image = native.generatedImage {
                    turn.images.append(image)
                } else if native.dialect != NativeItem.chat {
                    translation.drop("messages.content.\(native.type ?? native.dialect)")
                } else if native.type?.hasPrefix("reasoning.") ?? true {
                    // Parts have a type; what has none is a detail of reasoning.
                    turn.thoughts.append(.native(native.json))
                } else {
                    turn.parts.append(item)
                }
            }
        }
        // Calls have no place for a marker that hosts take: the message has.
        turn.cache = turn.calls.last { $0.cache != nil }?.cache
        return turn
    }

    /// The call under the host's rules.
    private mutating func asSent(_ call: ToolCallItem) -> ToolCallItem {
        if host == nil { return call }
        var call = call
        call.id = callID(call.id)
        call.name = toolName(call.name)
        if call.kind == .custom, wrapsCustomTools {
            call.kind = .function
            call.arguments = FreeformTool.arguments(for: call.arguments)
        }
        return call
    }

    /// `reasoning` for hosts that take text, and `reasoning_details` for those that want back what they gave. Text that
    /// nobody sealed or named needs no details.
    private func writeThoughts(_ turn: Turn, into json: inout JSONWriter) {
        var text = ""
        var isPlain = turn.thoughts.count <= 1
        for case .item(let item) in turn.thoughts {
            text += item.text
            if item != ReasoningItem(.text, text: item.text) { isPlain = false }
        }
        if !text.isEmpty { json.member("reasoning", text) }
        let seals = turn.calls.filter { $0.signature != nil }
        if isPlain, seals.isEmpty, !text.isEmpty || turn.thoughts.isEmpty { return }
        json.memberArray("reasoning_details") { json in
            for thought in turn.thoughts {
                switch thought {
                case .item(let item): item.writeDetail(index: item.index, format: item.format, into: &json)
                case .native(let raw): json.raw(raw)
                }
            }
            for call in seals {
                ReasoningItem(sealing: call.id, call.signature ?? "")
                    .writeDetail(index: nil, format: ReasoningItem.sealFormat, into: &json)
            }
        }
    }

    /// Writes the entries of `images`.
    /// - Parameter index: the image's place in the list, in a stream.
    static func write(_ images: [MediaItem], index: Int? = nil, into json: inout JSONWriter) {
        for image in images {
            guard let url = image.chatURL(usually: "image/png") else { continue }
            json.object { json in
                json.member("index", index)
                json.member("type", "image_url")
                json.memberObject("image_url") { $0.member("url", url) }
            }
        }
    }
}

extension ReasoningItem {
    /// What seals a call.
    init(sealing id: String, _ signature: String) {
        self.init(.encrypted, data: signature, id: id, format: Self.sealFormat)
    }
}

extension ToolCallItem {
    /// Writes the entry of `tool_calls`. No arguments are an empty object, which is what clients and hosts parse.
    func writeWhole(into json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            switch kind {
            case .function, .server:
                json.member("type", "function")
                json.memberObject("function") { json in
                    json.member("name", name)
                    json.member("arguments", arguments.isEmpty ? "{}" : arguments)
                }
            case .custom:
                json.member("type", "custom")
                json.memberObject("custom") { json in
                    json.member("name", name)
                    json.member("input", arguments)
                }
            }
            json.members(kept: extras)
        }
    }
}
