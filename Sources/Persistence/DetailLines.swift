import Activity
import Buffers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes lines `name=value` into room that was reserved before.
///
/// A line by `ByteBuffer` costs three calls into another module, a hundred a row; here room for all of them is reserved
/// once. Every value is bounded, and so is the number of lines: `bytesMax` holds more than `GenerationDetails` writes
/// between two reservations.
struct DetailLines {
    /// Texts from outside, twice as long when each byte is escaped, and numbers and names.
    static let bytesMax = 16 * (2 * ActivityLimits.textBytesMax + 4) + 64 * 64

    private var cursor: UnsafeMutableRawPointer

    /// Appends to `output` what `body` writes.
    static func append(to output: inout ByteBuffer, _ body: (inout DetailLines) -> Void) {
        let start = output.spare(bytesMax).baseAddress!
        var lines = DetailLines(cursor: start)
        body(&lines)
        output.advance(lines.cursor - start)
    }

    @inline(__always)
    mutating func number(_ name: StaticString, _ value: Int) {
        if value != 0 { line(name, number: value) }
    }

    @inline(__always)
    mutating func number(_ name: StaticString, _ value: Int?) {
        if let value { line(name, number: value) }
    }

    mutating func name(_ name: StaticString, _ value: StaticString?) {
        guard let value else { return }
        copy(UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount)
        copy(UnsafeRawPointer(value.utf8Start), value.utf8CodeUnitCount)
        put(UInt8(ascii: "\n"))
    }

    /// Text from callers and providers: kept up to `ActivityLimits.textBytesMax`, cut between characters, a line feed or
    /// backslash escaped by a backslash.
    @inline(__always)
    mutating func outside(_ name: StaticString, _ value: String?) {
        if let value { line(name, text: value) }
    }

    private mutating func line(_ name: StaticString, text: String) {
        copy(UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount)
        var text = text
        text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return }
            var count = min(bytes.count, ActivityLimits.textBytesMax)
            while count < bytes.count, bytes[count] & 0xc0 == 0x80 { count -= 1 }
            let mustEscape = memchr(start, 0x0a, count) != nil || memchr(start, 0x5c, count) != nil
            guard mustEscape else { return copy(UnsafeRawPointer(start), count) }
            for byte in bytes[..<count] {
                if byte == 0x0a || byte == 0x5c { put(0x5c) }
                put(byte == 0x0a ? UInt8(ascii: "n") : byte)
            }
        }
        put(UInt8(ascii: "\n"))
    }

    private mutating func line(_ name: StaticString, number: Int) {
        copy(UnsafeRawPointer(name.utf8Start), name.utf8CodeUnitCount)
        if number < 0 { put(UInt8(ascii: "-")) }
        var rest = number.magnitude
        var digits = 1
        var bound: UInt = 10
        while rest >= bound, digits < 19 {
            digits += 1
            bound = bound &* 10
        }
        var place = digits
        repeat {
            place -= 1
            cursor.storeBytes(of: UInt8(truncatingIfNeeded: 48 + rest % 10), toByteOffset: place, as: UInt8.self)
            rest /= 10
        } while place > 0
        cursor += digits
        put(UInt8(ascii: "\n"))
    }

    @inline(__always)
    private mutating func put(_ byte: UInt8) {
        cursor.storeBytes(of: byte, as: UInt8.self)
        cursor += 1
    }

    @inline(__always)
    private mutating func copy(_ source: UnsafeRawPointer, _ count: Int) {
        memcpy(cursor, source, count)
        cursor += count
    }
}
