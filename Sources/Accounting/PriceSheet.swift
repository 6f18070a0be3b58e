/// The prices of one endpoint: what is charged, and what `/models` shows.
package struct PriceSheet: Sendable, Equatable {
    /// Prices that replace the base ones while a condition holds.
    package struct Override: Sendable, Equatable {
        package let condition: PriceCondition
        package let quotes: [PriceComponent: PriceQuote]
        package let rates: PriceRates

        package init(condition: PriceCondition, quotes: [PriceComponent: PriceQuote]) {
            self.condition = condition
            self.quotes = quotes
            rates = PriceRates(quotes)
        }

        /// What is left of it without some components; nil for nothing.
        fileprivate func without(_ components: some Sequence<PriceComponent>) -> Override? {
            let kept = components.reduce(into: quotes) { $0[$1] = nil }
            return kept.isEmpty ? nil : Override(condition: condition, quotes: kept)
        }
    }

    /// The prices outside every override.
    package let rates: PriceRates
    /// In order: of several that hold, the later one wins for each component.
    package let overrides: [Override]
    package let discount: Discount
    private let quotes: [PriceComponent: PriceQuote]

    /// Everything at no cost.
    package static let free = PriceSheet(quotes: [.prompt: .free, .completion: .free])

    private init(quotes: [PriceComponent: PriceQuote]) {
        self.quotes = quotes
        rates = PriceRates(quotes)
        overrides = []
        discount = .none
    }

    /// A component that has no quote costs what it falls back to: parts of the prompt the prompt's price, parts of the
    /// completion the completion's, everything else nothing.
    ///
    /// - Parameter searchesOnce: whether the price of a search is due once for a request, however many it made.
    package init(
        quotes: [PriceComponent: PriceQuote], overrides: [Override] = [], discount: Discount = .none,
        searchesOnce: Bool = false
    ) throws(PriceError) {
        if overrides.count > AccountingLimits.overridesMax { throw .tooManyOverrides(overrides.count) }
        self.init(merging: quotes, overrides: overrides, discount: discount, searchesOnce: searchesOnce)
    }

    /// A sheet from decimal strings.
    package init(
        texts: [PriceComponent: String], overrides: [Override] = [], discount: Discount = .none,
        searchesOnce: Bool = false
    ) throws(PriceError) {
        var quotes: [PriceComponent: PriceQuote] = [:]
        for (component, text) in texts { quotes[component] = try PriceQuote(text) }
        try self.init(quotes: quotes, overrides: overrides, discount: discount, searchesOnce: searchesOnce)
    }

    /// This sheet, with the components it leaves open taken from `base`, for long prompts and at certain hours too. Of
    /// the components that it names all overrides are its own: what `base` changes is no price of this one.
    package func over(_ base: PriceSheet) -> PriceSheet {
        let taken = base.overrides.compactMap { $0.without(quotes.keys) }
        return PriceSheet(
            merging: quotes.merging(base.quotes) { own, _ in own }, overrides: taken + overrides,
            discount: discount == .none ? base.discount : discount,
            searchesOnce: (quotes[.webSearch] == nil ? base : self).rates.searchesOnce)
    }

    private init(
        merging quotes: [PriceComponent: PriceQuote], overrides: [Override], discount: Discount, searchesOnce: Bool
    ) {
        self.quotes = quotes
        var rates = PriceRates(quotes)
        rates.searchesOnce = searchesOnce
        self.rates = rates
        self.overrides = overrides
        self.discount = discount
    }

    /// What somebody wrote for a component.
    package func quote(_ component: PriceComponent) -> PriceQuote? { quotes[component] }

    /// Components whose text had more decimals than a price can hold, for the catalogue check.
    package var roundedComponents: [PriceComponent] {
        PriceComponent.allCases.filter { component in
            quotes[component]?.isRounded == true || overrides.contains { $0.quotes[component]?.isRounded == true }
        }
    }

    /// Whether every price is zero, at any time and for any prompt.
    package var isFree: Bool {
        PriceComponent.allCases.allSatisfy { component in
            rates[component]?.picos ?? 0 == 0
                && overrides.allSatisfy { $0.rates[component]?.picos ?? 0 == 0 }
        }
    }

    /// The prices that hold for a prompt of so many tokens at a moment.
    package func rates(promptTokens: Int, at unixSeconds: Int64) -> PriceRates {
        var effective = rates
        for override in overrides where override.condition.holds(promptTokens: promptTokens, at: unixSeconds) {
            effective.override(with: override.rates)
        }
        return effective
    }

    /// What a generation costs: products and sums are exact, then rounded half to even to nano-dollars once.
    ///
    /// - Parameter unixSeconds: when the request arrived, for prices that depend on the time of day.
    package func charge(for usage: TokenUsage, at unixSeconds: Int64) -> Charge {
        if overrides.isEmpty { return charge(usage, rates) }
        return charge(usage, rates(promptTokens: usage.prompt, at: unixSeconds))
    }

    private func charge(_ usage: TokenUsage, _ rates: borrowing PriceRates) -> Charge {
        let prompt = rates.promptPicos(usage)
        let completion = rates.completionPicos(usage)
        if discount == .none {
            return Charge(promptUnits: prompt, completionUnits: completion, unitsPerNano: 1000)
        }
        let payable = Int128(discount.payable)
        return Charge(
            promptUnits: prompt &* payable, completionUnits: completion &* payable, unitsPerNano: 1_000_000_000)
    }
}

extension PriceRates {
    fileprivate init(_ quotes: [PriceComponent: PriceQuote]) {
        self.init()
        for (component, quote) in quotes { self[component] = quote.price }
    }
}
