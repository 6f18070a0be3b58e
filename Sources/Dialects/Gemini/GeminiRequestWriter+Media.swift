import Completions
import JSONText

/// Images, sound, films and documents: inlined, or by a URI that Google can read. Source: wire spec 5.3, 5.6.
extension GeminiRequestWriter {
    /// Writes a part that is no text. Returns whether there was anything that Gemini has words for.
    ///
    /// - Parameter path: the part's place in the request, for the error.
    mutating func writePart(
        _ item: MessageItem, _ path: String, signature: String? = nil, _ json: inout JSONWriter
    ) throws(APIError) -> Bool {
        switch item {
        case .image(let media): try write(media, usual: "image/jpeg", path, signature, &json)
        case .audio(let media): try write(media, usual: "audio/wav", path, signature, &json)
        case .video(let media): try write(media, usual: "video/mp4", path, signature, &json)
        case .file(let media): try write(media, usual: "application/pdf", path, signature, &json)
        case .native(let native) where native.dialect == Self.dialect: json.raw(native.json)
        case .native:
            translation.drop(path)
            return false
        case .text, .reasoning, .toolCall, .toolResult, .serverTool, .refusal: return false
        }
        return true
    }

    private mutating func write(
        _ media: MediaItem, usual: String, _ path: String, _ signature: String?, _ json: inout JSONWriter
    ) throws(APIError) {
        noteCache(media.cache)
        var reference: (uri: String, type: String?)?
        switch media.source {
        case .url(let url): reference = try readable(url, media, usual, path)
        case .fileID(let id): reference = (try file(id, path), media.mediaType)
        case .base64, .text: break
        }
        json.beginObject()
        switch media.source {
        case .base64(let data):
            json.memberObject("inlineData") { json in
                json.member("mimeType", media.mediaType ?? MediaSignature.type(base64: data) ?? usual)
                json.member("data", data)
            }
        case .text(let text): json.member("text", media.name.map { "\($0):\n\(text)" } ?? text)
        case .url, .fileID:
            json.memberObject("fileData") { json in
                json.member("mimeType", reference?.type)
                json.member("fileUri", reference?.uri)
            }
        }
        json.member("thoughtSignature", signature)
        json.endObject()
    }

    /// A URL that Google reads by itself: its own storage, its files, films on YouTube, and at endpoints that fetch,
    /// any. Everything else was to be fetched and inlined before.
    private func readable(
        _ url: String, _ media: MediaItem, _ usual: String, _ path: String
    ) throws(APIError) -> (uri: String, type: String?) {
        if url.hasPrefix("gs://"), target.platform == .vertex { return (url, media.mediaType ?? usual) }
        if GeminiURL.isGoogleFile(url) { return (url, media.mediaType) }
        if GeminiURL.isYouTube(url) { return (url, media.mediaType ?? "video/mp4") }
        if target.abilities.contains(.mediaByURL), url.hasPrefix("https://") || url.hasPrefix("http://") {
            return (url, media.mediaType ?? MediaSignature.type(path: url) ?? usual)
        }
        throw .invalid(
            path, "'\(path)' is given by a URL, which this provider does not fetch; send it as base64 in a data URL.")
    }

    private func file(_ id: String, _ path: String) throws(APIError) -> String {
        if GeminiURL.isGoogleFile(id) || id.hasPrefix("gs://") { return id }
        if id.hasPrefix("files/"), target.platform != .vertex {
            return "https://generativelanguage.googleapis.com/v1beta/\(id)"
        }
        throw .invalid(
            path, "'\(path)' is a file that another provider keeps; send its content as base64 in a data URL.")
    }
}

enum GeminiURL {
    /// A file of AI Studio's Files API.
    static func isGoogleFile(_ url: String) -> Bool {
        url.hasPrefix("https://generativelanguage.googleapis.com/") && url.utf8.count < 512
    }

    static func isYouTube(_ url: String) -> Bool {
        let hosts = ["www.youtube.com/", "youtube.com/", "m.youtube.com/", "youtu.be/"]
        return hosts.contains { url.hasPrefix("https://\($0)") }
    }
}

/// What kind of file it is, where nobody said so.
enum MediaSignature {
    /// By the first bytes, still in base64 of either alphabet.
    private static let beginnings: [(String, String)] = [
        ("iVBORw0KGgo", "image/png"), ("/9j/", "image/jpeg"), ("_9j_", "image/jpeg"), ("R0lGOD", "image/gif"),
        ("UklGR", "image/webp"), ("JVBERi", "application/pdf"), ("SUQz", "audio/mpeg"), ("T2dnUw", "audio/ogg"),
        ("ZkxhQ", "audio/flac"),
    ]
    private static let endings: [(String, String)] = [
        (".png", "image/png"), (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".gif", "image/gif"),
        (".webp", "image/webp"), (".heic", "image/heic"), (".pdf", "application/pdf"), (".txt", "text/plain"),
        (".mp4", "video/mp4"), (".mov", "video/quicktime"), (".webm", "video/webm"), (".mp3", "audio/mpeg"),
        (".wav", "audio/wav"), (".flac", "audio/flac"), (".ogg", "audio/ogg"),
    ]

    static func type(base64: String) -> String? {
        // RIFF is the beginning of WAV too; only what follows its length tells.
        if base64.hasPrefix("UklGR"), base64.dropFirst(12).hasPrefix("QVZF") { return "audio/wav" }
        return beginnings.first { base64.hasPrefix($0.0) }?.1
    }

    /// By the end of a URL's path.
    static func type(path url: String) -> String? {
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        return endings.first { path.hasSuffix($0.0) }?.1
    }
}
