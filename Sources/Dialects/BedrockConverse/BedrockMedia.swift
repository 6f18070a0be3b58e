import Buffers
import Completions

/// Images, sounds, films and documents as Converse takes them: bytes within the request, or a place in S3, in a format
/// that has a name. Source: wire spec 5.6; `bedrock-runtime` 2023-09-30.
enum BedrockMedia {
    enum Source {
        /// Base64.
        case bytes(String)
        /// An `s3:` address.
        case location(String)
    }

    /// Refuses what has no form here, inside of results too, while its place in the request is known.
    static func check(_ item: MessageItem, _ path: String) throws(APIError) {
        switch item {
        case .image(let media):
            _ = try image(media, path)
            _ = try source(media, path)
        case .audio(let media):
            _ = try audio(media, path)
            _ = try source(media, path)
        case .video(let media):
            _ = try video(media, path)
            _ = try source(media, path)
        case .file(let media):
            _ = try document(media, path)
            _ = try source(media, path)
        case .toolResult(let result): for item in result.content { try check(item, path) }
        case .text, .reasoning, .toolCall, .refusal, .serverTool, .native: break
        }
    }

    static func source(_ media: MediaItem, _ path: String) throws(APIError) -> Source {
        switch media.source {
        case .base64(let text): return .bytes(text)
        case .text(let text): return .bytes(Base64.encode(text.utf8Span.span))
        case .url(let url) where url.hasPrefix("s3://"): return .location(url)
        case .url:
            throw .invalid(path, "This provider fetches nothing from the web; send the contents as a data URL.")
        case .fileID: throw .invalid(path, "This provider keeps no files; send the contents as a data URL.")
        }
    }

    static func image(_ media: MediaItem, _ path: String) throws(APIError) -> String {
        switch subtype(media) {
        case "jpeg", "jpg": return "jpeg"
        case let format? where ["png", "gif", "webp"].contains(format): return format
        default: throw unsupported("image", media, "PNG, JPEG, GIF or WebP", path)
        }
    }

    static func audio(_ media: MediaItem, _ path: String) throws(APIError) -> String {
        switch subtype(media) {
        case "x-wav", "wave", "vnd.wave": return "wav"
        case "x-m4a": return "m4a"
        case "x-matroska": return "mka"
        case "x-flac": return "flac"
        case let format? where audioFormats.contains(format): return format
        default: throw unsupported("audio", media, audioFormats.joined(separator: ", "), path)
        }
    }

    private static let audioFormats = [
        "mp3", "opus", "wav", "aac", "flac", "mp4", "ogg", "mkv", "mka", "x-aac", "m4a", "mpeg", "mpga", "pcm", "webm",
    ]

    static func video(_ media: MediaItem, _ path: String) throws(APIError) -> String {
        switch subtype(media) {
        case "quicktime": return "mov"
        case "x-matroska": return "mkv"
        case "x-flv": return "flv"
        case "x-ms-wmv": return "wmv"
        case "3gpp", "3gp": return "three_gp"
        case let format? where videoFormats.contains(format): return format
        default: throw unsupported("video", media, videoFormats.joined(separator: ", "), path)
        }
    }

    private static let videoFormats = ["mkv", "mov", "mp4", "webm", "flv", "mpeg", "mpg", "wmv", "three_gp"]

    static func document(_ media: MediaItem, _ path: String) throws(APIError) -> String {
        if case .text = media.source { return "txt" }
        if let type = media.mediaType?.lowercased(), let format = documentTypes[essence(type)] { return format }
        if let ending = ending(media.name), documentFormats.contains(ending) { return ending }
        if essence(media.mediaType?.lowercased() ?? "").hasPrefix("text/") { return "txt" }
        throw unsupported("document", media, documentFormats.joined(separator: ", "), path)
    }

    private static let documentFormats = ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"]

    private static let documentTypes = [
        "application/pdf": "pdf", "text/csv": "csv", "application/msword": "doc",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.ms-excel": "xls",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "text/html": "html", "text/markdown": "md", "text/plain": "txt",
    ]

    /// Letters, digits, single spaces, hyphens, parentheses and brackets; without the file's ending.
    static func documentName(_ name: String?) -> String {
        var bytes: [UInt8] = []
        let stem = name.map { name in ending(name).map { name.dropLast($0.utf8.count + 1) } ?? name[...] } ?? ""
        for byte in stem.utf8 where bytes.count < BedrockLimits.documentNameBytes - 10 {
            let isAllowed =
                BedrockIdentifier.isNameByte(byte) && byte != UInt8(ascii: "_") || "()[]".utf8.contains(byte)
            // Whatever else there is becomes one space.
            if isAllowed { bytes.append(byte) } else if bytes.last != 0x20 { bytes.append(0x20) }
        }
        while bytes.last == 0x20 { bytes.removeLast() }
        while bytes.first == 0x20 { bytes.removeFirst() }
        return bytes.isEmpty ? "Document" : String(decoding: bytes, as: UTF8.self)
    }

    /// What stands behind the slash, in lower case and without parameters.
    private static func subtype(_ media: MediaItem) -> String? {
        guard let type = media.mediaType?.lowercased() else { return ending(media.name) }
        let parts = essence(type).split(separator: "/", maxSplits: 1)
        return parts.last.map(String.init)
    }

    private static func essence(_ type: String) -> String {
        String(type.prefix { $0 != ";" && $0 != " " })
    }

    /// What stands behind the last full stop of a name, in lower case.
    private static func ending(_ name: String?) -> String? {
        guard let name, let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        let ending = name[name.index(after: dot)...].lowercased()
        return ending.isEmpty || ending.utf8.count > 5 || !ending.utf8.allSatisfy(BedrockIdentifier.isNameByte)
            ? nil : ending
    }

    private static func unsupported(
        _ kind: String, _ media: MediaItem, _ formats: String, _ path: String
    ) -> APIError {
        let type = media.mediaType ?? "of an unnamed type"
        return .invalid(path, "This provider takes no \(kind) \(type); send \(formats).")
    }
}
