import Buffers
import Completions
import JSONText

extension AnthropicRequestReader {
    /// One content block. A block of a kind that we do not know is the provider's to judge, and travels as written.
    func readBlock(_ block: JSONValue, _ path: BlockPath) throws(APIError) -> MessageItem {
        guard block.isObject else { throw block.wrongType(path.text, "an object with a 'type'") }
        try block.rejectRepeatedKeys(path.text)
        guard let type = block["type"] else {
            throw .invalid(
                path.text + ".type",
                "'\(path.text).type' is missing; it is \"text\", \"image\", \"document\", \"tool_use\" or \"tool_result\"."
            )
        }
        switch try type.requireString(path.text + ".type") {
        case "text": return .text(try readText(block, path))
        case "image": return try readImage(block, path)
        case "document": return try readDocument(block, path)
        case "search_result": return try readSearchResult(block, path)
        case "thinking":
            let text = try string(block, "thinking", path)
            return .reasoning(SealedReasoning.thinking(text, signature: block["signature"]?.string))
        case "redacted_thinking": return .reasoning(SealedReasoning.redacted(try string(block, "data", path)))
        case "tool_use": return .toolCall(try readCall(block, .function, path))
        case "server_tool_use": return .toolCall(try readCall(block, .server, path))
        case "tool_result" where path.inner == nil: return .toolResult(try readResult(block, path))
        default: return .native(NativeItem(dialect: AnthropicWords.dialect, json: RawJSON(block.rawText)))
        }
    }

    private func readText(_ block: JSONValue, _ path: BlockPath) throws(APIError) -> TextItem {
        var item = TextItem(try string(block, "text", path))
        item.cache = try readCache(block["cache_control"], path.text + ".cache_control")
        if let citations = block["citations"], citations.isArray {
            item.citations = citations.elements.map { Citation(anthropic: $0) }
        }
        return item
    }

    private func readImage(_ block: JSONValue, _ path: BlockPath) throws(APIError) -> MessageItem {
        let source = try object(block, "source", path)
        let place = path.text + ".source"
        var item = MediaItem(.url(""))
        switch source["type"]?.string {
        case "base64":
            item.source = .base64(try string(source, "data", place))
            item.mediaType = try string(source, "media_type", place)
        case "url": item.source = .url(try string(source, "url", place))
        case "file": item.source = .fileID(try string(source, "file_id", place))
        default: throw .invalid(place + ".type", "'\(place).type' must be \"base64\", \"url\" or \"file\".")
        }
        item.cache = try readCache(block["cache_control"], path.text + ".cache_control")
        item.extras = extras(of: block, except: ["type", "source", "cache_control"])
        return .image(item)
    }

    private func readDocument(_ block: JSONValue, _ path: BlockPath) throws(APIError) -> MessageItem {
        let source = try object(block, "source", path)
        let place = path.text + ".source"
        var item = MediaItem(.url(""))
        var isWhole = false
        switch source["type"]?.string {
        case "base64":
            item.source = .base64(try string(source, "data", place))
            item.mediaType = source["media_type"]?.string ?? "application/pdf"
        case "text":
            item.source = .text(try string(source, "data", place))
            item.mediaType = "text/plain"
        case "url":
            item.source = .url(try string(source, "url", place))
            item.mediaType = "application/pdf"
        case "file": item.source = .fileID(try string(source, "file_id", place))
        case "content":
            item.source = .text(joinedText(source["content"]))
            item.mediaType = "text/plain"
            isWhole = true
        default:
            throw .invalid(
                place + ".type", "'\(place).type' must be \"base64\", \"text\", \"content\", \"url\" or \"file\".")
        }
        item.name = block["title"]?.string
        item.cache = try readCache(block["cache_control"], path.text + ".cache_control")
        // Citations point at the blocks that a document was given in, so only the whole block says it all.
        item.extras =
            isWhole
            ? NativeItem(dialect: AnthropicWords.dialect, json: RawJSON(wholeBlock(block)))
            : extras(of: block, except: ["type", "source", "title", "cache_control"])
        return .file(item)
    }

    /// A search result is a document to other families.
    private func readSearchResult(_ block: JSONValue, _ path: BlockPath) throws(APIError) -> MessageItem {
        var item = MediaItem(.text(joinedText(block["content"])), mediaType: "text/plain")
        item.name = block["title"]?.string ?? block["source"]?.string
        item.cache = try readCache(block["cache_control"], path.text + ".cache_control")
        item.extras = NativeItem(dialect: AnthropicWords.dialect, json: RawJSON(wholeBlock(block)))
        return .file(item)
    }

