extension JSONValue {
    /// The number as an exact integer: `3`, `3.0` and `3e2` are integers, `3.5` and what does not fit are not.
    package var integer: Int64? {
        guard isNumber else { return nil }
        return DecimalNumber(rawBytes).integer
    }

    /// The number rounded to the nearest double; nil when this is no number or is too large for one.
    package var double: Double? {
        guard isNumber else { return nil }
        if let exact = DecimalNumber(rawBytes).exactDouble { return exact }
        guard let value = Double(rawText), value.isFinite else { return nil }
        return value
    }

    /// The number's decimal text as it stands in the source; nil when this is no number.
    package var numberText: String? { isNumber ? rawText : nil }
}

/// A number of a scanned text taken apart: `digits * 10^exponent`.
struct DecimalNumber {
    private var isNegative = false
    /// The leading digits without trailing zeros, as far as they fit.
    private var digits: UInt64 = 0
    /// False when the digits did not fit.
    private var fits = true
    private var exponent = 0

    /// Larger exponents all mean the same: nothing that we represent.
    private static let exponentMax = 1_000_000

    init(_ bytes: UnsafeRawBufferPointer) {
        var zeros = 0
        var isFraction = false
        var index = 0
        if bytes[0] == UInt8(ascii: "-") {
            isNegative = true
            index = 1
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 {
                if isFraction { exponent -= 1 }
                if digit == 0 { zeros += 1 } else { append(digit, after: &zeros) }
            } else if byte == UInt8(ascii: ".") {
                isFraction = true
            } else {
                addExponent(bytes[index...])
                break
            }
        }
        // Zeros that no other digit follows belong to the exponent.
        exponent += zeros
    }

    private mutating func append(_ digit: UInt8, after zeros: inout Int) {
        // Leading zeros change nothing.
        if digits == 0 { zeros = 0 }
        for _ in 0..<zeros where fits { shift(in: 0) }
        zeros = 0
        shift(in: digit)
    }

    private mutating func shift(in digit: UInt8) {
        let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        if overflow || carry { fits = false } else { digits = sum }
    }

    private mutating func addExponent(_ bytes: Slice<UnsafeRawBufferPointer>) {
        var value = 0
        var sign = 1
        for byte in bytes {
            if byte == UInt8(ascii: "-") { sign = -1 }
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 { value = min(value * 10 + Int(digit), Self.exponentMax) }
        }
        exponent += sign * value
    }

    var integer: Int64? {
        guard fits else { return nil }
        if digits == 0 { return 0 }
        guard exponent >= 0, exponent <= 19 else { return nil }
        var magnitude = digits
        for _ in 0..<exponent {
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            magnitude = product
        }
        if isNegative { return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// Products and quotients of two exactly representable doubles are rounded correctly (Clinger's fast path).
    var exactDouble: Double? {
        guard fits, digits <= 1 << 53 else { return nil }
        var value = Double(digits)
        if digits != 0 {
            guard exponent >= -22, exponent <= 22 else { return nil }
            var power = 1.0
            for _ in 0..<exponent.magnitude { power *= 10 }
            value = exponent < 0 ? value / power : value * power
        }
        return isNegative ? -value : value
    }
}
