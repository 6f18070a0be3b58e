import Buffers
import Completions
import JSONText

/// Citations for callers of this dialect.
enum AnthropicCitation {
    /// As its provider wrote it where that speaks this dialect; else as a result of a search, the one kind with a URL.
    static func json(_ citation: Citation) -> RawJSON {
        if let native = citation.native, native.dialect == AnthropicWords.dialect { return native.json }
        var json = JSONWriter()
        json.object { json in
            json.member("type", "web_search_result_location")
            json.member("cited_text", citation.text ?? "")
            json.member("url", citation.url ?? "")
            if let title = citation.title { json.member("title", title) } else { json.memberNull("title") }
            json.member("encrypted_index", "")
        }
        return RawJSON(json.finish().text)
    }
}

/// Images and files that a model made: the API has no block for them in answers, so they go as callers send them.
enum AnthropicMedia {
    static func json(_ item: MessageItem) -> RawJSON? {
        var block: AnthropicTurns.Block
        switch item {
        case .image(let media): block = .image(media)
        case .file(let media): block = .document(media)
        default: return nil
        }
        if case .image(var media) = block, MediaKind.image(media) == nil {
            media.mediaType = "image/png"
            block = .image(media)
        }
        var json = JSONWriter()
        AnthropicBlocks().write(block, &json)
        return RawJSON(json.finish().text)
    }
}
