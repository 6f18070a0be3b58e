package import Catalog

/// The health of every endpoint of one catalogue. What was seen of an endpoint survives a reload by its identity.
package final class HealthTable: Sendable {
    private let endpoints: [EndpointHealth]
    /// For all models together, and for as long as the process lives.
    package let retries: RetryBudget

    package init(catalog: ModelCatalog, previous: HealthTable? = nil) {
        retries = previous?.retries ?? RetryBudget()
        var known: [String: EndpointHealth] = [:]
        var knownProviders: [String: ProviderHealth] = [:]
        for health in previous?.endpoints ?? [] {
            known[health.endpoint.identity] = health
            knownProviders[health.endpoint.provider.slug] = health.provider
        }
        var providers: [String: ProviderHealth] = [:]
        endpoints = catalog.endpoints.map { endpoint in
            let slug = endpoint.provider.slug
            let provider =
                providers[slug] ?? ProviderHealth(endpoint.provider, previous: knownProviders[slug])
            providers[slug] = provider
            return EndpointHealth(endpoint, provider: provider, previous: known[endpoint.identity])
        }
    }

    package subscript(_ endpoint: Endpoint) -> EndpointHealth { endpoints[endpoint.index] }

    /// Every endpoint, in the catalogue's order.
    package var all: [EndpointHealth] { endpoints }
}
