/// Arithmetic on decimal texts, exact: prices are never turned into binary fractions to be shown.
enum PlainDecimal {
    /// Without exponent, leading and trailing zeros: `1.50e-6` becomes `0.0000015`. Nil for what is no number.
    static func normalized(_ text: String) -> String? { shifted(text, by: 0) }

    /// The number times ten to the `places`.
    static func shifted(_ text: String, by places: Int) -> String? {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest = rest.dropFirst() }
        let mantissa = rest.prefix { $0 != "e" && $0 != "E" }
        var exponent = 0
        if mantissa.count < rest.count {
            guard let parsed = Int(rest.dropFirst(mantissa.count + 1)), abs(parsed) <= 100 else { return nil }
            exponent = parsed
        }
        let parts = mantissa.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        guard !parts[0].isEmpty, parts[0].count + fraction.count <= 100 else { return nil }
        guard (parts[0] + fraction).allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }

        var digits = String(parts[0] + fraction)
        var point = parts[0].count + exponent + places
        if point > digits.count { digits += String(repeating: "0", count: point - digits.count) }
        if point <= 0 {
            digits = String(repeating: "0", count: 1 - point) + digits
            point = 1
        }
        let whole = digits.prefix(point).drop { $0 == "0" }
        var places = digits.dropFirst(point)
        while places.last == "0" { places.removeLast() }
        let number = (whole.isEmpty ? "0" : whole) + (places.isEmpty ? "" : "." + places)
        return isNegative && number != "0" ? "-" + number : String(number)
    }
}