    private func readCall(
        _ block: JSONValue, _ kind: ToolCallItem.Kind, _ path: BlockPath
    ) throws(APIError) -> ToolCallItem {
        let input = block["input"]
        if let input, !input.isNull, !input.isObject { throw input.wrongType(path.text + ".input", "an object") }
        var item = ToolCallItem(
            kind, id: try name(block, "id", path), name: try name(block, "name", path),
            arguments: input.flatMap { $0.isNull ? nil : $0.rawText } ?? "{}")
        item.cache = try readCache(block["cache_control"], path.text + ".cache_control")
        item.extras = extras(of: block, except: ["type", "id", "name", "input", "cache_control"])
        return item
    }

    private func readResult(_ block: JSONValue, _ path: BlockPath) throws(APIError) -> ToolResultItem {
        var item = ToolResultItem(callID: try name(block, "tool_use_id", path), content: [])
        if let content = block["content"], !content.isNull {
            if content.isString {
                item.content = [.text(TextItem(content.string ?? ""))]
            } else {
                guard content.isArray else {
                    throw content.wrongType(path.text + ".content", "a string or an array of content blocks")
                }
                for inner in content.elements {
                    var place = path
                    place.inner = item.content.count
                    item.content.append(try readBlock(inner, place))
                }
            }
        }
        if let isError = block["is_error"], !isError.isNull {
            item.isError = try isError.requireBool(path.text + ".is_error")
        }
        item.cache = try readCache(block["cache_control"], path.text + ".cache_control")
        item.extras = extras(of: block, except: ["type", "tool_use_id", "content", "is_error", "cache_control"])
        return item
    }

    /// The text of text blocks, one line behind the other.
    private func joinedText(_ content: JSONValue?) -> String {
        guard let content else { return "" }
        if let text = content.string { return text }
        return content.elements.compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    /// The block with its type first, which tells it from the mere rest of one.
    private func wholeBlock(_ block: JSONValue) -> String {
        var out = ByteBuffer()
        out.append("{\"type\":")
        block["type"]?.copyRaw(into: &out)
        for member in block.members where !member.key.equals("type") {
            member.copyRaw(after: UInt8(ascii: ","), into: &out)
        }
        out.append("}")
        return out.text
    }

    /// The members beside those that are known, as an object; nil where there are none.
    func extras(of object: JSONValue, except known: [StaticString]) -> NativeItem? {
        var out = ByteBuffer()
        for member in object.members where !member.value.isNull && !known.contains(where: { member.key.equals($0) }) {
            member.copyRaw(after: out.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","), into: &out)
        }
        if out.isEmpty { return nil }
        out.append("}")
        return NativeItem(dialect: AnthropicWords.dialect, json: RawJSON(out.text))
    }

    private func object(_ block: JSONValue, _ key: StaticString, _ path: BlockPath) throws(APIError) -> JSONValue {
        guard let value = block[key] else { throw missing(key, path.text) }
        try value.requireObject("\(path.text).\(key)")
        return value
    }

    private func string(_ block: JSONValue, _ key: StaticString, _ path: BlockPath) throws(APIError) -> String {
        guard let value = block[key] else { throw missing(key, path.text) }
        return try value.requireString("\(path.text).\(key)")
    }

    private func string(_ object: JSONValue, _ key: StaticString, _ path: String) throws(APIError) -> String {
        guard let value = object[key] else { throw missing(key, path) }
        return try value.requireString("\(path).\(key)")
    }

    private func name(_ block: JSONValue, _ key: StaticString, _ path: BlockPath) throws(APIError) -> String {
        let text = try string(block, key, path)
        guard !text.isEmpty else { throw .invalid("\(path.text).\(key)", "'\(path.text).\(key)' must not be empty.") }
        return text
    }

    private func missing(_ key: StaticString, _ path: String) -> APIError {
        .invalid("\(path).\(key)", "'\(path).\(key)' is missing.")
    }
}

extension Citation {
    /// A citation in the words of this dialect.
    init(anthropic value: JSONValue, range: Range<Int>? = nil) {
        self.init(
            url: value["url"]?.string ?? value["source"]?.string,
            title: value["title"]?.string ?? value["document_title"]?.string,
            text: value["cited_text"]?.string, range: range,
            native: NativeItem(dialect: AnthropicWords.dialect, json: RawJSON(value.rawText)))
    }
}
