/// Escapes text for a log line: as JSON (RFC 8259 section 7), and beyond it DEL and the C1 controls, because people look
/// at logs in terminals, which act on them.
///
/// The input is UTF-8. Eight bytes at a time are copied while none of them needs a look.
enum LogEscaping {
    /// The most bytes that one byte can become (`\u00XX`).
    static let growth = 6

    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    /// How much of `text` to keep: at most `limit` bytes, not ending inside a character.
    static func cut(_ text: UnsafeBufferPointer<UInt8>, at limit: Int) -> Int {
        if text.count <= limit { return text.count }
        var count = limit
        while count > 0, unsafe text[count] & 0xC0 == 0x80 { count -= 1 }
        return count
    }

    /// Whether the text format must quote the value to keep it one word.
    static func needsQuotes(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        for index in text.indices {
            let byte = unsafe text[index]
            if byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "=") { return true }
            if byte == UInt8(ascii: "\\") || byte >= 0x7F { return true }
        }
        return false
    }

    /// Writes `text` escaped; the target has room for `growth` times its length.
    ///
    /// - Returns: the bytes written.
    static func write(_ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Int {
        guard let source = text.baseAddress else { return 0 }
        var (from, to) = (0, 0)
        while from < text.count {
            if from + 8 <= text.count {
                let word = unsafe UnsafeRawPointer(source + from).loadUnaligned(as: UInt64.self)
                if isPlain(word) {
                    unsafe UnsafeMutableRawPointer(target + to).storeBytes(of: word, as: UInt64.self)
                    from += 8
                    to += 8
                    continue
                }
            }
            let byte = unsafe source[from]
            if byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte != 0x7F, byte != 0xC2 {
                unsafe target[to] = byte
                to += 1
                from += 1
            } else if byte == 0xC2, from + 1 < text.count, unsafe source[from + 1] < 0xA0 {
                unsafe to += escape(source[from + 1], to: target + to)
                from += 2
            } else {
                unsafe to += escape(byte, to: target + to)
                from += 1
            }
        }
        return to
    }

    /// Whether none of eight bytes is a control, a quote, a backslash, DEL or part of a longer character.
    private static func isPlain(_ word: UInt64) -> Bool {
        let quotes = word ^ (ones &* 0x22)
        let slashes = word ^ (ones &* 0x5C)
        let deletes = word ^ (ones &* 0x7F)
        let found =
            (word &- ones &* 0x20) | (quotes &- ones) | (slashes &- ones) | (deletes &- ones) | word
        return found & tops == 0
    }

    private static func escape(_ byte: UInt8, to target: UnsafeMutablePointer<UInt8>) -> Int {
        let short: UInt8
        switch byte {
        case 0xC2:
            unsafe target[0] = byte
            return 1
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
        case 0x08: short = UInt8(ascii: "b")
        case 0x09: short = UInt8(ascii: "t")
        case 0x0A: short = UInt8(ascii: "n")
        case 0x0C: short = UInt8(ascii: "f")
        case 0x0D: short = UInt8(ascii: "r")
        default:
            let digits: StaticString = "0123456789abcdef"
            unsafe target[0] = UInt8(ascii: "\\")
            unsafe target[1] = UInt8(ascii: "u")
            unsafe target[2] = UInt8(ascii: "0")
            unsafe target[3] = UInt8(ascii: "0")
            unsafe target[4] = digits.utf8Start[Int(byte >> 4)]
            unsafe target[5] = digits.utf8Start[Int(byte & 15)]
            return 6
        }
        unsafe target[0] = UInt8(ascii: "\\")
        unsafe target[1] = short
        return 2
    }
}
