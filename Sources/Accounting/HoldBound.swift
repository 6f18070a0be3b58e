/// The most tokens that a request can use at one candidate, and what they can cost there: the amount of its hold.
///
/// A token is at least one byte of text, so the prompt's bytes bound its tokens; parts that are no text have their
/// family's bound; the completion has `max_tokens`, else the endpoint's cap, else what the context leaves. Each side is
/// priced at its dearest component, because nobody knows beforehand what will be cached, written or reasoned. The result
/// is never below what `PriceSheet.charge` makes of a usage within these counts.
package struct HoldBound: Hashable, Sendable {
    package let promptTokens: Int
    /// Per completion.
    package let completionTokens: Int
    package let choices: Int
    package let images: Int
    package let searches: Int
    package let requests: Int
    /// The prompt and one completion fit into this together.
    package let contextLength: Int

    /// - Parameters:
    ///   - contextLength: the candidate's context in tokens, nil where unknown.
    ///   - completionCap: the most tokens that the candidate writes, nil where it names none.
    package init(_ request: RequestSize, media: MediaBounds, contextLength: Int?, completionCap: Int?) {
        let context = Self.bounded(
            request.isRetrieval ? AccountingLimits.countMax : contextLength ?? AccountingLimits.countMax)
        var prompt = Self.bounded(request.textBytes) + AccountingLimits.templateTokens
        prompt += Self.bounded(request.messages) * AccountingLimits.messageTokens
        if request.hasTools { prompt += AccountingLimits.toolTokens }
        prompt += Self.product(request.images, media.imageTokens)
        prompt += Self.product(request.files, media.fileTokens)
        prompt += Self.product(request.audios, media.audioTokens)
        prompt += Self.product(request.videos, media.videoTokens)
        promptTokens = min(prompt, context)
        let unlimited = contextLength == nil ? AccountingLimits.completionTokensUnknown : context
        let asked = min(request.maxTokens ?? Int.max, completionCap ?? Int.max)
        completionTokens =
            request.isRetrieval ? 0 : min(Self.bounded(asked == Int.max ? unlimited : asked), context)
        choices = max(1, Self.bounded(request.choices))
        images = Self.bounded(request.images)
        searches = Self.bounded(request.searches)
        requests = Self.bounded(request.requests)
        self.contextLength = context
    }

    /// What the request can cost at most, rounded up.
    ///
    /// - Parameter unixSeconds: when the request arrived, as for its charge.
    package func credits(_ sheet: borrowing PriceSheet, at unixSeconds: Int64) -> Credits {
        var most: Int128 = 0
        forEachRegime(sheet, at: unixSeconds) { regime, prompt in
            most = max(most, cost(regime, prompt))
        }
        let (payable, unitsPerNano) = Self.scale(sheet.discount)
        let nanos = (most * payable + unitsPerNano - 1) / unitsPerNano
        return Credits(nanos: Int64(exactly: nanos) ?? Int64.max)
    }

    /// How many tokens each completion may have so that the request fits into so much money, for a caller who is told
    /// to ask for fewer; nil where not even the prompt fits.
    package func affordableCompletionTokens(
        _ credits: Credits, _ sheet: borrowing PriceSheet, at unixSeconds: Int64
    ) -> Int? {
        let (payable, unitsPerNano) = Self.scale(sheet.discount)
        // Below a payable of one millionth everything is free.
        guard credits >= .zero else { return nil }
        if payable == 0 { return completionTokens }
        let picos = Int128(credits.nanos) * unitsPerNano / payable
        var least: Int128? = Int128(completionTokens)
        forEachRegime(sheet, at: unixSeconds) { regime, prompt in
            let rest = picos - promptCost(regime, prompt)
            if rest < 0 {
                least = nil
            } else if regime.completion > 0, let tokens = least {
                least = min(tokens, rest / (Int128(regime.completion) * Int128(choices)))
            }
        }
        return least.map { Int($0) }
    }

    /// Calls with the prices that hold for every prompt up to `promptTokens`, and the longest prompt for which they do:
    /// overrides by prompt length part the lengths into ranges, each up to one's `min_prompt_tokens`.
    @inline(__always)
    private func forEachRegime(
        _ sheet: borrowing PriceSheet, at unixSeconds: Int64, _ body: (DearestPrices, Int) -> Void
    ) {
        if sheet.overrides.isEmpty {
            body(DearestPrices(sheet.rates), promptTokens)
        } else {
            forEachOverriddenRegime(sheet, at: unixSeconds, body)
        }
    }

    @inline(never)
    private func forEachOverriddenRegime(
        _ sheet: borrowing PriceSheet, at unixSeconds: Int64, _ body: (DearestPrices, Int) -> Void
    ) {
        if sheet.overrides.count > AccountingLimits.exactOverridesMax {
            // Whatever holds for a shorter prompt holds for the longest one too: the dearest of all of them.
            var dearest = DearestPrices(sheet.rates)
            for override in sheet.overrides
            where override.condition.holds(promptTokens: promptTokens, at: unixSeconds) {
                dearest.raise(to: DearestPrices(override.rates))
            }
            return body(dearest, promptTokens)
        }
        body(DearestPrices(sheet.rates(promptTokens: promptTokens, at: unixSeconds)), promptTokens)
        for override in sheet.overrides {
            guard let length = override.condition.minPromptTokens, (0..<promptTokens).contains(length) else { continue }
            body(DearestPrices(sheet.rates(promptTokens: length, at: unixSeconds)), length)
        }
    }

    /// The dearest that fits the context: either the longest prompt with what it leaves, or the longest completion with
    /// what that leaves. Between the two the cost is linear.
    @inline(__always)
    private func cost(_ prices: DearestPrices, _ prompt: Int) -> Int128 {
        let behindPrompt = min(completionTokens, contextLength - prompt)
        let longPrompt = promptCost(prices, prompt) + completionCost(prices, behindPrompt)
        if behindPrompt == completionTokens { return longPrompt }
        let shortPrompt = promptCost(prices, min(prompt, contextLength - completionTokens))
        return max(longPrompt, shortPrompt + completionCost(prices, completionTokens))
    }

    @inline(__always)
    private func promptCost(_ prices: DearestPrices, _ tokens: Int) -> Int128 {
        Int128(requests) * Int128(prices.request) + Int128(tokens) * Int128(prices.prompt)
            + Int128(images) * Int128(prices.image) + Int128(searches) * Int128(prices.webSearch)
    }

    @inline(__always)
    private func completionCost(_ prices: DearestPrices, _ tokens: Int) -> Int128 {
        let total = Self.product(tokens, choices)
        return Int128(total) * Int128(prices.completion)
    }

    /// Factors such that picos times the first, divided by the second, are nano-dollars.
    private static func scale(_ discount: Discount) -> (payable: Int128, unitsPerNano: Int128) {
        discount == .none ? (1, 1000) : (Int128(discount.payable), 1_000_000_000)
    }

    private static func bounded(_ count: Int) -> Int { max(0, min(count, AccountingLimits.countMax)) }

    private static func product(_ left: Int, _ right: Int) -> Int {
        let (product, overflow) = bounded(left).multipliedReportingOverflow(by: bounded(right))
        return overflow ? AccountingLimits.countMax : min(product, AccountingLimits.countMax)
    }
}

/// The dearest price of each side. A component without a price of its own is stored as zero and costs what the side's
/// plain price is, which is among those compared.
private struct DearestPrices {
    var prompt: Int64
    var completion: Int64
    var request: Int64
    var image: Int64
    var webSearch: Int64

    @inline(__always)
    init(_ rates: borrowing PriceRates) {
        prompt = rates.dearestPromptPicos
        completion = rates.dearestCompletionPicos
        request = rates.picos(.request)
        image = rates.picos(.image)
        webSearch = rates.picos(.webSearch)
    }

    mutating func raise(to other: DearestPrices) {
        prompt = max(prompt, other.prompt)
        completion = max(completion, other.completion)
        request = max(request, other.request)
        image = max(image, other.image)
        webSearch = max(webSearch, other.webSearch)
    }
}
