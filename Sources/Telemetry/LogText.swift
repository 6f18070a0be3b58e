/// Writes the pieces of a log line to raw memory, in which the caller has made room.
///
/// Each function takes a position and returns the one behind what it wrote. Positions are values, not a field: a store of
/// a byte could alias a field, and the compiler would have to load it anew after every byte.
enum LogText {
    typealias Position = UnsafeMutablePointer<UInt8>

    @inline(__always)
    static func put(_ text: StaticString, at position: Position) -> Position {
        unsafe copy(text.utf8Start, text.utf8CodeUnitCount, to: position)
        return unsafe position + text.utf8CodeUnitCount
    }

    static func put(_ bytes: UnsafeBufferPointer<UInt8>, at position: Position) -> Position {
        guard let source = bytes.baseAddress else { return unsafe position }
        unsafe copy(source, bytes.count, to: position)
        return unsafe position + bytes.count
    }

    static func put(_ time: InlineArray<24, UInt8>, at position: Position) -> Position {
        unsafe withUnsafeBytes(of: time) { bytes in
            unsafe UnsafeMutableRawPointer(position).copyMemory(from: bytes.baseAddress!, byteCount: 24)
        }
        return unsafe position + 24
    }

    /// The name of a field and what separates it from its neighbours.
    @inline(__always)
    static func put(name: StaticString, _ format: LogFormat, at position: Position) -> Position {
        if format == .json {
            unsafe position[0] = UInt8(ascii: ",")
            unsafe position[1] = UInt8(ascii: "\"")
            let end = unsafe put(name, at: position + 2)
            unsafe end[0] = UInt8(ascii: "\"")
            unsafe end[1] = UInt8(ascii: ":")
            return unsafe end + 2
        }
        unsafe position[0] = UInt8(ascii: " ")
        let end = unsafe put(name, at: position + 1)
        unsafe end[0] = UInt8(ascii: "=")
        return unsafe end + 1
    }

    static func put(decimal value: Int64, at position: Position) -> Position {
        var position = unsafe position
        if value < 0 {
            unsafe position[0] = UInt8(ascii: "-")
            unsafe position += 1
        }
        var rest = value.magnitude
        let end = unsafe position + digits(rest)
        unsafe position = end
        repeat {
            unsafe position -= 1
            unsafe position[0] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        } while rest > 0
        return unsafe end
    }

    /// `value` divided by ten to the `scale`, without trailing zeros.
    static func put(decimal value: Int64, scale: Int, at position: Position) -> Position {
        var position = unsafe position
        if value < 0 {
            unsafe position[0] = UInt8(ascii: "-")
            unsafe position += 1
        }
        var divisor = powersOfTen[scale]
        var (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: divisor)
        unsafe position = put(decimal: Int64(whole), at: position)
        if fraction == 0 { return unsafe position }
        unsafe position[0] = UInt8(ascii: ".")
        unsafe position += 1
        while fraction > 0 {
            divisor /= 10
            (whole, fraction) = fraction.quotientAndRemainder(dividingBy: divisor)
            unsafe position[0] = UInt8(truncatingIfNeeded: 48 + whole)
            unsafe position += 1
        }
        return unsafe position
    }

    @inline(__always)
    private static func digits(_ value: UInt64) -> Int {
        if value < 10 { return 1 }
        if value < 100 { return 2 }
        if value < 1000 { return 3 }
        var count = 4
        while count < powersOfTen.count, value >= powersOfTen[count] { count += 1 }
        return value >= 10_000_000_000_000_000_000 ? 20 : count
    }

    private static let powersOfTen: InlineArray<20, UInt64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]

    /// Copies a few bytes by overlapping words: for names and short values a call of memcpy costs more than the copy.
    @inline(__always)
    static func copy(_ source: UnsafePointer<UInt8>, _ count: Int, to target: Position) {
        if count >= 8 {
            let last = count &- 8
            var offset = 0
            while offset < last {
                unsafe move(UInt64.self, source + offset, target + offset)
                offset &+= 8
            }
            unsafe move(UInt64.self, source + last, target + last)
        } else if count >= 4 {
            unsafe move(UInt32.self, source, target)
            unsafe move(UInt32.self, source + (count &- 4), target + (count &- 4))
        } else if count >= 2 {
            unsafe move(UInt16.self, source, target)
            unsafe move(UInt16.self, source + (count &- 2), target + (count &- 2))
        } else if count == 1 {
            unsafe target[0] = source[0]
        }
    }

    @inline(__always)
    private static func move<Word: BitwiseCopyable>(
        _: Word.Type, _ source: UnsafePointer<UInt8>, _ target: Position
    ) {
        let word = unsafe UnsafeRawPointer(source).loadUnaligned(as: Word.self)
        unsafe UnsafeMutableRawPointer(target).storeBytes(of: word, as: Word.self)
    }
}
