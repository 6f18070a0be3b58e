import Catalog
import Completions

/// Puts the endpoints that may serve a request in the order in which they are tried.
///
/// In this sequence, an earlier one weighing more than all later ones: whether the endpoint is in service (cooling,
/// open and disabled ones come last, and are still there: a wrong signal cannot take a model offline); the caller's
/// `order`; being a provider and not another router; the operator's `order`; the service tier; uptime; the last 30 seconds; the caller's
/// cutoffs; how its throughput compares with its siblings'; and then the sort: by price unless the caller says otherwise.
/// Unless the caller fixed the order, the first is drawn from those that lead equally, weighted by the inverse square of
/// the price, so that the cheap get most and the others enough to be known. Source: spec 5.2.
struct EndpointRanking {
    private enum Order {
        /// By expected price, the first drawn by weight.
        case balanced
        case price, throughput, latency, configured
    }

    /// One endpoint, by its position: what has no references is moved about for nothing.
    private struct Place {
        /// Smaller is better; of equal ones, `key` decides, then the configured order.
        var group: UInt32
        var standing: Standing
        let model: UInt16
        let endpoint: UInt16
        var share: Float = 0
        var key: Double
        let picos: Double
        let weight: Double
    }

    private let order: Order
    private let usesQuality: Bool
    private let isPrimaryOnly: Bool
    private let isAdaptive: Bool
    private let price: ExpectedPrice
    private let request: CompletionRequest
    private let orderCount: Int
    private let hasCutoffs: Bool
    private let random: UInt64
    private let sticky: UInt32?
    private var readings: [HealthReading] = []
    private var toolCalls = ToolCallQuality()
    private var places: [Place] = []

    init(_ request: CompletionRequest, _ variant: ModelVariant, _ tokens: PromptTokens, _ context: RouteContext) {
        let algorithm = context.algorithm
        let hasOrder = !request.provider.order.isEmpty
        let sort = request.provider.sort?.by ?? Self.sort(variant)
        switch sort {
        case .price, .adaptive: order = .price
        case .throughput: order = .throughput
        case .latency: order = .latency
        case .exacto: order = .price
        case nil:
            switch algorithm {
            case .default: order = hasOrder ? .price : .balanced
            case .adaptive: order = .price
            case .configured: order = .configured
            }
        }
        let asksForTools = request.fields.contains(.tools) && algorithm == .default && !hasOrder
        usesQuality = sort == .exacto || (sort == nil && asksForTools)
        toolCalls.prefersProven = sort == .exacto
        isAdaptive = sort == .adaptive || (sort == nil && algorithm == .adaptive)
        isPrimaryOnly = !request.provider.allowsFallbacks && !hasOrder
        price = ExpectedPrice(request, tokens, unixSeconds: context.unixSeconds)
        self.request = request
        orderCount = request.provider.order.count
        hasCutoffs = request.provider.preferredMinThroughput != nil || request.provider.preferredMaxLatency != nil
        random = context.random
        sticky = hasOrder ? nil : context.sticky
    }

    /// Whether readings must have times and throughputs.
    var comparesSpeeds: Bool { usesQuality || hasCutoffs || order == .throughput || order == .latency }

    /// Makes room for so many endpoints.
    mutating func reserve(_ count: Int) { places.reserveCapacity(places.count + count) }

    private static func sort(_ variant: ModelVariant) -> ProviderPreferences.Sort.Order? {
        if variant.contains(.nitro) { return .throughput }
        if variant.contains(.floor) { return .price }
        return variant.contains(.exacto) ? .exacto : nil
    }

    /// - Parameters:
    ///   - model: the position of the endpoint's model in the list that `finish` is given.
    ///   - position: that of the endpoint in its model.
    mutating func add(
        _ endpoint: Endpoint, model: Int, position: Int, _ reading: HealthReading, rank: Int?, isPreferredTier: Bool
    ) {
        var standing = Self.standing(reading)
        if rank != nil { standing.insert(.ordered) }
        if isPreferredTier { standing.insert(.preferredTier) }
        if hasCutoffs, missesCutoff(reading) { standing.insert(.missesCutoff) }
        let picos = price.picos(at: endpoint)
        // Failures are in the price for `adaptive`; only who must not be asked now is behind the others.
        let weighed = isAdaptive ? standing.subtracting(.failing) : standing
        var group = Self.group(weighed, rank: rank ?? orderCount) | UInt32(endpoint.order) << 7
        // Another router is asked when no provider of the model is left, whatever it charges.
        if endpoint.provider.isLastResort { group |= 1 << 12 }
        places.append(
            Place(
                group: group, standing: standing,
                model: UInt16(truncatingIfNeeded: model), endpoint: UInt16(truncatingIfNeeded: position),
                key: key(picos, reading), picos: picos, weight: endpoint.weight))
        if usesQuality {
            readings.append(reading)
            toolCalls.counts.append(reading.toolCalls)
        }
    }

    /// Appends what was added to the plan, in order.
    mutating func finish(_ models: ModelList, into plan: inout RoutePlan) {
        if places.isEmpty { return }
        if usesQuality {
            compareQuality()
            compareToolCalls()
        }
        sortPlaces()
        if order == .balanced {
            balance(places.prefix { $0.group == places[0].group }.count)
        } else {
            places[0].share = 1
        }
        if let sticky { promote(sticky, models) }
        plan.reserve(places.count)
        for (index, place) in places.enumerated() {
            let (model, variant) = (models[Int(place.model)].model, models[Int(place.model)].variant)
            let endpoint = model.endpoints[Int(place.endpoint)]
            if isPrimaryOnly, index > 0 {
                plan.reject(model, endpoint, .fallbacksForbidden)
            } else {
                plan.append(
                    Candidate(
                        model: model, endpoint: endpoint, expectedPicos: place.picos, share: place.share,
                        standing: place.standing, variant: variant))
            }
        }
    }

