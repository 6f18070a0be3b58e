/// Reads `HTTP/1.0` or `HTTP/1.1`, one byte at a time.
struct VersionScanner {
    /// Bytes read so far.
    private var count = 0
    private var majorVersion: UInt8 = 0
    private(set) var minorVersion: UInt8 = 0

    static let length = 8

    var isComplete: Bool { count == Self.length }

    /// Whether `HTTP/1.1` and a line end stand at `index`, which saves reading them one by one.
    @inline(__always)
    static func isCommon(_ bytes: Span<UInt8>, at index: Int, end: Int) -> Bool {
        index + 10 <= end && bytes.word(at: index) == 0x312E_312F_5054_5448
            && bytes[index + 8] == UInt8(ascii: "\r") && bytes[index + 9] == UInt8(ascii: "\n")
    }

    mutating func accept(_ byte: UInt8) throws(WireError) {
        let expected: StaticString = "HTTP/"
        switch count {
        case 0..<5:
            // The offset is below the text's length.
            guard unsafe byte == expected.utf8Start[count] else { throw WireError(400, "There is no HTTP version.") }
        case 6: guard byte == UInt8(ascii: ".") else { throw WireError(400, "The HTTP version is malformed.") }
        default: try acceptDigit(byte)
        }
        count += 1
    }

    private mutating func acceptDigit(_ byte: UInt8) throws(WireError) {
        let digit = byte &- UInt8(ascii: "0")
        guard digit < 10 else { throw WireError(400, "The HTTP version is malformed.") }
        if count == 5 {
            majorVersion = digit
        } else {
            minorVersion = digit
            guard majorVersion == 1, digit <= 1 else {
                throw WireError(505, "Only HTTP/1.0 and HTTP/1.1 are served here.")
            }
        }
    }
}
