import Completions
import JSONText

/// Parts in the words of Responses (`input_text`, `input_image`, `input_file`) and of Messages (`image`, `document`), which
/// clients put into chat messages too: they are what they would be there. Hosts of Chat get them as they were written.
extension MessageItem {
    /// nil for a part of any other type, and for one that is not whole.
    init?(borrowed part: JSONValue, _ type: JSONValue, _ cache: CacheMarker?) {
        if type.equals("input_text") || type.equals("output_text") {
            guard let text = part["text"]?.string else { return nil }
            self = .text(TextItem(text, cache: cache))
            return
        }
        guard let (media, wrap) = MessageItem.borrowedMedia(part, type) else { return nil }
        var item = media
        item.cache = cache
        self = wrap(item)
    }

    private static func borrowedMedia(
        _ part: JSONValue, _ type: JSONValue
    ) -> (MediaItem, (MediaItem) -> MessageItem)? {
        if type.equals("input_image") {
            let url = part["image_url"].flatMap { $0["url"] ?? $0 }
            let stored = part["file_id"]?.string.map { MediaItem(.fileID($0)) }
            guard var item = url.flatMap({ MediaItem(chatURL: $0) }) ?? stored else { return nil }
            item.detail = part["detail"]?.string
            return (item, MessageItem.image)
        }
        if type.equals("input_file") {
            if let item = MediaItem(chatFile: part) { return (item, MessageItem.file) }
            guard var item = part["file_url"].flatMap({ MediaItem(chatURL: $0) }) else { return nil }
            item.name = part["filename"]?.string
            return (item, MessageItem.file)
        }
        guard type.equals("image") || type.equals("document"),
            var item = part["source"].flatMap({ MediaItem(anthropicSource: $0) })
        else { return nil }
        if type.equals("image") {
            if case .text = item.source { return nil }
            return (item, MessageItem.image)
        }
        item.name = part["title"]?.string
        return (item, MessageItem.file)
    }
}

extension MediaItem {
    /// The object under `source` of a block of Anthropic's; nil where it is not whole.
    fileprivate init?(anthropicSource value: JSONValue) {
        guard let type = value["type"] else { return nil }
        if type.equals("base64"), let data = value["data"]?.string {
            self.init(.base64(data))
        } else if type.equals("url"), let url = value["url"]?.string {
            self.init(.url(url))
        } else if type.equals("file"), let id = value["file_id"]?.string {
            self.init(.fileID(id))
        } else if type.equals("text"), let text = value["data"]?.string {
            self.init(.text(text))
        } else {
            return nil
        }
        mediaType = value["media_type"]?.string
    }
}
