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
        if let prices = endpoint.comparedPrices { return picos(prices) }
        let rates = endpoint.pricing.rates(promptTokens: promptTokens, at: unixSeconds)
        return picos(ComparedPrices(rates, endpoint.pricing.discount))
    }

    @inline(__always)
    func picos(_ prices: ComparedPrices) -> Double {
        prices.prompt * Double(promptTokens) + prices.completion * Double(completionTokens) + prices.request
    }
}
