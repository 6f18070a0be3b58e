import Completions
import JSONText

extension ChatRequestWriter {
    /// A message of results becomes one for each.
    mutating func write(_ message: Message, into json: inout JSONWriter) {
        switch message.role {
        case .system, .developer, .assistant: writeMoved(into: &json)
        case .user, .tool: break
        }
        switch message.role {
        case .system: writePlain(message, role: "system", into: &json)
        case .developer: writePlain(message, role: "developer", into: &json)
        case .user: writePlain(message, role: "user", into: &json)
        case .assistant: writeAssistant(message, into: &json)
        case .tool: for item in message.items { writeResult(item, into: &json) }
        }
    }

    private mutating func writePlain(_ message: Message, role: StaticString, into json: inout JSONWriter) {
        // Wherever a dialect puts its results, here they are messages of their own.
        for item in message.items { writeResult(item, into: &json) }
        // A message that only changes the effort has no content. Source: openrouter spec 3.2.
        let isConfiguration = message.items.isEmpty && message.extras?.has("configuration_update") == true
        if message.items.contains(where: \.isResult), !message.items.contains(where: { !$0.isResult }) { return }
        let items = moved + message.items
        moved = []
        if !items.isEmpty, message.extras == nil, !items.contains(where: \.isPart) { return dropForeign(items) }
        hasMessages = true
        json.beginObject()
        json.member("role", "\(role)")
        json.member("name", message.name)
        if !isConfiguration {
            json.key("content")
            writeContent(items, into: &json)
        }
        json.members(kept: message.extras)
        json.endObject()
    }

    private mutating func writeResult(_ item: MessageItem, into json: inout JSONWriter) {
        guard case .toolResult(let result) = item else { return }
        hasMessages = true
        json.beginObject()
        json.member("role", "tool")
        json.member("tool_call_id", callID(result.callID))
        json.member("name", result.name.map { toolName($0) })
        json.key("content")
        writeContent(host == nil ? result.content : textOnly(result), into: &json)
        if result.isError, host == nil { json.member("is_error", true) }
        if let cache = result.cache { cache.writeControl(into: &json) }
        json.members(kept: result.extras)
        json.endObject()
    }

    /// What a result says in text; what else it holds is put into the user's next turn, and announced there and here.
    private mutating func textOnly(_ result: ToolResultItem) -> [MessageItem] {
        let content = result.contentSayingError
        let media = content.filter(\.isMedia)
        if media.isEmpty { return content }
        moved.append(.text(TextItem("Attached to the result of the tool call \(callID(result.callID)):")))
        moved += media
        let note = "The rest of this result is attached to the next user message."
        return content.filter { !$0.isMedia } + [.text(TextItem(note))]
    }

    /// Says what results had to leave, behind the last of them, where no turn of the user's follows.
    mutating func writeMoved(into json: inout JSONWriter) {
        if moved.isEmpty { return }
        json.object { json in
            json.member("role", "user")
            json.key("content")
            writeContent(moved, into: &json)
        }
        moved = []
    }

    /// A text alone as a string, which every host takes; else parts.
    mutating func writeContent(_ items: [MessageItem], into json: inout JSONWriter) {
        dropForeign(items)
        var count = 0
        var plain: String?
        for item in items {
            guard item.isPart else { continue }
            count += 1
            plain = item.plainText
        }
        if count == 0 { return json.string("") }
        if count == 1, let plain { return json.string(plain) }
        json.beginArray()
        for item in items where item.isPart { writePart(item, into: &json) }
        json.endArray()
    }

    /// Names the parts of other dialects, which have no words here.
    private mutating func dropForeign(_ items: [MessageItem]) {
        for case .native(let native) in items where native.dialect != NativeItem.chat {
            translation.drop("messages.content.\(native.type ?? native.dialect)")
        }
    }

    private mutating func writePart(_ item: MessageItem, into json: inout JSONWriter) {
        switch item {
        case .text(let item): write(text: item.text, item.cache, into: &json)
        case .image(let item): write(item, image: true, into: &json)
        case .video(let item): write(item, image: false, into: &json)
        case .audio(let item): writeAudio(item, into: &json)
        case .file(let item): writeFile(item, into: &json)
        case .refusal(let text):
            json.object { json in
                json.member("type", "refusal")
                json.member("refusal", text)
            }
        case .native(let item): json.raw(item.json)
        case .reasoning, .toolCall, .toolResult, .serverTool: break
        }
    }

    private func write(text: String, _ cache: CacheMarker?, into json: inout JSONWriter) {
        json.object { json in
            json.member("type", "text")
            json.member("text", text)
            if let cache { cache.writeMarker(into: &json) }
        }
    }

    private func write(_ item: MediaItem, image: Bool, into json: inout JSONWriter) {
        guard let url = item.chatURL(usually: image ? "image/png" : "video/mp4") else {
            return writeFile(item, into: &json)
        }
        json.object { json in
            json.member("type", image ? "image_url" : "video_url")
            json.memberObject(image ? "image_url" : "video_url") { json in
                json.member("url", url)
                json.member(image ? "detail" : "processing", item.detail)
            }
            if let cache = item.cache { cache.writeMarker(into: &json) }
        }
    }

    private func writeAudio(_ item: MediaItem, into json: inout JSONWriter) {
        let data: String
        switch item.source {
        case .base64(let text), .url(let text): data = text
        case .text, .fileID: return writeFile(item, into: &json)
        }
        json.object { json in
            json.member("type", "input_audio")
            json.memberObject("input_audio") { json in
                json.member("data", data)
                json.member("format", item.chatAudioFormat)
            }
            if let cache = item.cache { cache.writeMarker(into: &json) }
        }
    }

    private func writeFile(_ item: MediaItem, into json: inout JSONWriter) {
        if let text = item.documentText { return write(text: text, item.cache, into: &json) }
        json.object { json in
            json.member("type", "file")
            json.memberObject("file") { json in
                if case .fileID(let id) = item.source {
                    json.member("filename", item.name)
                    json.member("file_id", id)
                } else {
                    // OpenAI refuses contents without a name.
                    json.member("filename", item.name ?? item.usualFileName)
                    json.member("file_data", item.chatURL(usually: "application/pdf"))
                }
            }
            if let cache = item.cache { cache.writeMarker(into: &json) }
        }
    }
}

extension MessageItem {
    fileprivate var isResult: Bool { if case .toolResult = self { true } else { false } }

    /// Whether it is said in `content`.
    var isPart: Bool {
        switch self {
        case .text, .image, .audio, .video, .file, .refusal: true
        case .native(let item): item.dialect == NativeItem.chat
        case .reasoning, .toolCall, .toolResult, .serverTool: false
        }
    }
}

extension MessageItem {
    /// What is said, where that is text alone and nothing marks it.
    fileprivate var plainText: String? {
        switch self {
        case .text(let item): item.cache == nil ? item.text : nil
        case .file(let item): item.cache == nil ? item.documentText : nil
        case .image, .audio, .video, .refusal, .native, .reasoning, .toolCall, .toolResult, .serverTool: nil
        }
    }
}

extension MediaItem {
    /// A document of plain text, which is text to hosts that take no files.
    fileprivate var documentText: String? {
        guard case .text(let text) = source else { return nil }
        return name.map { "\($0)\n\n\(text)" } ?? text
    }

    fileprivate var usualFileName: String? {
        switch source {
        case .base64: mediaType == "text/plain" ? "document.txt" : "document.pdf"
        case .url, .text, .fileID: nil
        }
    }
}
