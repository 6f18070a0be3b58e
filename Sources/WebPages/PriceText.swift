/// Prices as people compare them: dollars per million tokens.
enum PriceText {
    /// A pico-dollar per token is a micro-dollar per million tokens. At least two decimals, at most six.
    static func perMillion(picosPerToken picos: Int64) -> String {
        let micros = picos.magnitude
        var fraction = String(micros % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(picos < 0 ? "−" : "")$\(micros / 1_000_000).\(fraction)"
    }

    /// Thousands in groups, as in `131,072`.
    static func grouped(_ number: Int) -> String {
        var digits = String(number.magnitude)
        var end = digits.count
        while end > 3 {
            end -= 3
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: end))
        }
        return (number < 0 ? "−" : "") + digits
    }
}
