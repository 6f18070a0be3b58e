/// A decimal number read exactly from text and scaled to an integer of its smallest unit.
struct DecimalNumber {
    /// The number times ten to the power of the asked places, rounded half to even.
    let value: Int64
    /// Whether digits were rounded away.
    let isRounded: Bool

    /// Reads an optional sign, digits with an optional point, and an optional exponent, and nothing else.
    ///
    /// - Returns: nil for any other text and for a number that does not fit.
    init?(_ text: Span<UInt8>, places: Int) {
        guard let scan = DecimalScan(text) else { return nil }
        let shift = places - scan.fractionDigits + scan.exponent
        var magnitude = scan.mantissa
        var isRounded = scan.isCut
        if shift >= 0 {
            // Digits that were cut are always behind the point of a number this large.
            guard let power = Self.power(shift) else {
                if magnitude != 0 { return nil }
                self.init(value: 0, isRounded: false)
                return
            }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: power)
            if overflow { return nil }
            magnitude = product
        } else if let divisor = Self.power(-shift) {
            let (quotient, rest) = magnitude.quotientAndRemainder(dividingBy: divisor)
            let isAboveHalf = rest > divisor - rest || (rest == divisor - rest && scan.isCut)
            let isHalf = rest == divisor - rest && !scan.isCut
            magnitude = quotient + (isAboveHalf || (isHalf && quotient & 1 == 1) ? 1 : 0)
            isRounded = isRounded || rest != 0
        } else {
            isRounded = magnitude != 0
            magnitude = 0
        }
        guard magnitude <= UInt128(Int64.max) else { return nil }
        let value = Int64(magnitude)
        self.init(value: scan.isNegative ? -value : value, isRounded: isRounded)
    }

    private init(value: Int64, isRounded: Bool) {
        self.value = value
        self.isRounded = isRounded
    }

    /// Ten to the power of `exponent` where it fits.
    private static func power(_ exponent: Int) -> UInt128? {
        guard exponent <= 38 else { return nil }
        var result: UInt128 = 1
        for _ in 0..<exponent { result *= 10 }
        return result
    }
}

/// The parts of a decimal number as they stand in the text.
private struct DecimalScan {
    var isNegative = false
    var mantissa: UInt128 = 0
    var fractionDigits = 0
    var exponent = 0
    /// Whether a digit other than zero did not fit the mantissa any more.
    var isCut = false

    /// The mantissa takes digits while it is below this, so that it keeps 36 of them.
    private static let mantissaRoom: UInt128 = 1_000_000_000_000_000_000_000_000_000_000_000_000
    private static let exponentMax = 400

    init?(_ text: Span<UInt8>) {
        guard text.count > 0, text.count <= AccountingLimits.decimalBytesMax else { return nil }
        var index = 0
        if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        guard scanDigits(text, &index), scanExponent(text, &index), index == text.count else { return nil }
    }

    private mutating func scanDigits(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        var digits = 0
        var hasPoint = false
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "."), !hasPoint {
                hasPoint = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                digits += 1
                take(digit: byte - UInt8(ascii: "0"), isFraction: hasPoint)
            } else {
                break
            }
            index += 1
        }
        return digits > 0
    }

    private mutating func take(digit: UInt8, isFraction: Bool) {
        if mantissa < Self.mantissaRoom {
            mantissa = mantissa * 10 + UInt128(digit)
            if isFraction { fractionDigits += 1 }
        } else {
            if digit != 0 { isCut = true }
            if !isFraction { fractionDigits -= 1 }
        }
    }

    private mutating func scanExponent(_ text: Span<UInt8>, _ index: inout Int) -> Bool {
        guard index < text.count, text[index] | 0x20 == UInt8(ascii: "e") else { return true }
        index += 1
        var isNegativeExponent = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegativeExponent = text[index] == UInt8(ascii: "-")
            index += 1
        }
        let start = index
        var magnitude = 0
        while index < text.count, text[index] >= UInt8(ascii: "0"), text[index] <= UInt8(ascii: "9") {
            magnitude = min(magnitude * 10 + Int(text[index] - UInt8(ascii: "0")), Self.exponentMax)
            index += 1
        }
        exponent = isNegativeExponent ? -magnitude : magnitude
        return index > start
    }
}
