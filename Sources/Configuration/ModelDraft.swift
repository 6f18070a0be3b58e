import Accounting
import Catalog

/// A model as a file describes it, before its endpoints have found their providers.
struct ModelDraft {
    struct EndpointDraft {
        var line: Int
        var provider: String
        var upstreamModel: String
        var tag: String?
        var contextLength: Int?
        var maxCompletionTokens: Int?
        var quantization: Endpoint.Quantization?
        var parameters: SupportedParameters?
        var pricing: PriceSheet?
        var timeouts = EndpointTimeouts()
        var weight = 1
    }

    var line: Int
    var facts: Model.Facts
    var parameters: SupportedParameters?
    var endpoints: [EndpointDraft] = []
}