    // MARK: Groups

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
        return standing
    }

    /// One number for everything that weighs more than the sort: the more significant, the further left.
    private static func group(_ standing: Standing, rank: Int) -> UInt32 {
        let service: UInt32 =
            standing.contains(.disabled) ? 3 : standing.contains(.open) ? 2 : standing.contains(.cooling) ? 1 : 0
        let uptime: UInt32 = standing.contains(.lastResort) ? 2 : standing.contains(.lowUptime) ? 1 : 0
        var group = service << 28 | UInt32(min(rank, 0x7FFF)) << 13
        if !standing.contains(.preferredTier) { group |= 1 << 6 }
        group |= uptime << 4
        if standing.contains(.recentOutage) { group |= 1 << 3 }
        if standing.contains(.missesCutoff) { group |= 1 << 2 }
        return group | (standing.contains(.deprioritised) ? 2 : standing.contains(.unproven) ? 1 : 0)
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

    // MARK: Quality

    /// Compares throughputs with their median: what is far below goes behind, what has too few samples in between.
    /// Source: spec 22.3.
    private mutating func compareQuality() {
        let limits = RoutingLimits.self
        let known = readings.compactMap { reading in
            reading.requests >= limits.qualitySamples ? reading.throughput?.p50 : nil
        }
        if known.count < limits.qualitySiblings { return }
        let median = Self.median(known)
        let deviation = limits.madToSigma * Self.median(known.map { ($0 - median).magnitude })
        let cut = median - limits.qualitySigmas * deviation
        // Not sorted yet: places and readings are in the same order.
        for (index, reading) in readings.enumerated() {
            if let throughput = reading.throughput?.p50, reading.requests >= limits.qualitySamples {
                if throughput >= cut { continue }
                places[index].standing.insert(.deprioritised)
                places[index].group |= 2
            } else {
                places[index].standing.insert(.unproven)
                places[index].group |= 1
            }
        }
    }

    /// Puts who breaks calls of tools behind. The places are not sorted yet.
    private mutating func compareToolCalls() {
        for (index, standing) in toolCalls.standings.enumerated() where !standing.isEmpty {
            places[index].standing.insert(standing)
            places[index].group |= standing == .unproven ? 1 : 2
        }
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    // MARK: Sorting

    private func key(_ picos: Double, _ reading: HealthReading) -> Double {
        switch order {
        case .price where isAdaptive: picos * Self.failureFactor(reading.expectedSuccess)
        case .balanced, .price: picos
        case .throughput: reading.throughput.map { -$0.p50 } ?? .infinity
        case .latency: reading.ttftMs?.p50 ?? .infinity
        case .configured: 0
        }
    }

    /// What failures add to a price: each answer comes with so many failed attempts, and each of them counts as a small
    /// part of an answer. They are not charged, so that a cheap endpoint is worth trying for as long as it answers some.
    private static func failureFactor(_ success: Double) -> Double {
        if success >= 1 { return 1 }
        let success = max(success, RoutingLimits.successRateFloor)
        return 1 + RoutingLimits.failurePrice * (1 - success) / success
    }

    /// Insertion sort: there are few, and they mostly come in order.
    private mutating func sortPlaces() {
        for index in places.indices.dropFirst() {
            let place = places[index]
            var hole = index
            while hole > 0, Self.isBefore(place, places[hole - 1]) {
                places[hole] = places[hole - 1]
                hole -= 1
            }
            places[hole] = place
        }
    }

    private static func isBefore(_ left: Place, _ right: Place) -> Bool {
        if left.group != right.group { return left.group < right.group }
        if left.key != right.key { return left.key < right.key }
        return (left.model, left.endpoint) < (right.model, right.endpoint)
    }

    /// Draws the first from the leaders, weighted by the inverse square of the price; what is free leaves nothing to
    /// the others.
    private mutating func balance(_ leaders: Int) {
        // They are sorted by price, so the first is free if any is.
        let cheapest = places[0].key
        func weight(_ place: Place) -> Double {
            if cheapest <= 0 { return place.key <= 0 ? place.weight : 0 }
            // Relative to the cheapest, so that nothing overflows.
            let relative = cheapest / place.key
            return place.weight * relative * relative
        }
        var total = 0.0
        for index in 0..<leaders { total += weight(places[index]) }
        if total <= 0 { return }
        var rest = Double(random >> 11) * 0x1p-53 * total
        var chosen: Int?
        for index in 0..<leaders {
            let share = weight(places[index])
            places[index].share = Float(share / total)
            if chosen == nil, share > 0 {
                if rest < share { chosen = index }
                rest -= share
            }
        }
        moveToFront(chosen ?? 0)
    }

    private mutating func moveToFront(_ index: Int) {
        if index == 0 { return }
        let place = places.remove(at: index)
        places.insert(place, at: 0)
    }

    /// Tries the endpoint whose cache has the conversation first, as long as nothing is wrong with it.
    private mutating func promote(_ hash: UInt32, _ models: ModelList) {
        let unfit: Standing = [.cooling, .open, .disabled, .lowUptime, .lastResort, .recentOutage]
        let index = places.firstIndex { place in
            models[Int(place.model)].model.endpoints[Int(place.endpoint)].identityHash == hash
        }
        guard let index, places[index].standing.isDisjoint(with: unfit) else { return }
        places[index].standing.insert(.sticky)
        moveToFront(index)
    }
}
