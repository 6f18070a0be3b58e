package import Buffers
import CSimdJSON

/// Escapes text for the inside of a JSON string, as little as RFC 8259 section 7 allows: quotes, backslashes and
/// control characters.
package enum JSONEscapes {
    /// Appends bytes that are known to be UTF-8.
    static func append(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
        var rest = bytes
        while let start = rest.baseAddress?.assumingMemoryBound(to: UInt8.self) {
            let plain = martlet_json_plain_length(start, rest.count)
            out.append(UnsafeRawBufferPointer(rebasing: rest[..<plain]))
            guard plain < rest.count else { return }
            appendEscape(rest[plain], to: &out)
            rest = UnsafeRawBufferPointer(rebasing: rest[(plain + 1)...])
        }
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
