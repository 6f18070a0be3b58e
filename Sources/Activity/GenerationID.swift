package import Buffers
import Cryptography

/// The id of a generation: `gen-<unix seconds>-<20 base-62 digits>`, always 35 bytes, in order of time by its text.
package struct GenerationID: Sendable {
    package static let byteCount = 35
    private static let randomStart = 15

    private var text = InlineArray<35, UInt8>(repeating: 0)

    /// Makes a new id.
    ///
    /// - Parameter unixSeconds: kept between the years 2001 and 2286, where it has ten digits.
    package init(unixSeconds: Int64, using generator: inout some RandomNumberGenerator) {
        text[0] = UInt8(ascii: "g")
        text[1] = UInt8(ascii: "e")
        text[2] = UInt8(ascii: "n")
        text[3] = UInt8(ascii: "-")
        text[14] = UInt8(ascii: "-")
        var rest = min(max(unixSeconds, 1_000_000_000), 9_999_999_999)
        for index in stride(from: 13, through: 4, by: -1) {
            text[index] = UInt8(truncatingIfNeeded: 48 + rest % 10)
            rest /= 10
        }
        let first = Base62.word(using: &generator)
        let second = Base62.word(using: &generator)
        for index in 0..<Base62.digitsPerWord {
            text[Self.randomStart + index] = first[index]
            text[Self.randomStart + Base62.digitsPerWord + index] = second[index]
        }
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
