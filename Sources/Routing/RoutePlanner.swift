import Catalog
package import Completions

/// Decides which endpoints may serve a request, and in which order they are tried.
///
/// Signals: what the request needs (size, kinds of content, parameters), what the caller prefers (`provider`), and
/// which endpoints are cooling down. Hard filters drop an endpoint and say why. What remains keeps the configured
/// order, after the caller's own `order`; cooling endpoints go behind their siblings of the same model, since they
/// are likely to fail and still better than nothing. Models keep the caller's order: a fallback model is a
/// different answer, so it is not chosen for speed.
///
/// Sizes are compared by lower bounds: an endpoint is dropped only when the request cannot fit. When the guess was
/// too kind, the endpoint says so itself and the attempt loop moves to a larger one.
///
/// Left out on purpose: prices, latency, weights and random spread. They belong to the scored planner, which takes
/// the same inputs; `random` is in the signature for it.
package enum RoutePlanner {
    package static func plan(
        _ request: CompletionRequest, models: ModelList, health: HealthTable, nowMs: UInt64, random: UInt64 = 0
    ) -> RoutePlan {
        let filter = EndpointFilter.make(for: request)
        var plan = RoutePlan()
        for index in 0..<models.count {
            let model = models[index]
            if model.endpoints.count == 1 {
                let endpoint = model.endpoints[0]
                if let reason = filter.rejection(of: endpoint, for: request) {
                    plan.reject(model, endpoint, reason)
                } else if !request.provider.allowsFallbacks, !request.provider.order.isEmpty,
                    EndpointName.position(of: endpoint, in: request.provider.order) == nil
                {
                    plan.reject(model, endpoint, .fallbacksForbidden)
                } else {
                    plan.append(Candidate(model: model, endpoint: endpoint))
                }
            } else {
                planSeveral(request, filter: filter, model: model, health: health, nowMs: nowMs, into: &plan)
            }
        }
        return plan
    }

    private struct Ranked {
        let endpoint: Endpoint
        /// Position in the caller's `order`; behind all of them when not in it.
        let rank: Int
        let isCooling: Bool
    }

    private static func planSeveral(
        _ request: CompletionRequest, filter: EndpointFilter, model: Model, health: HealthTable, nowMs: UInt64,
        into plan: inout RoutePlan
    ) {
        let order = request.provider.order
        var ranked: [Ranked] = []
        ranked.reserveCapacity(model.endpoints.count)
        for endpoint in model.endpoints {
            if let reason = filter.rejection(of: endpoint, for: request) {
                plan.reject(model, endpoint, reason)
                continue
            }
            let position = order.isEmpty ? 0 : EndpointName.position(of: endpoint, in: order)
            if position == nil, !request.provider.allowsFallbacks {
                plan.reject(model, endpoint, .fallbacksForbidden)
                continue
            }
            let isCooling = !health[endpoint].reading(nowMs: nowMs).isUsable
            let entry = Ranked(endpoint: endpoint, rank: position ?? order.count, isCooling: isCooling)
            ranked.insert(entry, at: insertionPoint(of: entry, in: ranked))
        }
        // Without an `order`, no fallbacks means the primary alone.
        let isPrimaryOnly = !request.provider.allowsFallbacks && order.isEmpty
        for (index, entry) in ranked.enumerated() {
            if isPrimaryOnly, index > 0 {
                plan.reject(model, entry.endpoint, .fallbacksForbidden)
            } else {
                plan.append(Candidate(model: model, endpoint: entry.endpoint))
            }
        }
    }

    /// Keeps endpoints of equal rank in the configured order.
    private static func insertionPoint(of entry: Ranked, in ranked: [Ranked]) -> Int {
        var index = ranked.count
        while index > 0, isBefore(entry, ranked[index - 1]) { index -= 1 }
        return index
    }

    private static func isBefore(_ left: Ranked, _ right: Ranked) -> Bool {
        if left.isCooling != right.isCooling { return right.isCooling }
        return left.rank < right.rank
    }
}
