package import Buffers
import Cryptography

/// The id of a generation: `gen-<unix seconds>-<20 base-62 digits>`, always 35 bytes.
///
/// The first two of the digits are the milliseconds within the second and the others are random, so that ids are in
/// order of time by their text and rows that are stored together stand together.
package struct GenerationID: Sendable {
    package static let byteCount = 35
    private static let randomStart = 17

    private var text = InlineArray<35, UInt8>(repeating: 0)

    /// Makes a new id of 107 random bits.
    ///
    /// - Parameter unixMs: kept between the years 2001 and 2286, where its seconds have ten digits.
    package init(unixMs: Int64, random: (UInt64, UInt64)) {
        text[0] = UInt8(ascii: "g")
        text[1] = UInt8(ascii: "e")
        text[2] = UInt8(ascii: "n")
        text[3] = UInt8(ascii: "-")
        text[14] = UInt8(ascii: "-")
        let time = UInt64(min(max(unixMs, 1_000_000_000_000), 9_999_999_999_999))
        var seconds = time / 1000
        for index in stride(from: 13, through: 4, by: -1) {
            text[index] = UInt8(truncatingIfNeeded: 48 + seconds % 10)
            seconds /= 10
        }
        let milliseconds = time % 1000
        text[15] = Base62.digit(milliseconds / 62)
        text[16] = Base62.digit(milliseconds % 62)
        let first = Base62.digits(of: random.0)
        let second = Base62.digits(of: random.1)
        for index in 0..<Base62.digitsPerWord {
            text[Self.randomStart + index] = first[index]
            text[Self.randomStart + Base62.digitsPerWord + index] = second[index]
        }
    }

    package init(unixMs: Int64, using generator: inout some RandomNumberGenerator) {
        self.init(unixMs: unixMs, random: (generator.next(), generator.next()))
    }

    /// Reads an id; nil for anything that is not exactly of the form.
    package init?(_ source: Span<UInt8>) {
        guard source.count == Self.byteCount else { return nil }
        for index in 0..<Self.byteCount {
            let byte = source[index]
            let fits =
                switch index {
                case 0: byte == UInt8(ascii: "g")
                case 1: byte == UInt8(ascii: "e")
                case 2: byte == UInt8(ascii: "n")
                case 3, 14: byte == UInt8(ascii: "-")
                case 4: byte >= UInt8(ascii: "1") && byte <= UInt8(ascii: "9")
                case 5...13: byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                default: Base62.isDigit(byte)
                }
            if !fits { return nil }
            text[index] = byte
        }
    }

    package init?(_ source: String) {
        self.init(source.utf8Span.span)
    }

    /// The 35 bytes of the id.
    package var span: Span<UInt8> {
        @_lifetime(borrow self)
        borrowing get { text.span }
    }

    /// A number that grows with the time of the id, by which rows are kept: its milliseconds since 1970 and 19 of its
    /// random bits. Ids of one millisecond may have the same.
    package var orderKey: Int64 {
        var seconds: Int64 = 0
        for index in 4..<14 { seconds = seconds * 10 + Int64(text[index]) - 48 }
        let milliseconds = seconds * 1000 + Base62.value(of: text[15]) * 62 + Base62.value(of: text[16])
        var random: Int64 = 0
        for index in Self.randomStart..<Self.randomStart + 4 { random = random << 5 | Int64(text[index] & 31) }
        return Self.orderKey(unixMs: milliseconds) | random >> 1
    }

    /// Where the order keys of a millisecond begin.
    package static func orderKey(unixMs: Int64) -> Int64 { unixMs << 19 }

    package func append(to output: inout ByteBuffer) {
        output.append(text.span)
    }
}

extension GenerationID: Hashable {
    package static func == (left: GenerationID, right: GenerationID) -> Bool {
        // The random part differs first.
        for index in stride(from: byteCount - 1, through: 4, by: -1) where left.text[index] != right.text[index] {
            return false
        }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        for index in Self.randomStart..<Self.byteCount { hasher.combine(text[index]) }
    }
}

extension GenerationID: CustomStringConvertible {
    package var description: String {
        var output = ByteBuffer(capacity: Self.byteCount)
        append(to: &output)
        return output.text
    }
}
