import Completions
import JSONText

extension MessageItem {
    /// `content` of a message: a string, or parts.
    static func items(chat content: JSONValue?) -> [MessageItem] {
        guard let content else { return [] }
        if let text = content.string { return [.text(TextItem(text))] }
        var items: [MessageItem] = []
        items.reserveCapacity(content.count)
        for part in content.elements { items.append(MessageItem(chat: part)) }
        return items
    }

    /// `images` of an answer: what the model drew.
    static func images(chat images: JSONValue) -> [MessageItem] {
        images.elements.compactMap { image in
            guard let url = image["image_url"]?["url"] ?? image["image_url"] ?? image["url"] else { return nil }
            return MediaItem(chatURL: url).map(MessageItem.image)
        }
    }

    /// A part; one that is unknown, or not whole, as it is.
    private init(chat part: JSONValue) {
        var type: JSONValue?
        var payload: JSONValue?
        var cache: CacheMarker?
        for member in part.members {
            switch member.name {
            case "type": type = member.value
            case "text", "image_url", "input_audio", "file", "video_url", "input_video", "refusal":
                payload = member.value
            case "cache_control", "prompt_cache_breakpoint": cache = CacheMarker(chat: member.value) ?? cache
            default: break
            }
        }
        guard let type else {
            self = .native(NativeItem(chat: part))
            return
        }
        self =
            payload.flatMap { MessageItem(type, $0, cache) } ?? MessageItem(borrowed: part, type, cache)
            ?? .native(NativeItem(chat: part))
    }

    private init?(_ type: JSONValue, _ payload: JSONValue, _ cache: CacheMarker?) {
        if type.equals("text") {
            guard let text = payload.string else { return nil }
            self = .text(TextItem(text, cache: cache))
            return
        }
        if type.equals("refusal") {
            guard let text = payload.string else { return nil }
            self = .refusal(text)
            return
        }
        guard let (media, wrap) = MessageItem.media(type, payload) else { return nil }
        var item = media
        item.cache = cache
        self = wrap(item)
    }

    private static func media(
        _ type: JSONValue, _ payload: JSONValue
    ) -> (MediaItem, (MediaItem) -> MessageItem)? {
        if type.equals("image_url") {
            guard var item = MediaItem(chatURL: payload["url"] ?? payload) else { return nil }
            item.detail = payload["detail"]?.string
            return (item, MessageItem.image)
        }
        if type.equals("input_audio") {
            return MediaItem(chatAudio: payload).map { ($0, MessageItem.audio) }
        }
        if type.equals("file") {
            return MediaItem(chatFile: payload).map { ($0, MessageItem.file) }
        }
        guard type.equals("video_url") || type.equals("input_video"),
            var item = payload["url"].flatMap({ MediaItem(chatURL: $0) })
        else { return nil }
        item.detail = payload["processing"]?.string
        return (item, MessageItem.video)
    }
}

extension CacheMarker {
    /// `cache_control`, or OpenAI's `prompt_cache_breakpoint`; nil where it is null.
    init?(chat marker: JSONValue) {
        guard marker.isObject else { return nil }
        self.init(ttl: marker["ttl"]?.string)
    }
}
