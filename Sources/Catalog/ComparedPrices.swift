package import Accounting

/// The three prices that most requests consist of, for comparing endpoints; charges are never made of it.
package struct ComparedPrices: Sendable {
    /// Pico-dollars per token, per token and per request, less the discount.
    package let prompt: Double
    package let completion: Double
    package let request: Double

    package init(_ rates: PriceRates, _ discount: Discount) {
        let payable = Double(discount.payable) / 1_000_000
        prompt = Double(rates[.prompt]?.picos ?? 0) * payable
        completion = Double(rates[.completion]?.picos ?? 0) * payable
        request = Double(rates[.request]?.picos ?? 0) * payable
    }
}
