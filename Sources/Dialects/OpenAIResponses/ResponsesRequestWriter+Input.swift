import Buffers
import Completions
import JSONText

/// What the caller says, and what tools answered.
extension ResponsesRequestWriter {
    mutating func write(_ message: Message, _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        switch message.role {
        case .system: try writeMessage("system", message, index, &json)
        case .developer: try writeMessage("developer", message, index, &json)
        case .user: try writeMessage("user", message, index, &json)
        case .assistant: try writeTurn(message, index, &json)
        case .tool:
            for item in message.items {
                if case .toolResult(let result) = item { try write(result, index, &json) }
            }
        }
    }

    private mutating func writeMessage(
        _ role: StaticString, _ message: Message, _ index: Int, _ json: inout JSONWriter
    ) throws(APIError) {
        // Items of this dialect stand for themselves; results of tools may share a turn with text.
        var parts: [MessageItem] = []
        for item in message.items {
            switch item {
            case .native(let native): write(native, &json)
            case .toolResult(let result): try write(result, index, &json)
            default: parts.append(item)
            }
        }
        if parts.isEmpty, !message.items.isEmpty { return }
        json.beginObject()
        json.member("role", "\(role)")
        json.key("content")
        try writeContent(parts, name: message.name, index, &json)
        json.endObject()
    }

    /// One plain text is a string, all else an array of parts.
    private mutating func writeContent(
        _ parts: [MessageItem], name: String? = nil, _ index: Int, _ json: inout JSONWriter
    ) throws(APIError) {
        let prefix = name.map { "\($0): " } ?? ""
        if parts.count == 1, case .text(let text) = parts[0], text.cache == nil || !canMark {
            leaveOut(text.cache)
            json.string(prefix + text.text)
            return
        }
        if parts.isEmpty {
            json.string("")
            return
        }
        json.beginArray()
        var isFirst = true
        for part in parts {
            try writePart(part, prefix: isFirst ? prefix : "", index, &json)
            if case .text = part { isFirst = false }
        }
        json.endArray()
    }

    private var canMark: Bool { target.abilities.contains(.cacheMarkers) }

    private mutating func writePart(
        _ part: MessageItem, prefix: String, _ index: Int, _ json: inout JSONWriter
    ) throws(APIError) {
        switch part {
        case .text(let text):
            json.beginObject()
            json.member("type", "input_text")
            json.member("text", prefix + text.text)
            writeMarker(text.cache, &json)
            json.endObject()
        case .image(let image): try writeImage(image, index, &json)
        case .file(let file): try writeFile(file, index, &json)
        case .audio(let audio):
            guard case .base64(let data) = audio.source else { throw refusal("audio by URL", index) }
            json.object { json in
                json.member("type", "input_audio")
                json.memberObject("input_audio") { json in
                    json.member("data", data)
                    json.member("format", ResponsesMedia.audioFormat(of: audio.mediaType))
                }
            }
        case .video: throw refusal("video", index)
        // What only models say: as text.
        case .refusal(let text):
            json.object { json in
                json.member("type", "input_text")
                json.member("text", text)
            }
        case .reasoning, .toolCall, .toolResult, .serverTool, .native: break
        }
    }

    private func refusal(_ content: String, _ index: Int) -> APIError {
        .invalid(
            "messages[\(index)].content",
            "The provider of '\(target.model)' takes no \(content); leave it out, or choose another model.")
    }

    /// Times are not translated: those of another dialect are left out.
    private mutating func writeMarker(_ marker: CacheMarker?, _ json: inout JSONWriter) {
        guard let marker, canMark else { return leaveOut(marker) }
        json.memberObject("prompt_cache_breakpoint") { json in
            json.member("mode", "explicit")
            if marker.ttl == "30m" || marker.ttl == "12h" { json.member("ttl", marker.ttl) }
        }
    }

    /// A marker of what to cache that has no place here.
    mutating func leaveOut(_ marker: CacheMarker?) {
        if marker != nil { translation.drop("cache_control") }
    }

    private mutating func writeImage(_ image: MediaItem, _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        json.beginObject()
        json.member("type", "input_image")
        switch image.source {
        case .url(let url): json.member("image_url", url)
        case .base64(let data):
            json.member("image_url", ResponsesMedia.dataURL(data, image.mediaType, otherwise: "image/png"))
        case .fileID(let id): json.member("file_id", id)
        case .text: throw refusal("image of that kind", index)
        }
        json.member("detail", image.detail ?? "auto")
        writeMarker(image.cache, &json)
        json.endObject()
    }

    private mutating func writeFile(_ file: MediaItem, _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        json.beginObject()
        if case .text(let text) = file.source {
            // A document of plain text is text, under its name.
            json.member("type", "input_text")
            json.member("text", file.name.map { "\($0):\n\(text)" } ?? text)
        } else {
            json.member("type", "input_file")
        }
        switch file.source {
        case .url(let url): json.member("file_url", url)
        case .base64(let data):
            json.member("filename", file.name ?? ResponsesMedia.documentName(of: file.mediaType))
            json.member("file_data", ResponsesMedia.dataURL(data, file.mediaType, otherwise: "application/pdf"))
        case .fileID(let id): json.member("file_id", id)
        case .text: break
        }
        writeMarker(file.cache, &json)
        json.endObject()
    }

    mutating func write(_ result: ToolResultItem, _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        json.beginObject()
        leaveOut(result.cache)
        let isCustom = customCalls.contains(result.callID)
        json.member("type", isCustom ? "custom_tool_call_output" : "function_call_output")
        json.member("call_id", Self.sentID(result.callID))
        json.key("output")
        let parts = result.contentSayingError.filter { if case .native = $0 { false } else { true } }
        try writeContent(parts, index, &json)
        json.endObject()
    }

    /// An id short enough for the provider; the same one always becomes the same.
    static func sentID(_ id: String) -> String {
        if id.utf8.count <= identifierBytes { return id }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in id.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        let head = id.utf8.prefix(identifierBytes - 17)
        return String(decoding: head.filter { $0 < 0x80 }, as: UTF8.self) + "_" + digits
    }
}
