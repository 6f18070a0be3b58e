/// Escapes text for a log line: as JSON (RFC 8259 section 7), and beyond it DEL and the C1 controls, because people look
/// at logs in terminals, which act on them.
///
/// The input is UTF-8. Values that need no escape, nearly all, are looked at and copied eight bytes at a
/// time.
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

    static func isASCII(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let source = text.baseAddress else { return true }
        var (found, from) = (UInt64(0), 0)
        while from + 8 <= text.count {
            unsafe found |= UnsafeRawPointer(source + from).loadUnaligned(as: UInt64.self)
            from += 8
        }
        while from < text.count {
            unsafe found |= UInt64(source[from])
            from += 1
        }
        return found & tops == 0
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
    /// - Returns: the end of what was written.
    @inline(__always)
    static func write(
        _ text: UnsafeBufferPointer<UInt8>, at target: UnsafeMutablePointer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        guard let source = text.baseAddress, text.count > 0 else { return unsafe target }
        let plain = unsafe plainPrefix(source, text.count)
        unsafe LogText.copy(source, plain, to: target)
        if plain == text.count { return unsafe target + plain }
        let rest = unsafe UnsafeBufferPointer(start: source + plain, count: text.count - plain)
        return unsafe target + plain + writeByBytes(rest, to: target + plain)
    }

    /// How many leading bytes need no look; all of them, for nearly every value. May stop up to seven bytes early.
    @inline(__always)
    private static func plainPrefix(_ source: UnsafePointer<UInt8>, _ count: Int) -> Int {
        var offset = 0
        while offset &+ 8 <= count {
            if unsafe !isPlain(UnsafeRawPointer(source + offset).loadUnaligned(as: UInt64.self)) { return offset }
            offset &+= 8
        }
        if offset == count { return count }
        if count >= 8 {
            let last = unsafe UnsafeRawPointer(source + (count &- 8)).loadUnaligned(as: UInt64.self)
            return isPlain(last) ? count : offset
        }
        return unsafe isPlain(word(source, count)) ? count : 0
    }

    /// One to seven bytes as a word; what is left of it repeats bytes or is plain.
    @inline(__always)
    private static func word(_ source: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
        if count >= 4 {
            let first = unsafe UnsafeRawPointer(source).loadUnaligned(as: UInt32.self)
            let last = unsafe UnsafeRawPointer(source + (count &- 4)).loadUnaligned(as: UInt32.self)
            return UInt64(first) | UInt64(last) << 32
        }
        let middle = count >> 1
        let first = unsafe UInt64(source[0])
        return unsafe first | UInt64(source[middle]) << 8 | UInt64(source[count &- 1]) << 16 | 0x6161_6161_6100_0000
    }

    private static func writeByBytes(_ text: UnsafeBufferPointer<UInt8>, to target: UnsafeMutablePointer<UInt8>) -> Int
    {
        var (from, to) = (0, 0)
        while from < text.count {
            let byte = unsafe text[from]
            if isPlain(byte) || byte >= 0x80 && byte != 0xC2 {
                unsafe target[to] = byte
                to += 1
                from += 1
            } else if byte == 0xC2, from + 1 < text.count, unsafe text[from + 1] < 0xA0 {
                unsafe to += escape(text[from + 1], to: target + to)
                from += 2
            } else {
                unsafe to += escape(byte, to: target + to)
                from += 1
            }
        }
        return to
    }

    @inline(__always)
    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }

    /// Whether each of eight bytes is plain: in a word of ASCII a subtraction below zero, or DEL plus one, sets a top
    /// bit. Borrows reach further only from a byte that was found.
    @inline(__always)
    private static func isPlain(_ word: UInt64) -> Bool {
        let quotes: UInt64 = word ^ 0x2222_2222_2222_2222
        let slashes: UInt64 = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let controls: UInt64 = (word &- 0x2020_2020_2020_2020) | (word &+ ones)
        let found: UInt64 = word | controls | (quotes &- ones) | (slashes &- ones)
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
