import Accounting
import Catalog
import Completions

/// What a request will probably cost at an endpoint: the number that endpoints are compared by.
///
/// The wire contract says that prices are blended and leaves open how. Here each price counts as much as the request
/// will use of it: its own prompt, and the answer that is usual or, where the caller allows less, at most.
struct ExpectedPrice: Sendable {
    let promptTokens: Int
    let completionTokens: Int
    private let unixSeconds: Int64

    init(_ request: CompletionRequest, _ tokens: PromptTokens, unixSeconds: Int64) {
        promptTokens = tokens.likely
        completionTokens =
            min(request.maxTokens ?? Int.max, RoutingLimits.usualCompletionTokens) * max(1, request.choiceCount)
        self.unixSeconds = unixSeconds
    }

    /// In pico-dollars.
    func picos(at endpoint: Endpoint) -> Double {
        let sheet = endpoint.pricing
        if sheet.overrides.isEmpty { return picos(sheet.rates, sheet.discount) }
        return picos(sheet.rates(promptTokens: promptTokens, at: unixSeconds), sheet.discount)
    }

    private func picos(_ rates: borrowing PriceRates, _ discount: Discount) -> Double {
        let prompt = Double(rates[.prompt]?.picos ?? 0) * Double(promptTokens)
        let completion = Double(rates[.completion]?.picos ?? 0) * Double(completionTokens)
        let sum = prompt + completion + Double(rates[.request]?.picos ?? 0)
        return discount == .none ? sum : sum * Double(discount.payable) / 1_000_000
    }
}
