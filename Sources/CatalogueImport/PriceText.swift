import Accounting

/// Prices as exact integers of pico-dollars, read from any decimal spelling.
///
/// Sources write binary floating point (`8.900000000000001e-07`); rounding to 12 decimals takes its noise away.
package enum PriceText {
    /// Of a decimal number such as `1.25e-06` or `0.000001`, times `10^shift`; rounded half up. nil where it is none,
    /// or larger than any price.
    package static func picos(_ text: some StringProtocol, shift: Int = 0) -> Int64? {
        var digits: Int128 = 0
        var exponent = shift + AccountingLimits.pricePlaces
        var seenPoint = false
        var count = 0
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            if byte == UInt8(ascii: ".") {
                if seenPoint { return nil }
                seenPoint = true
            } else if byte >= 0x30, byte <= 0x39 {
                count += 1
                if count > 30 { return nil }
                digits = digits * 10 + Int128(byte - 0x30)
                if seenPoint { exponent -= 1 }
            } else {
                break
            }
            rest = rest.dropFirst()
        }
        guard count > 0 else { return nil }
        if let byte = rest.first {
            guard byte | 0x20 == UInt8(ascii: "e"), let power = Int(String(decoding: rest.dropFirst(), as: UTF8.self)),
                abs(power) < 40
            else { return nil }
            exponent += power
        }
        return scaled(digits, exponent)
    }

    private static func scaled(_ digits: Int128, _ exponent: Int) -> Int64? {
        var value = digits
        if exponent > 0 {
            for _ in 0..<exponent {
                value *= 10
                if value > Int128(AccountingLimits.pricePicosMax) { return nil }
            }
        } else {
            var half = false
            for _ in 0..<(-exponent) {
                half = value % 10 >= 5
                value /= 10
            }
            if half { value += 1 }
        }
        return value > Int128(AccountingLimits.pricePicosMax) ? nil : Int64(value)
    }

    /// The plain decimal of the catalogue's files.
    package static func text(_ picos: Int64) -> String {
        let unit: Int64 = 1_000_000_000_000
        var digits = String(picos % unit)
        digits = String(repeating: "0", count: 12 - digits.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return digits.isEmpty ? "\(picos / unit)" : "\(picos / unit).\(digits)"
    }
}
