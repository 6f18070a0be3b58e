import Catalog
import Completions

/// Puts the endpoints that may serve a request in the order in which they are tried.
///
/// In this sequence, an earlier one weighing more than all later ones: whether the endpoint is in service (cooling,
/// open and disabled ones come last, and are still there: a wrong signal cannot take a model offline); the caller's
/// `order`; being a provider and not another router; the operator's `order`; the service tier; uptime; the last 30
/// seconds; the caller's cutoffs; how its throughput compares with its siblings'; and then the sort: by price unless the
/// caller says otherwise.
/// Unless the caller fixed the order, the first is drawn from those that lead equally, weighted by the inverse square of
/// the price, so that the cheap get most and the others enough to be known. Source: spec 5.2.
struct EndpointRanking {
    private var ranked: RankedPlaces
    private let isPrimaryOnly: Bool
    private let price: ExpectedPrice
    private let request: CompletionRequest
    private let orderCount: Int
    private let hasCutoffs: Bool
    /// Whether readings must have times and throughputs.
    let comparesSpeeds: Bool
    private let random: UInt64
    private let sticky: UInt32?
    /// Whether the request is one of the few that may look how an endpoint is that nobody asks.
    var looks: Bool

    init(_ request: CompletionRequest, _ variant: ModelVariant, _ tokens: PromptTokens, _ context: RouteContext) {
        let hasOrder = !request.provider.order.isEmpty
        ranked = RankedPlaces(RankingPolicy(request, variant, context.algorithm))
        isPrimaryOnly = !request.provider.allowsFallbacks && !hasOrder
        price = ExpectedPrice(request, tokens, unixSeconds: context.unixSeconds)
        self.request = request
        orderCount = request.provider.order.count
        hasCutoffs = request.provider.preferredMinThroughput != nil || request.provider.preferredMaxLatency != nil
        let policy = ranked.policy
        comparesSpeeds =
            policy.usesQuality || hasCutoffs || policy.order == .throughput || policy.order == .latency
        random = context.random
        sticky = hasOrder ? nil : context.sticky
        looks =
            ranked.policy.order == .adaptive && context.mayLook && context.random % RoutingLimits.requestsPerLook == 1
            && !hasOrder
            && sticky == nil && request.provider.allowsFallbacks
    }

    var policy: RankingPolicy { ranked.policy }
    /// Whether a `CalmReading` says all that is needed of an endpoint.
    var ranksPlainly: Bool { !comparesSpeeds && !looks }
    var completionTokens: Int { price.completionTokens }

    /// Makes room for so many endpoints.
    mutating func reserve(_ count: Int) { ranked.reserve(count) }

    /// Adds an endpoint of no tier that the caller did not name and that nothing is held against.
    @inline(__always)
    mutating func add(
        _ outline: EndpointOutline, of model: Model, _ index: Int, at position: Int, _ reading: CalmReading
    ) {
        var standing = Standing()
        if reading.isSampled { standing = .sampled }
        if outline.isLastResort { standing.insert(.otherRouter) }
        let picos =
            if let prices = outline.comparedPrices {
                price.picos(prices)
            } else {
                price.picos(at: model.endpoint(at: position))
            }
        let place = RankedPlaces.Place(
            standing: standing, model: UInt16(truncatingIfNeeded: index),
            endpoint: UInt16(truncatingIfNeeded: position), rank: UInt8(clamping: orderCount), picos: picos,
            weight: outline.weight, health: reading.sketch, toolCalls: ToolCallRate(reading.toolCalls))
        ranked.add(
            place,
            group: RankedPlaces.group(
                standing, rank: orderCount, order: outline.order, isAdaptive: policy.order == .adaptive),
            key: RankedPlaces.key(
                policy.order, picos: Double(Float(picos)), expectedSuccess: reading.sketch.expectedSuccess,
                throughput: nil, ttftMs: nil))
    }

