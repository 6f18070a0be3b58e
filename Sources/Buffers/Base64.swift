/// RFC 4648, section 4: the standard alphabet, with padding.
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    package static func encode(_ bytes: Span<UInt8>) -> String {
        String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { out in
            var place = 0
            var index = 0
            while index < bytes.count {
                let left = bytes.count - index
                let second = left > 1 ? UInt32(bytes[index + 1]) : 0
                let third = left > 2 ? UInt32(bytes[index + 2]) : 0
                let bits = UInt32(bytes[index]) << 16 | second << 8 | third
                out[place] = alphabet[Int(bits >> 18)]
                out[place + 1] = alphabet[Int(bits >> 12 & 63)]
                out[place + 2] = left > 1 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "=")
                out[place + 3] = left > 2 ? alphabet[Int(bits & 63)] : UInt8(ascii: "=")
                place += 4
                index += 3
            }
            return place
        }
    }

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes.span) }

    /// The bytes; nil for a text that is no base64. Padding may be left out.
    package static func decode(_ text: String) -> [UInt8]? {
        var digits = text.utf8[...]
        while digits.last == UInt8(ascii: "="), digits.count > text.utf8.count - 2 { digits.removeLast() }
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = value(digit) else { return nil }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        // What is left over must say nothing.
        return bits & ((1 << UInt32(count)) - 1) == 0 ? bytes : nil
    }

    private static func value(_ digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
