/// Writes a text as a JSON string, once, at load.
package enum JSONLiteral {
    private static let hexDigits: [UInt8] = Array("0123456789abcdef".utf8)

    /// The UTF-8 bytes of `text` as a JSON string, quotes included.
    package static func bytes(_ text: String) -> [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                out += Array("\\u00".utf8) + [hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
            default:
                out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
        return out
    }
}
