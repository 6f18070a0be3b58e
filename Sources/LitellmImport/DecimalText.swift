/// Decimal numbers as people and Python write them, in the one spelling that prices have.
enum DecimalText {
    /// `0.00000125` for `1.25e-06`; nil for what is no decimal number from 0 on.
    static func plain(_ text: String) -> String? {
        var digits: [Character] = []
        var places = 0
        var seenPoint = false
        var rest = text.filter { $0 != "_" }[...]
        while let character = rest.first, character.isASCII, character.isNumber || character == "." {
            rest.removeFirst()
            if character == "." {
                if seenPoint { return nil }
                seenPoint = true
            } else {
                digits.append(character)
                if seenPoint { places += 1 }
            }
        }
        guard !digits.isEmpty, digits.count <= 40 else { return nil }
        if let mark = rest.first {
            guard mark == "e" || mark == "E", let exponent = Int(rest.dropFirst()), abs(exponent) <= 30 else {
                return nil
            }
            places -= exponent
        }
        while places < 0 {
            digits.append("0")
            places += 1
        }
        while digits.count <= places { digits.insert("0", at: 0) }
        var whole = String(digits.dropLast(places))
        while whole.count > 1, whole.first == "0" { whole.removeFirst() }
        var fraction = String(digits.suffix(places))
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? whole : whole + "." + fraction
    }
}
