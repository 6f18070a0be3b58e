package import Access
import Catalog
package import Routing

/// The catalogue as one caller sees it at one moment.
package struct CatalogueView {
    package let index: CatalogueIndex
    /// For the age of models.
    package let unixSeconds: Int64
    /// What was seen of the endpoints; nil where nobody looks.
    package var health: HealthTable?
    /// The loop's clock, which the health windows go by.
    package var nowMs: UInt64
    /// Whether the caller has a key: others are not told how fast endpoints are.
    package var showsPerformance = false
    /// Whose models are shown; nil for everybody's.
    package var principal: Principal?
    /// Tokens of the last seven days, by the model's slug.
    package var popularity: [String: Int] = [:]

    package init(_ index: CatalogueIndex, unixSeconds: Int64, health: HealthTable? = nil, nowMs: UInt64 = 0) {
        self.index = index
        self.unixSeconds = unixSeconds
        self.health = health
        self.nowMs = nowMs
    }

    /// The lines that this caller sees, at the prices that it would pay.
    var rows: [CatalogueRow] {
        guard let principal, principal.restrictsRoutes else { return index.rows }
        return index.rows.compactMap { row in
            guard row.model.shownEndpoints.contains(where: allows) else { return nil }
            return topEndpoint(of: row).map { row.priced(by: $0) } ?? row
        }
    }

    func allows(_ endpoint: Endpoint) -> Bool {
        principal?.allows(model: endpoint.modelSlug, provider: endpoint.provider.slug) ?? true
    }

    /// The endpoint whose price and limits stand for the model here; nil where it is the model's own.
    func topEndpoint(of row: CatalogueRow) -> Endpoint? {
        guard principal?.key.allowedProviders != nil, !allows(row.model.topEndpoint) else { return nil }
        return row.model.shownEndpoints.first { allows($0) }
    }

    /// What was seen of an endpoint; nil for one without history.
    func display(_ endpoint: Endpoint) -> HealthDisplay? {
        guard let health, endpoint.index >= 0 else { return nil }
        let seen = health[endpoint]
        return seen.hasHistory ? seen.display(nowMs: nowMs) : nil
    }

    /// The best medians of the last half hour over a model's endpoints, by the model's slug.
    func medians() -> (throughput: [String: Double], latencyMs: [String: Double]) {
        var throughput: [String: Double] = [:]
        var latency: [String: Double] = [:]
        for seen in health?.all ?? [] where seen.hasHistory {
            let display = seen.display(nowMs: nowMs)
            let slug = seen.endpoint.modelSlug
            if let speed = display.throughput?.p50 { throughput[slug] = max(throughput[slug] ?? 0, speed) }
            if let ttft = display.ttftMs?.p50 { latency[slug] = min(latency[slug] ?? .infinity, ttft) }
        }
        return (throughput, latency)
    }
}
