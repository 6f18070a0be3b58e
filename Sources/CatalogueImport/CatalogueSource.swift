import JSONText

/// A collection of open data that the catalogue can be refreshed from.
package enum CatalogueSource: String, CaseIterable, Sendable {
    case litellm
    case modelsDev = "models.dev"
    case genaiPrices = "genai-prices"
    case openRouter = "openrouter"

    /// The endpoints that a file of this source describes, for the providers that `names` maps.
    /// - Parameters:
    ///   - names: our slugs by what the source calls a provider.
    ///   - today: `YYYY-MM-DD`, for sources that know prices before they hold.
    func endpoints(_ root: JSONValue, names: [String: String], today: String) -> [SourceEndpoint] {
        switch self {
        case .litellm: LitellmPrices.endpoints(root, names)
        case .modelsDev: ModelsDevFile.endpoints(root, names)
        case .genaiPrices: GenaiPricesFile.endpoints(root, names, today: today)
        case .openRouter: OpenRouterList.endpoints(root)
        }
    }

    /// Whether the source counts what a prompt may have where we count prompt and answer together.
    func givesPromptShare(of provider: String) -> Bool {
        self == .litellm && ["openai", "azure", "amazon-bedrock"].contains(provider)
    }
}

/// What a source says about one model at one provider.
struct SourceEndpoint {
    /// Our slug.
    let provider: String
    /// What the provider calls the model.
    let model: String
    /// Pico-dollars by the name of the component.
    var prices: [String: Int64] = [:]
    /// Prices of prompts with more tokens, by their number.
    var overrides: [Int: [String: Int64]] = [:]
    /// The same in other service tiers, by the tier's name.
    var tierOverrides: [String: [Int: [String: Int64]]] = [:]
    var contextLength: Int?
    var maxCompletionTokens: Int?
    /// `YYYY-MM-DD`
    var deprecationDate: String?
    var isDeprecated = false
    /// Only the Responses API has it.
    var isResponsesOnly = false
    /// What a list of models says about the model itself.
    var facts: FactRecord?

    init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    var isPriced: Bool { prices["prompt"] != nil && prices["completion"] != nil }
    var isFree: Bool { prices.values.allSatisfy { $0 == 0 } }

    /// Keeps the prices of a tier that differ from the usual.
    mutating func setOverride(above tokens: Int, _ tier: [String: Int64]) {
        let different = tier.filter { prices[$0.key] != $0.value }
        if !different.isEmpty { overrides[tokens] = different }
    }

    /// Cache reads and writes at no cost are how some sources say that they know no price.
    mutating func dropUnknowns() {
        guard prices["prompt"] ?? 0 > 0 else { return }
        for key in ["input_cache_read", "input_cache_write"] where prices[key] == 0 { prices[key] = nil }
        if prices["internal_reasoning"] == prices["completion"] { prices["internal_reasoning"] = nil }
    }
}

extension JSONValue {
    /// The member that is a price, in pico-dollars.
    func picos(_ key: StaticString, shift: Int = 0) -> Int64? {
        guard let value = self[key] else { return nil }
        return (value.numberText ?? value.string).flatMap { PriceText.picos($0, shift: shift) }
    }

    func tokens(_ key: StaticString) -> Int? { self[key]?.integer.map(Int.init) }
}
