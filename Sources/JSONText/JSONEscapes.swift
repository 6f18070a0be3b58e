package import Buffers

/// Escapes text for the inside of a JSON string, as little as RFC 8259 section 7 allows: quotes, backslashes and
/// control characters.
package enum JSONEscapes {
    /// Appends bytes that are known to be UTF-8.
    static func append(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
        guard let base = bytes.baseAddress else { return }
        out.reserve(bytes.count)
        var plain = 0
        for index in 0..<bytes.count where needsEscape(bytes[index]) {
            out.append(UnsafeRawBufferPointer(start: base + plain, count: index - plain))
            appendEscape(bytes[index], to: &out)
            plain = index + 1
        }
        out.append(UnsafeRawBufferPointer(start: base + plain, count: bytes.count - plain))
    }

    /// Appends any bytes: those that are no UTF-8 become U+FFFD.
    package static func append(unchecked bytes: Span<UInt8>, to out: inout ByteBuffer) {
        bytes.withUnsafeBytes { raw in
            if String(validating: raw, as: UTF8.self) != nil {
                append(raw, to: &out)
            } else {
                var repaired = String(decoding: raw, as: UTF8.self)
                repaired.withUTF8 { append(UnsafeRawBufferPointer($0), to: &out) }
            }
        }
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func appendEscape(_ byte: UInt8, to out: inout ByteBuffer) {
        switch byte {
        case UInt8(ascii: "\""): out.append("\\\"")
        case UInt8(ascii: "\\"): out.append("\\\\")
        case 0x08: out.append("\\b")
        case 0x09: out.append("\\t")
        case 0x0A: out.append("\\n")
        case 0x0C: out.append("\\f")
        case 0x0D: out.append("\\r")
        default:
            out.append("\\u00")
            out.append(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 0xF
            out.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
        }
    }
}
