/// Reads the line before a chunk's data, and before it the line end that closes the data of the chunk before
/// (RFC 9112, section 7.1), one byte at a time.
struct ChunkLine {
    private enum Phase {
        case dataReturn, dataLineFeed, firstDigit, digits, space, extensions, lineFeed
    }

    /// Hexadecimal digits of a 64-bit size; more are refused even if they are zeros.
    private static let digitCountMax = 16

    private var phase = Phase.firstDigit
    private var digitCount = 0
    /// Bytes of this line so far.
    private var length = 0
    /// Bytes of all extensions of this body so far.
    private var extensionLength = 0
    private(set) var size = 0

    /// Prepares for the line after the current chunk's data.
    mutating func startNext() {
        phase = .dataReturn
        digitCount = 0
        length = 0
        size = 0
    }

    /// Reads on from `index`; true once the line is complete and `size` is known.
    mutating func read(_ input: Span<UInt8>, _ index: inout Int, _ limits: WireLimits) throws(WireError) -> Bool {
        while index < input.count {
            let isComplete = phase == .lineFeed
            try accept(input[index])
            index += 1
            if isComplete { return true }
            length += 1
            guard length <= limits.chunkLineBytes, extensionLength <= limits.chunkExtensionBytes else {
                throw WireError(400, "A chunk-size line is too long.")
            }
        }
        return false
    }

    private mutating func accept(_ byte: UInt8) throws(WireError) {
        switch phase {
        case .dataReturn:
            guard byte == UInt8(ascii: "\r") else { throw WireError(400, "A chunk does not end where its size says.") }
            phase = .dataLineFeed
        case .dataLineFeed:
            try expectLineFeed(byte)
            phase = .firstDigit
        case .firstDigit, .digits: try acceptDigit(byte)
        case .space: try acceptSpace(byte)
        case .extensions: try acceptExtension(byte)
        case .lineFeed: try expectLineFeed(byte)
        }
    }

    private mutating func acceptDigit(_ byte: UInt8) throws(WireError) {
        if let digit = Self.hexValue(byte) {
            digitCount += 1
            let (product, overflows) = size.multipliedReportingOverflow(by: 16)
            guard !overflows, digitCount <= Self.digitCountMax else {
                throw WireError(400, "A chunk size is too large a number.")
            }
            size = product | digit
            phase = .digits
            return
        }
        guard phase == .digits else { throw WireError(400, "A chunk size is not a plain hexadecimal number.") }
        try acceptSpace(byte)
    }

    /// What may follow the digits: the line end, or an extension, before which RFC 9112 tolerates white space.
    private mutating func acceptSpace(_ byte: UInt8) throws(WireError) {
        switch byte {
        case UInt8(ascii: "\r") where phase == .digits: phase = .lineFeed
        case UInt8(ascii: ";"): phase = .extensions
        case UInt8(ascii: " "), UInt8(ascii: "\t"): phase = .space
        default: throw WireError(400, "A chunk size is not a plain hexadecimal number.")
        }
    }

    private mutating func acceptExtension(_ byte: UInt8) throws(WireError) {
        if byte == UInt8(ascii: "\r") {
            phase = .lineFeed
            return
        }
        guard byte >= 0x20 || byte == UInt8(ascii: "\t"), byte != 0x7F else {
            throw WireError(400, "A chunk extension has a control character.")
        }
        extensionLength += 1
    }

    private func expectLineFeed(_ byte: UInt8) throws(WireError) {
        guard byte == UInt8(ascii: "\n") else {
            throw WireError(400, "A carriage return is not followed by a line feed.")
        }
    }

    private static func hexValue(_ byte: UInt8) -> Int? {
        let digit = byte &- UInt8(ascii: "0")
        if digit < 10 { return Int(digit) }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? Int(letter) + 10 : nil
    }
}
