package import Catalog
import Synchronization

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
            knownProviders[health.endpoint.keyOwner] = health.provider
        }
        var providers: [String: ProviderHealth] = [:]
        endpoints = catalog.endpoints.map { endpoint in
            let owner = endpoint.keyOwner
            // The very same endpoint goes on, with what runs there, when only callers' own keys have changed.
            if let same = known[endpoint.identity], same.endpoint === endpoint {
                providers[owner] = same.provider
                return same
            }
            let provider =
                providers[owner] ?? ProviderHealth(endpoint.provider, previous: knownProviders[owner])
            providers[owner] = provider
            return EndpointHealth(endpoint, provider: provider, previous: known[endpoint.identity])
        }
    }

    package subscript(_ endpoint: Endpoint) -> EndpointHealth { endpoints[endpoint.index] }

    /// `EndpointHealth.calmReading`, by the number of the endpoint.
    @inline(__always)
    func calmReading(of index: Int, nowMs: UInt64) -> CalmReading? { endpoints[index].calmReading(nowMs: nowMs) }

    // MARK: Across restarts

    /// What was seen since the last call, by the identity of the endpoint, as bytes to store.
    package func news(nowMs: UInt64) -> [(endpointID: String, state: [UInt8])] {
        endpoints.compactMap { health in
            guard let seen = health.seen, seen.hasNews.exchange(false, ordering: .relaxed) else { return nil }
            return (health.endpoint.identity, HealthCodec.encode(seen, nowMs: nowMs))
        }
    }

    /// Takes over stored states; unknown endpoints and bytes that are no state are passed over.
    /// - Parameter states: each with the time that has passed since it was stored.
    package func restore(_ states: [(endpointID: String, ageMs: UInt64, state: [UInt8])], nowMs: UInt64) {
        var known: [String: EndpointHealth] = [:]
        for health in endpoints { known[health.endpoint.identity] = health }
        for state in states {
            guard let health = known[state.endpointID],
                let record = HealthCodec.decode(state.state, ageMs: state.ageMs, nowMs: nowMs)
            else { continue }
            health.restore(record)
        }
    }

    /// Every endpoint, in the catalogue's order.
    package var all: [EndpointHealth] { endpoints }
}

extension Endpoint {
    /// Whose keys it is asked with: what one key has done to it says nothing about endpoints of another owner.
    fileprivate var keyOwner: String {
        credential.map { "\(provider.slug)!\($0.id)" } ?? provider.slug
    }
}
