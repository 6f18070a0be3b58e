/// What one unit (a token, an image, a request) costs, in pico-dollars.
package struct Price: Hashable, Comparable, Sendable {
    package let picos: Int64

    package static let zero = Price(picos: 0)

    package init(picos: Int64) {
        self.picos = picos
    }

    package static func < (left: Price, right: Price) -> Bool { left.picos < right.picos }
}

/// A price as somebody wrote it: the number that is charged, and the text that is shown.
package struct PriceQuote: Hashable, Sendable {
    package let price: Price
    /// The decimal string in dollars per unit exactly as it was given.
    package let text: String
    /// Whether the text had more than twelve decimals and was rounded half to even.
    package let isRounded: Bool

    package static let free = PriceQuote(price: .zero, text: "0", isRounded: false)

    private init(price: Price, text: String, isRounded: Bool) {
        self.price = price
        self.text = text
        self.isRounded = isRounded
    }

    /// Reads dollars per unit, such as `0.0000025`, `2.5e-6` or `3`.
    package init(_ text: String) throws(PriceError) {
        guard let number = DecimalNumber(text.utf8Span.span, places: AccountingLimits.pricePlaces) else {
            throw .notDecimal(text)
        }
        if number.value < 0 { throw .negative(text) }
        if number.value > AccountingLimits.pricePicosMax { throw .tooHigh(text) }
        self.init(price: Price(picos: number.value), text: text, isRounded: number.isRounded)
    }
}

/// Why a price sheet cannot be used.
package enum PriceError: Error, Hashable, Sendable {
    case notDecimal(String)
    case negative(String)
    case tooHigh(String)
    case badDiscount(String)
    case badClockTime(Int)
    case halfWindow
    case unconditional
    case tooManyOverrides(Int)
}

extension PriceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notDecimal(let text): "\"\(text)\" is no decimal number of dollars per unit, such as \"0.0000025\""
        case .negative(let text): "the price \(text) is negative"
        case .tooHigh(let text):
            "the price \(text) is above 1000000 dollars per unit; prices are per token, not per million"
        case .badDiscount(let text): "the discount \(text) is no fraction from 0 to 1 with at most 6 decimals"
        case .badClockTime(let number): "\(number) is no UTC time as HHMM, such as 1030 for 10:30"
        case .halfWindow: "utc_start and utc_end need each other"
        case .unconditional: "an override needs min_prompt_tokens, utc_start and utc_end, or utc_days"
        case .tooManyOverrides(let count):
            "\(count) overrides are more than the \(AccountingLimits.overridesMax) that are allowed"
        }
    }
}
