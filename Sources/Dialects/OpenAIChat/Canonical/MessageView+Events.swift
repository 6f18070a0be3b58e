import Completions
import JSONText

/// The events of one message or delta.
extension MessageView {
    /// The reasoning: details where there are some with text, else the text. What seals a call is left to `seals`.
    func readReasoning(_ choice: Int, slots: ToolCallSlots, into events: inout [CompletionEvent]) {
        let start = events.count
        var hasText = false
        if let reasoningDetails {
            for detail in reasoningDetails.elements {
                guard let item = ReasoningItem(chat: detail), !item.isSeal(slots, toolCalls, choice) else { continue }
                if !item.text.isEmpty { hasText = true }
                events.append(CompletionEvent(.reasoning(item), choice: choice))
            }
        }
        guard !hasText, let reasoning, !reasoning.isEmptyString else { return }
        let item = ReasoningItem(.text, text: reasoning.string ?? "", format: "unknown")
        events.insert(CompletionEvent(.reasoning(item), choice: choice), at: start)
    }

    /// What seals calls that are known by now.
    func seals(_ choice: Int, slots: ToolCallSlots) -> [(slot: Int, data: String)] {
        guard let reasoningDetails else { return [] }
        return reasoningDetails.elements.compactMap { detail in
            guard let item = ReasoningItem(chat: detail), item.isSeal(slots, toolCalls, choice),
                let slot = item.id.flatMap({ slots.number(ofID: $0, choice: choice) }), let data = item.data
            else { return nil }
            return (slot, data)
        }
    }

    func readText(_ choice: Int, into events: inout [CompletionEvent]) {
        if let content {
            if let text = content.string {
                if !text.isEmpty { events.append(CompletionEvent(.text(text), choice: choice)) }
            } else {
                for part in content.elements { Self.read(part: part, choice, into: &events) }
            }
        }
        if let text = refusal?.string, !text.isEmpty {
            events.append(CompletionEvent(.refusal(text), choice: choice))
        }
    }

    /// Mistral answers in parts, of thinking too.
    private static func read(part: JSONValue, _ choice: Int, into events: inout [CompletionEvent]) {
        if part["type"]?.equals("thinking") == true {
            guard let thinking = part["thinking"] else { return }
            let text = thinking.string ?? thinking.elements.map { $0["text"]?.string ?? "" }.joined()
            let item = ReasoningItem(.text, text: text, signature: part["signature"]?.string, format: "unknown")
            events.append(CompletionEvent(.reasoning(item), choice: choice))
        } else if part["type"]?.equals("image_url") == true {
            guard let url = part["image_url"]?["url"] ?? part["image_url"], let item = MediaItem(chatURL: url) else {
                return
            }
            events.append(CompletionEvent(.media(.image(item)), choice: choice))
        } else if let text = part["text"]?.string, !text.isEmpty {
            events.append(CompletionEvent(.text(text), choice: choice))
        }
    }

    /// What Groq's models searched for: told when they begin, and again with what was found.
    static func readSearches(_ body: JSONValue, _ choice: Int, into events: inout [CompletionEvent]) {
        guard let uses = body["executed_tools"] else { return }
        let scanner = JSONScanner()
        for use in uses.elements where use["type"]?.equals("search") == true {
            let results = use["search_results"]?["results"]
            // Without results there may still be what the model was told of them.
            let hasEnded = results.map { !$0.isNull } ?? false || use["output"]?.string?.isEmpty == false
            var tool = ServerToolItem(
                .webSearch, id: "search_\(use["index"]?.providerIndex ?? 0)", hasEnded ? .completed : .running,
                dialect: NativeItem.chat)
            if let arguments = use["arguments"]?.string, let root = try? scanner.scan(copying: arguments) {
                tool.queries = [root["query"]?.string].compactMap { $0 }
            }
            for result in results?.elements.map({ $0 }) ?? [] {
                guard let url = result["url"]?.string else { continue }
                tool.sources.append(ServerToolItem.Source(url: url, title: result["title"]?.string))
            }
            events.append(CompletionEvent(.serverTool(tool), choice: choice))
        }
    }

    /// Sources, images and speech.
    static func readOthers(_ body: JSONValue, _ choice: Int, into events: inout [CompletionEvent]) {
        for member in body.members where !member.value.isNull {
            switch member.name {
            case "annotations":
                for annotation in member.value.elements {
                    events.append(CompletionEvent(.citation(Citation(chat: annotation)), choice: choice))
                }
            case "images":
                for image in MessageItem.images(chat: member.value) {
                    events.append(CompletionEvent(.media(image), choice: choice))
                }
            case "audio":
                if let event = Self.audio(member.value) { events.append(CompletionEvent(event, choice: choice)) }
            default: break
            }
        }
    }

    /// nil where the host sends the member and nothing in it.
    private static func audio(_ value: JSONValue) -> CompletionEvent.Content? {
        let id = value["id"]?.string
        let data = value["data"]?.string
        let transcript = value["transcript"]?.string
        if (id ?? "").isEmpty, (data ?? "").isEmpty, (transcript ?? "").isEmpty { return nil }
        return .audio(id: id, data: data, transcript: transcript, expiresAt: value["expires_at"]?.integer)
    }
}

extension ReasoningItem {
    /// Whether this seals a call that has begun, or begins beside it.
    fileprivate func isSeal(_ slots: ToolCallSlots, _ calls: JSONValue?, _ choice: Int) -> Bool {
        guard kind == .encrypted, let id, format == Self.sealFormat || format == nil else { return false }
        if slots.number(ofID: id, choice: choice) != nil { return true }
        return calls?.elements.contains { $0["id"]?.equals(id.utf8Span.span) == true } ?? false
    }
}
