import Completions
import JSONText

extension MediaItem {
    /// A URL, or a `data:` URL with its contents in base64.
    init?(chatURL value: JSONValue) {
        let inline = value.withString { text -> MediaItem? in
            guard let head = DataURLHead(text) else { return nil }
            return MediaItem(.base64(text.extracting(head.length...).text), mediaType: head.mediaType)
        }
        if let inline = inline ?? nil {
            self = inline
        } else {
            guard let url = value.string else { return nil }
            self.init(.url(url))
        }
    }

    /// The object under `input_audio`: base64 and a format's short name.
    init?(chatAudio value: JSONValue) {
        guard let data = value["data"], let item = MediaItem(chatURL: data) else { return nil }
        self = item
        if case .url(let text) = source, !text.isURL { source = .base64(text) }
        guard mediaType == nil, let format = value["format"]?.string else { return }
        mediaType = "audio/\(format)"
    }

    /// The object under `file`: contents, a URL of them, or the id of a stored one.
    init?(chatFile value: JSONValue) {
        if let data = value["file_data"], let item = MediaItem(chatURL: data) {
            self = item
            if case .url(let text) = source, !text.isURL { source = .base64(text) }
        } else if let id = value["file_id"]?.string {
            self.init(.fileID(id))
        } else {
            return nil
        }
        name = value["filename"]?.string
    }

    /// The URL, or the contents as one.
    func chatURL(usually mediaType: String) -> String? {
        switch source {
        case .url(let url): url
        case .base64(let data): "data:\(self.mediaType ?? mediaType);base64,\(data)"
        case .text, .fileID: nil
        }
    }

    /// The short name of a sound's format.
    var chatAudioFormat: String {
        guard let mediaType, mediaType.hasPrefix("audio/") else { return "wav" }
        let name = String(mediaType.dropFirst(6))
        return switch name {
        case "mpeg": "mp3"
        case "x-wav", "wave", "vnd.wave": "wav"
        default: name
        }
    }
}

extension String {
    /// Whether there is a scheme, and this is not base64.
    fileprivate var isURL: Bool {
        var length = 0
        for byte in utf8.prefix(16) {
            if byte == UInt8(ascii: ":") { return length > 0 }
            length += 1
        }
        return false
    }
}

/// What stands before the contents of a `data:` URL in base64.
private struct DataURLHead {
    var mediaType: String?
    /// In bytes, up to the contents.
    var length: Int

    /// A longer head is none.
    private static let bytesMax = 256

    init?(_ text: Span<UInt8>) {
        guard text.count > 12, text.extracting(..<5).holds("data:") else { return nil }
        for index in 5..<min(Self.bytesMax, text.count) where text[index] == UInt8(ascii: ",") {
            let end = index - 7
            guard end >= 5, text.extracting(end..<index).holds(";base64") else { return nil }
            mediaType = end == 5 ? nil : text.extracting(5..<end).text
            length = index + 1
            return
        }
        return nil
    }
}

extension Span<UInt8> {
    /// The bytes as text.
    fileprivate var text: String {
        // Sound: the pointer is used only within the call.
        unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    fileprivate func holds(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        // Sound: there are as many bytes as were counted.
        for index in indices where unsafe self[index] != text.utf8Start[index] { return false }
        return true
    }
}
