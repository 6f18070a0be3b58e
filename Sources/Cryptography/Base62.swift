/// Base-62 digits, in the order of their bytes.
package enum Base62 {
    /// Digits that are taken from one random word. Nine are worth 54 of its 64 bits, so that taking them by remainder
    /// prefers some values by one part in a thousand: nothing for an id that must only be unique.
    package static let digitsPerWord = 9

    /// Whether a byte is one of the 62 digits.
    package static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// The digit of a value below 62.
    package static func digit(_ value: UInt64) -> UInt8 {
        let value = UInt8(truncatingIfNeeded: value)
        if value < 10 { return UInt8(ascii: "0") &+ value }
        return (value < 36 ? UInt8(ascii: "A") &- 10 : UInt8(ascii: "a") &- 36) &+ value
    }

    /// What a digit stands for; unspecified for other bytes.
    package static func value(of digit: UInt8) -> Int64 {
        switch digit {
        case ..<UInt8(ascii: "A"): Int64(digit) - 48
        case ..<UInt8(ascii: "a"): Int64(digit) - 55
        default: Int64(digit) - 61
        }
    }

    /// The nine digits of a random word.
    package static func digits(of word: UInt64) -> InlineArray<9, UInt8> {
        var rest = word
        var digits = InlineArray<9, UInt8>(repeating: 0)
        for index in 0..<digitsPerWord {
            digits[index] = digit(rest % 62)
            rest /= 62
        }
        return digits
    }
}
