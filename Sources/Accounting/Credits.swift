package import Buffers

/// An amount of money in nano-dollars: exact, and far beyond any account (9.2 billion dollars). Sums that would leave
/// that range stay at its end.
package struct Credits: Hashable, Comparable, Sendable, AdditiveArithmetic {
    package var nanos: Int64

    package static let zero = Credits(nanos: 0)

    package init(nanos: Int64) {
        self.nanos = nanos
    }

    /// Reads a decimal amount of dollars such as `0.0012` or `1.5e-7`; digits behind the ninth place are rounded half
    /// to even.
    ///
    /// - Returns: nil when the text is no decimal number or does not fit.
    package init?(parsing text: Span<UInt8>) {
        guard let number = DecimalNumber(text, places: AccountingLimits.creditPlaces) else { return nil }
        nanos = number.value
    }

    package init?(_ text: String) {
        self.init(parsing: text.utf8Span.span)
    }

    package static func < (left: Credits, right: Credits) -> Bool { left.nanos < right.nanos }

    package static func + (left: Credits, right: Credits) -> Credits {
        Credits(nanos: left.nanos.addingSaturated(right.nanos))
    }

    package static func - (left: Credits, right: Credits) -> Credits {
        Credits(nanos: left.nanos.subtractingSaturated(right.nanos))
    }

    /// Appends the amount as JSON shows it: plain decimal, at most nine places, no exponent, no trailing zero.
    package func append(to output: inout ByteBuffer) {
        if nanos < 0 { output.append(UInt8(ascii: "-")) }
        let magnitude = nanos.magnitude
        output.append(decimal: Int64(magnitude / 1_000_000_000))
        var rest = magnitude % 1_000_000_000
        guard rest > 0 else { return }
        output.append(UInt8(ascii: "."))
        var unit: UInt64 = 100_000_000
        while rest > 0 {
            output.append(UInt8(truncatingIfNeeded: 48 + rest / unit))
            rest %= unit
            unit /= 10
        }
    }
}

extension Credits: CustomStringConvertible {
    /// The amount in dollars, written as `append(to:)` does.
    package var description: String {
        var text = ByteBuffer(capacity: 32)
        append(to: &text)
        return text.text
    }
}
