import Accounting
import Catalog
import Completions

@testable import Routing

/// Builds small catalogues for the tests of this module.
struct RoutingFixtures {
    struct Part {
        var provider: String
        var tag: String?
        var context: Int?
        var cap: Int?
        var parameters: [String]?
        var inputs: ModalitySet = .text
        var quantization: Endpoint.Quantization?
        var prompt = "0.000001"
        var completion = "0.000002"
        var policy = DataPolicy()

        init(_ provider: String, tag: String? = nil, context: Int? = nil, cap: Int? = nil) {
            self.provider = provider
            self.tag = tag
            self.context = context
            self.cap = cap
        }
    }

    static func catalog(_ models: [(slug: String, parts: [Part])], defaultModel: String? = nil) throws -> ModelCatalog {
        var providers: [ProviderEntry] = []
        var index = 0
        var built: [Model] = []
        for (slug, parts) in models {
            var endpoints: [Endpoint] = []
            for part in parts {
                let provider =
                    try providers.first { $0.slug == part.provider }
                    ?? ProviderEntry(
                        slug: part.provider, displayName: part.provider.capitalized,
                        baseURL: try BaseURL("http://127.0.0.1/v1"), policy: part.policy)
                if !providers.contains(where: { $0 === provider }) { providers.append(provider) }
                endpoints.append(
                    Endpoint(
                        index: index, provider: provider, modelSlug: slug, upstreamModel: slug, tag: part.tag,
                        contextLength: part.context, maxCompletionTokens: part.cap, quantization: part.quantization,
                        parameters: part.parameters.map { SupportedParameters(names: $0) },
                        inputModalities: part.inputs,
                        pricing: try PriceSheet(texts: [.prompt: part.prompt, .completion: part.completion])))
                index += 1
            }
            built.append(Model(Model.Facts(slug: slug), endpoints: endpoints))
        }
        return try ModelCatalog(providers: providers, models: built, defaultModel: defaultModel)
    }

    static func request(_ model: String? = "a/b", _ change: (inout CompletionRequest) -> Void = { _ in })
        -> CompletionRequest
    {
        var request = CompletionRequest(kind: .chat)
        request.model = model
        change(&request)
        return request
    }

    /// A plan in the configured order, unless `change` says otherwise.
    static func plan(
        _ catalog: ModelCatalog, _ request: CompletionRequest, health: HealthTable? = nil, nowMs: UInt64 = 1000,
        _ change: (inout RouteContext) -> Void = { _ in }
    ) throws -> RoutePlan {
        var context = RouteContext(health: health ?? HealthTable(catalog: catalog), nowMs: nowMs)
        context.algorithm = .configured
        change(&context)
        return RoutePlanner.plan(request, models: try ModelResolver.resolve(request, in: catalog), context: context)
    }

    static func tags(_ plan: RoutePlan) -> [String] {
        (0..<plan.count).map { plan[$0].endpoint.tag }
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
