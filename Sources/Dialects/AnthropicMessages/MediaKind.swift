import Completions

/// What kind of file base64 holds, as far as Anthropic must be told. Source: wire spec 5.2, 5.6.
enum MediaKind {
    /// The MIME type of an image in base64; nil for one that Anthropic does not take.
    ///
    /// What the data begins with outranks what the caller says, for the provider compares the two.
    static func image(_ item: MediaItem) -> String? {
        if case .base64(let data) = item.source {
            if data.hasPrefix("/9j/") { return "image/jpeg" }
            if data.hasPrefix("iVBORw0KGgo") { return "image/png" }
            if data.hasPrefix("R0lGOD") { return "image/gif" }
            if data.hasPrefix("UklGR") { return "image/webp" }
        }
        switch item.mediaType {
        case "image/jpeg", "image/jpg": return "image/jpeg"
        case "image/png": return "image/png"
        case "image/gif": return "image/gif"
        case "image/webp": return "image/webp"
        default: return nil
        }
    }

    static func isPDF(_ item: MediaItem) -> Bool {
        if item.mediaType == "application/pdf" { return true }
        if case .base64(let data) = item.source, data.hasPrefix("JVBERi") { return true }
        return false
    }

    static func isText(_ item: MediaItem) -> Bool {
        if isPDF(item) { return false }
        guard let type = item.mediaType else { return item.name?.hasSuffix(".txt") ?? false }
        return type.hasPrefix("text/") || type == "application/json"
    }
}

extension AnthropicRequestWriter {
    /// Refuses what cannot be written, before the first byte.
    func checkMedia() throws(APIError) {
        for turn in turns.turns {
            for block in turn.results {
                guard case .result(let result?, _) = block else { continue }
                for item in result.content { for inner in try AnthropicTurns.userBlocks(item) { try check(inner) } }
            }
            for block in turn.blocks { try check(block) }
        }
    }

    private func check(_ block: AnthropicTurns.Block) throws(APIError) {
        switch block {
        case .image(let item):
            try checkURL(item)
            if case .text = item.source { throw .invalid("messages", "An image must be base64, a URL or a file.") }
            if case .base64 = item.source, MediaKind.image(item) == nil {
                throw APIError(
                    .unsupportedImageFormat, "This model takes images as JPEG, PNG, GIF or WebP.", param: "messages")
            }
        case .document(let item):
            try checkURL(item)
            guard case .base64(let data) = item.source, !MediaKind.isPDF(item) else { return }
            guard MediaKind.isText(item), Base64Text.decode(data) != nil else {
                throw .invalid("messages", "This model takes documents as PDF or plain text.")
            }
        default: break
        }
    }

    private func checkURL(_ item: MediaItem) throws(APIError) {
        guard case .url(let url) = item.source else { return }
        guard target.abilities.contains(.mediaByURL), url.hasPrefix("https://") || url.hasPrefix("http://") else {
            throw .invalid(
                "messages", "This model cannot fetch '\(url.prefix(200))'; send images and documents as base64.")
        }
    }
}

/// Base64 of a text.
enum Base64Text {
    /// The text; nil where it is no base64, or no UTF-8.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 4 * 3)
        var word: UInt32 = 0
        var bits = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { continue }
            guard let digit = digit(byte) else { return nil }
            word = word << 6 | digit
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
