/// A price per component in one flat block: looking one up is an indexed load.
package struct PriceRates: Sendable {
    private var picos = InlineArray<14, Int64>(repeating: 0)
    /// One bit per component that has a price of its own, be it zero.
    private var priced: UInt16 = 0
    /// Whether the price of a search is due once for a request that made any, as Google asks of Gemini before 3.
    package var searchesOnce = false

    package init() {}

    /// The price of a component; nil where the sheet has none.
    package subscript(_ component: PriceComponent) -> Price? {
        get {
            let index = Int(component.rawValue)
            return priced & (1 << UInt16(index)) == 0 ? nil : Price(picos: picos[index])
        }
        set {
            let index = Int(component.rawValue)
            if let newValue {
                priced |= 1 << UInt16(index)
                picos[index] = newValue.picos
            } else {
                priced &= ~(1 << UInt16(index))
                picos[index] = 0
            }
        }
    }

    /// Takes every price that `other` has.
    mutating func override(with other: PriceRates) {
        for component in PriceComponent.allCases {
            if let price = other[component] { self[component] = price }
        }
    }

    /// The price of `component`, or else of the components that it falls back to.
    @inline(__always)
    private func rate(_ component: PriceComponent, else fallback: Int64) -> Int64 {
        let index = Int(component.rawValue)
        return priced & (1 << UInt16(index)) == 0 ? fallback : picos[index]
    }

    /// What the prompt side of a generation costs in pico-dollars: tokens by their kind, images, searches, and the
    /// fee per request.
    func promptPicos(_ usage: TokenUsage) -> Int128 {
        let prompt = rate(.prompt, else: 0)
        var sum = product(max(1, usage.searchUnits), rate(.request, else: 0))
        guard usage.hasPromptDetails else { return sum &+ product(usage.prompt, prompt) }
        var left = min(usage.prompt, AccountingLimits.countMax)
        let read = rate(.inputCacheRead, else: prompt)
        let write = rate(.inputCacheWrite, else: prompt)
        // A part larger than what is left of the whole is a provider's mistake; it must not be paid for.
        let cachedAudio = take(usage.cachedAudio, from: &left)
        sum &+= product(cachedAudio, rate(.inputAudioCache, else: read))
        sum &+= product(take(usage.cached - cachedAudio, from: &left), read)
        sum &+= product(take(usage.cacheWrite1h, from: &left), rate(.inputCacheWrite1h, else: write))
        sum &+= product(take(usage.cacheWrite5m, from: &left), write)
        sum &+= product(take(usage.audioPrompt - cachedAudio, from: &left), rate(.audio, else: prompt))
        sum &+= product(take(usage.imagePrompt, from: &left), rate(.imageToken, else: prompt))
        sum &+= product(left, prompt)
        sum &+= product(usage.images, rate(.image, else: 0))
        sum &+= product(searchesOnce ? min(usage.webSearches, 1) : usage.webSearches, rate(.webSearch, else: 0))
        return sum
    }

    /// What the completion costs in pico-dollars.
    func completionPicos(_ usage: TokenUsage) -> Int128 {
        let completion = rate(.completion, else: 0)
        guard usage.hasCompletionDetails else { return product(usage.completion, completion) }
        var left = min(usage.completion, AccountingLimits.countMax)
        var sum = product(take(usage.reasoning, from: &left), rate(.internalReasoning, else: completion))
        sum &+= product(take(usage.audioCompletion, from: &left), rate(.audioOutput, else: completion))
        sum &+= product(take(usage.imageCompletion, from: &left), rate(.imageOutput, else: completion))
        return sum &+ product(left, completion)
    }

    /// The price of a component, zero where there is none.
    @inline(__always)
    func picos(_ component: PriceComponent) -> Int64 { picos[Int(component.rawValue)] }

    /// The most that a prompt token of any kind costs.
    @inline(__always)
    var dearestPromptPicos: Int64 {
        let cache = max(picos(.inputCacheRead), picos(.inputCacheWrite), picos(.inputCacheWrite1h))
        let media = max(picos(.imageToken), picos(.audio), picos(.inputAudioCache))
        return max(picos(.prompt), cache, media)
    }

    /// The most that a completion token of any kind costs.
    @inline(__always)
    var dearestCompletionPicos: Int64 {
        max(picos(.completion), picos(.internalReasoning), picos(.audioOutput), picos(.imageOutput))
    }

    @inline(__always)
    private func take(_ count: Int, from left: inout Int) -> Int {
        let taken = max(0, min(count, left))
        left -= taken
        return taken
    }

    /// Both factors are bounded (`AccountingLimits`), so that neither this nor a sum of these can overflow.
    @inline(__always)
    private func product(_ count: Int, _ price: Int64) -> Int128 {
        Int128(max(0, min(count, AccountingLimits.countMax))) &* Int128(price)
    }
}

extension PriceRates: Equatable {
    package static func == (left: PriceRates, right: PriceRates) -> Bool {
        left.searchesOnce == right.searchesOnce && PriceComponent.allCases.allSatisfy { left[$0] == right[$0] }
    }
}
