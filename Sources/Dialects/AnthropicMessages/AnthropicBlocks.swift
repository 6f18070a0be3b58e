import Completions
import JSONText

/// Writes turns and content blocks.
struct AnthropicBlocks {
    /// Names, as sent, of tools whose freeform input goes as `{"input": …}`.
    var wrapped: Set<String> = []
    /// For what travels as text and has to be looked into.
    private let scanner = JSONScanner()

    init(wrapped: Set<String> = []) {
        self.wrapped = wrapped
    }

    func write(_ turn: AnthropicTurns.Turn, _ json: inout JSONWriter) {
        json.object { json in
            switch turn.role {
            case .user: json.member("role", "user")
            case .assistant: json.member("role", "assistant")
            case .system: json.member("role", "system")
            }
            json.memberArray("content") { json in
                for block in turn.results { write(block, &json) }
                for block in turn.blocks { write(block, &json) }
            }
        }
    }

    func write(_ block: AnthropicTurns.Block, _ json: inout JSONWriter) {
        switch block {
        case .text(let item): write(item, &json)
        case .note(let text): write(TextItem(text), &json)
        case .image(let item): writeImage(item, &json)
        case .document(let item): writeDocument(item, &json)
        case .reasoning(let item): write(item, &json)
        case .call(let call, let id, let name):
            write(call, id: id, name: name, isWrapped: wrapped.contains(name), &json)
        case .result(let result, let id): write(result, id: id, &json)
        case .native(let raw): json.raw(raw)
        }
    }

    func write(_ item: TextItem, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "text")
            json.member("text", item.text)
            if let cache = item.cache { Self.writeCache(cache, &json) }
            let citations = item.citations.compactMap { citation in
                citation.native.flatMap { native in
                    // One of another family's searches has no seal, and would be refused.
                    let isOwn = native.dialect == AnthropicWords.dialect && native.string(of: "encrypted_index") != ""
                    return isOwn ? native.json : nil
                }
            }
            if citations.isEmpty { return }
            json.memberArray("citations") { json in
                for citation in citations { json.raw(citation) }
            }
        }
    }

    private func writeImage(_ item: MediaItem, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "image")
            json.memberObject("source") { json in
                switch item.source {
                case .base64(let data):
                    json.member("type", "base64")
                    json.member("media_type", MediaKind.image(item))
                    json.member("data", data)
                case .url(let url):
                    json.member("type", "url")
                    json.member("url", url)
                case .fileID(let id):
                    json.member("type", "file")
                    json.member("file_id", id)
                case .text: break
                }
            }
            if let cache = item.cache { Self.writeCache(cache, &json) }
            writeExtras(item.extras, &json)
        }
    }

    private func writeDocument(_ item: MediaItem, _ json: inout JSONWriter) {
        if let extras = item.extras, extras.dialect == AnthropicWords.dialect, extras.json.text.hasPrefix("{\"type\":")
        {
            return json.raw(extras.json)
        }
        json.object { json in
            json.member("type", "document")
            json.memberObject("source") { json in
                switch item.source {
                case .base64(let data) where MediaKind.isText(item):
                    json.member("type", "text")
                    json.member("media_type", "text/plain")
                    json.member("data", Base64Text.decode(data) ?? "")
                case .base64(let data):
                    json.member("type", "base64")
                    json.member("media_type", "application/pdf")
                    json.member("data", data)
                case .text(let text):
                    json.member("type", "text")
                    json.member("media_type", "text/plain")
                    json.member("data", text)
                case .url(let url):
                    json.member("type", "url")
                    json.member("url", url)
                case .fileID(let id):
                    json.member("type", "file")
                    json.member("file_id", id)
                }
            }
            json.member("title", item.name)
            if let cache = item.cache { Self.writeCache(cache, &json) }
            writeExtras(item.extras, &json)
        }
    }

    func write(_ item: ReasoningItem, _ json: inout JSONWriter) {
        json.object { json in
            if item.kind == .encrypted {
                json.member("type", "redacted_thinking")
                json.member("data", SealedReasoning.data(for: item))
            } else {
                json.member("type", "thinking")
                json.member("thinking", item.text)
                json.member("signature", SealedReasoning.signature(for: item))
            }
        }
    }

    func write(
        _ call: ToolCallItem, id: String, name: String, isWrapped: Bool, _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("type", call.kind == .server ? "server_tool_use" : "tool_use")
            json.member("id", id)
            json.member("name", name)
            json.key("input")
            writeInput(call, isWrapped: isWrapped || call.kind == .custom, &json)
            if let cache = call.cache { Self.writeCache(cache, &json) }
            writeExtras(call.extras, &json)
        }
    }

    /// Arguments as an object. What a model wrote instead of one is kept inside one.
    func writeInput(_ call: ToolCallItem, isWrapped: Bool, _ json: inout JSONWriter) {
        if isWrapped { return json.object { $0.member("input", call.arguments) } }
        let text = call.arguments
        if text.allSatisfy(\.isWhitespace) || text == "null" { return json.object { _ in } }
        if let root = try? scanner.scan(copying: text), root.isObject { return json.raw(RawJSON(text)) }
        json.object { $0.member("arguments", text) }
    }

    private func write(_ result: ToolResultItem?, id: String, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "tool_result")
            json.member("tool_use_id", id)
            guard let result else {
                json.member("content", "The tool was not run.")
                json.member("is_error", true)
                return
            }
            var blocks: [AnthropicTurns.Block] = []
            for item in result.content { blocks += (try? AnthropicTurns.userBlocks(item)) ?? [] }
            if !blocks.isEmpty {
                json.memberArray("content") { json in
                    for block in blocks { write(block, &json) }
                }
            }
            if result.isError { json.member("is_error", true) }
            if let cache = result.cache { Self.writeCache(cache, &json) }
            writeExtras(result.extras, &json)
        }
    }

    /// `cache_control`; times that Anthropic does not know are its usual one.
    static func writeCache(_ cache: CacheMarker, _ json: inout JSONWriter) {
        json.memberObject("cache_control") { json in
            json.member("type", "ephemeral")
            if cache.ttl == "5m" || cache.ttl == "1h" { json.member("ttl", cache.ttl) }
        }
    }

    func writeExtras(_ extras: NativeItem?, _ json: inout JSONWriter) {
        guard let extras, extras.dialect == AnthropicWords.dialect else { return }
        writeMembers(of: extras.json, &json)
    }

    func writeMembers(of object: RawJSON, _ json: inout JSONWriter) {
        guard let root = try? scanner.scan(copying: object.text) else { return }
        for member in root.members {
            json.key(text: member.key.string)
            json.raw(member.value)
        }
    }
}
