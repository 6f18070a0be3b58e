/// A fraction taken off every price of a sheet, in millionths.
package struct Discount: Hashable, Sendable {
    package let millionths: Int64

    package static let none = Discount(millionths: 0)

    private init(millionths: Int64) {
        self.millionths = millionths
    }

    /// Reads a fraction from 0 to 1 with at most six decimals.
    package init(_ text: String) throws(PriceError) {
        guard let number = DecimalNumber(text.utf8Span.span, places: 6), !number.isRounded,
            (0...1_000_000).contains(number.value)
        else { throw .badDiscount(text) }
        millionths = number.value
    }

    /// What remains to be paid, in millionths.
    package var payable: Int64 { 1_000_000 - millionths }

    /// The fraction as a plain decimal.
    package var description: String { Credits(nanos: millionths * 1000).description }
}
