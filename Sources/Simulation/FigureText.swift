/// Numbers as people read them, without a formatter's help.
package enum FigureText {
    /// With so many decimals, rounded half away from zero.
    package static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite, value.magnitude < 1e15 else { return "-" }
        var unit = 1.0
        for _ in 0..<places { unit *= 10 }
        let digits = String(Int((value.magnitude * unit).rounded()))
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        let sign = value < 0 && Int(digits) != 0 ? "-" : ""
        if places == 0 { return sign + padded }
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// A share as a percentage; never rounded up to all, nor down to nothing.
    package static func percent(_ share: Double) -> String {
        let places = share > 0.99 && share < 1 ? 4 : 2
        let text = decimal(share * 100, places: places)
        if share < 1, text.hasPrefix("100") { return ">99.9999 %" }
        return text + " %"
    }

    /// `1,234,567`
    package static func grouped(_ value: Int) -> String {
        var text = ""
        for (place, digit) in String(value).reversed().enumerated() {
            if place > 0, place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
