/// Random base-62 digits.
package enum Base62 {
    package static let digitsPerWord = 10
    /// 62 to the power of ten.
    private static let range: UInt64 = 839_299_365_868_340_224

    /// Whether a byte is one of the 62 digits.
    package static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    /// Ten digits, each equally likely but for one part in twenty: good enough to be unique, cheap enough for every id.
    package static func word(using generator: inout some RandomNumberGenerator) -> InlineArray<10, UInt8> {
        var value = generator.next().multipliedFullWidth(by: range).high
        var digits = InlineArray<10, UInt8>(repeating: 0)
        for index in 0..<digitsPerWord {
            digits[index] = digit(UInt8(truncatingIfNeeded: value % 62))
            value /= 62
        }
        return digits
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<10: UInt8(ascii: "0") + value
        case 10..<36: UInt8(ascii: "A") + value - 10
        default: UInt8(ascii: "a") + value - 36
        }
    }
}
