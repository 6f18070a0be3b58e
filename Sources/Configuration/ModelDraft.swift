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
    }

    var line: Int
    var facts: Model.Facts
    var parameters: SupportedParameters?
    var endpoints: [EndpointDraft] = []
}