    /// - Parameters:
    ///   - model: the position of the endpoint's model in the list that `finish` is given.
    ///   - position: that of the endpoint in its model.
    ///   - isSlowerTier: puts it behind the fastest tier, which is asked for, as if the caller's order named that.
    ///   - isLook: puts it before those that are as good, so that it is known how it is.
    mutating func add(
        _ endpoint: Endpoint, model: Int, position: Int, _ reading: HealthReading, rank: Int?, isPreferredTier: Bool,
        isSlowerTier: Bool = false, isLook: Bool = false
    ) {
        var standing = Self.standing(reading)
        if rank != nil { standing.insert(.ordered) }
        if isPreferredTier { standing.insert(.preferredTier) }
        if hasCutoffs, missesCutoff(reading) { standing.insert(.missesCutoff) }
        if endpoint.provider.isLastResort { standing.insert(.otherRouter) }
        let picos = price.picos(at: endpoint)
        // As precise as decisions keep them, so that a stored one is put in the very same order.
        let throughput = HealthSketch.kept(reading.throughput?.p50)
        let key =
            isLook
            ? RankedPlaces.lookKey
            : RankedPlaces.key(
                policy.order, picos: Double(Float(picos)), expectedSuccess: reading.expectedSuccess,
                throughput: throughput, ttftMs: HealthSketch.kept(reading.ttftMs?.p50))
        let rank = rank ?? orderCount + (isSlowerTier ? 1 : 0)
        let group = RankedPlaces.group(
            standing, rank: rank, order: endpoint.order, isAdaptive: policy.order == .adaptive)
        // After the group: it is not held against it.
        if isLook { standing.formUnion(.look) }
        let place = RankedPlaces.Place(
            standing: standing, model: UInt16(truncatingIfNeeded: model),
            endpoint: UInt16(truncatingIfNeeded: position), rank: UInt8(clamping: rank), picos: picos,
            weight: endpoint.weight, health: reading.sketch, toolCalls: ToolCallRate(reading.toolCalls))
        ranked.add(place, group: group, key: key, throughput: throughput)
    }

    /// Appends what was added to the plan, in order.
    ///
    /// - Parameter hasPrimary: whether the plan has the one endpoint that may be tried, where only one may.
    mutating func finish(_ models: ModelList, hasPrimary: Bool = false, into plan: inout RoutePlan) {
        if ranked.count == 0 { return }
        ranked.rank(random: random)
        if let sticky {
            let index = (0..<ranked.count).first { index in
                let place = ranked[index]
                return models[Int(place.model)].model.endpoint(at: Int(place.endpoint)).identityHash == sticky
            }
            if let index { ranked.promote(index) }
        }
        plan.reserve(isPrimaryOnly ? 1 : ranked.count)
        for index in 0..<ranked.count {
            let place = ranked[index]
            let resolved = models[Int(place.model)]
            if isPrimaryOnly, index > 0 || hasPrimary {
                plan.reject(resolved.model, resolved.model.endpoint(at: Int(place.endpoint)), .fallbacksForbidden)
            } else {
                plan.append(
                    Candidate(
                        model: resolved.model, endpoint: resolved.model.endpoint(at: Int(place.endpoint)),
                        expectedPicos: place.picos, share: place.share, standing: place.standing,
                        variant: resolved.variant, rank: place.rank, health: place.health,
                        toolCalls: place.toolCalls))
            }
        }
    }

    // MARK: Standing

    private static func standing(_ reading: HealthReading) -> Standing {
        var standing = Standing()
        switch reading.availability {
        case .available, .exhausted: break
        case .probing: standing.insert(.probe)
        case .cooling: standing.insert(.cooling)
        case .open: standing.insert(.open)
        case .disabled: standing.insert(.disabled)
        }
        switch reading.uptime {
        case .normal: break
        case .low: standing.insert(.lowUptime)
        case .lastResort: standing.insert(.lastResort)
        }
        if reading.hadRecentOutage { standing.insert(.recentOutage) }
        if reading.requests >= RoutingLimits.qualitySamples { standing.insert(.sampled) }
        return standing
    }

    /// Whether a cutoff of the caller is known to be missed; nothing is held against an endpoint without samples.
    ///
    /// All that are given must hold: "All specified cutoffs must be met for an endpoint to be preferred" (OpenRouter's
    /// `PercentileThroughputCutoffs`), the throughput at least and the latency at most.
    private func missesCutoff(_ reading: HealthReading) -> Bool {
        if let least = request.provider.preferredMinThroughput, let have = reading.throughput {
            if Self.isAny(of: have, beyond: least, by: { $0 < $1 }) { return true }
        }
        if let most = request.provider.preferredMaxLatency, let have = reading.ttftMs {
            if Self.isAny(of: have, beyond: most, by: { $0 > $1 * 1000 }) { return true }
        }
        return false
    }

    private static func isAny(
        of have: HealthReading.Percentiles, beyond cutoffs: ProviderPreferences.PercentileCutoffs,
        by isBeyond: (Double, Double) -> Bool
    ) -> Bool {
        func fails(_ value: Double, _ cutoff: Double?) -> Bool { cutoff.map { isBeyond(value, $0) } ?? false }
        return fails(have.p50, cutoffs.p50) || fails(have.p75, cutoffs.p75) || fails(have.p90, cutoffs.p90)
            || fails(have.p99, cutoffs.p99)
    }
}
