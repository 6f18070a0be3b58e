import Accounting
import Catalog

/// A model as a file describes it, before its endpoints have found their providers.
struct ModelDraft {
    struct EndpointDraft {
        var line: Int
        var provider: String
        var upstreamModel: String
        var tag: String?
        /// What the endpoint is asked in, where that is not the provider's dialect.
        var dialect: ProviderDialect?
        var contextLength: Int?
        var maxCompletionTokens: Int?
        var quantization: Endpoint.Quantization?
        var parameters: SupportedParameters?
        var pricing: PriceSheet?
        var timeouts = EndpointTimeouts()
        var weight = 1
        var order = CatalogLimits.orderMax
        /// `YYYY-MM-DD`: the day on which the provider ends it.
        var deprecationDate: String?
        /// What the provider's other service tiers cost, by their names.
        var tiers: [String: PriceSheet] = [:]
        var limits = UsageLimits()

        /// The tiers that are endpoints of their own; a batch is no way to ask for a completion.
        var tierNames: [Endpoint.ServiceTier] { Endpoint.ServiceTier.allCases.filter { tiers[$0.rawValue] != nil } }

        /// What a tier costs: its own prices, and the usual ones where it has none.
        func pricing(of tier: Endpoint.ServiceTier?) -> PriceSheet {
            let usual = pricing ?? .free
            guard let tier, let own = tiers[tier.rawValue] else { return usual }
            return own.over(usual)
        }
    }

    var line: Int
    var facts: Model.Facts
    var parameters: SupportedParameters?
    var endpoints: [EndpointDraft] = []
}
