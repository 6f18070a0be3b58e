package import Buffers

/// Writes text into HTML so that it stays text.
package enum HTMLEscaping {
    /// Appends `text` so that it can stand between tags and in a quoted attribute alike. Control characters, which HTML
    /// does not allow, become U+FFFD; line ends and tabs stay.
    package static func append(_ text: String, to out: inout ByteBuffer) {
        append(text.utf8Span.span, to: &out)
    }

    /// As above, for UTF-8 bytes.
    package static func append(_ text: Span<UInt8>, to out: inout ByteBuffer) {
        var start = 0
        for index in 0..<text.count {
            guard let replacement = replacement(of: text[index]) else { continue }
            out.append(text.extracting(start..<index))
            out.append(replacement)
            start = index + 1
        }
        out.append(text.extracting(start..<text.count))
    }

    private static func replacement(of byte: UInt8) -> StaticString? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        case 0x09, 0x0A, 0x0D: nil
        case ..<0x20, 0x7F: "\u{FFFD}"
        default: nil
        }
    }
}
