/// Endpoints that may serve a request, put in the order in which they are tried: the sorting, apart from where its
/// figures come from, so that a stored decision is sorted by the same rules as a live one.
struct RankedPlaces {
    /// One endpoint, by its position.
    struct Place {
        var standing: Standing
        let model: UInt16
        let endpoint: UInt16
        let rank: UInt8
        var share: Float = 0
        let picos: Double
        let weight: Double
        let health: HealthSketch
        let toolCalls: ToolCallRate
    }

    /// What a place is sorted by: small, because it is what is moved about.
    private struct Sorted {
        /// Smaller is better; of equal ones, `key` decides, then who was added first.
        var group: UInt32
        /// The position in `places`.
        let place: UInt32
        let key: Double
    }

    /// As they were added.
    private var places: [Place] = []
    private var sorted: [Sorted] = []
    /// Throughputs in the order of `places`, not a number where too little is known; only where quality counts.
    private var qualities: [Double] = []
    private var toolCalls = ToolCallQuality()
    let policy: RankingPolicy

    init(_ policy: RankingPolicy) {
        self.policy = policy
        toolCalls.prefersProven = policy.prefersProven
    }

    /// Makes room for so many more.
    mutating func reserve(_ count: Int) {
        places.reserveCapacity(places.count + count)
        sorted.reserveCapacity(sorted.count + count)
    }

    /// - Parameters:
    ///   - group: what `group` says, and `key` what `key` says.
    ///   - throughput: only where quality counts.
    @inline(__always)
    mutating func add(_ place: Place, group: UInt32, key: Double, throughput: Double? = nil) {
        sorted.append(Sorted(group: group, place: UInt32(truncatingIfNeeded: places.count), key: key))
        places.append(place)
        if policy.usesQuality {
            qualities.append(place.standing.contains(.sampled) ? throughput ?? .nan : .nan)
            toolCalls.rates.append(place.toolCalls)
        }
    }

    var count: Int { sorted.count }

    /// In the order of `rank`.
    subscript(_ index: Int) -> Place { places[Int(sorted[index].place)] }

    /// - Parameter random: chooses the first among those that lead equally.
    mutating func rank(random: UInt64) {
        if sorted.isEmpty { return }
        if policy.usesQuality {
            compareQuality()
            compareToolCalls()
        }
        sort()
        switch policy.order {
        case .balanced: balance(leaders { _ in true }, random)
        case .adaptive:
            // Replicas at one price, or at none, share what comes.
            let key = sorted[0].key
            let equals = leaders { $0 == key }
            if equals > 1 { balance(equals, random) } else { setShare(0, 1) }
        case .price, .throughput, .latency, .configured: setShare(0, 1)
        }
    }

    /// How many of the first group have keys like that, one behind the other.
    @inline(__always)
    private func leaders(_ isLike: (Double) -> Bool) -> Int {
        var count = 1
        while count < sorted.count, sorted[count].group == sorted[0].group, isLike(sorted[count].key) { count += 1 }
        return count
    }

    private mutating func setShare(_ index: Int, _ share: Float) { places[Int(sorted[index].place)].share = share }

    /// Puts one that has nothing wrong with it first.
    mutating func promote(_ index: Int) {
        let unfit: Standing = [.cooling, .open, .disabled, .lowUptime, .lastResort, .recentOutage]
        let place = Int(sorted[index].place)
        guard places[place].standing.isDisjoint(with: unfit) else { return }
        places[place].standing.insert(.sticky)
        moveToFront(index)
    }

    /// One number for everything that weighs more than the sort: the more significant, the further left.
    ///
    /// - Parameters:
    ///   - rank: the position in the caller's `order`; that behind its end for what is not in it.
    ///   - order: the operator's.
    ///   - isAdaptive: failures are in the price then; only who must not be asked now is behind the others.
    @inline(__always)
    static func group(_ standing: Standing, rank: Int, order: UInt8, isAdaptive: Bool) -> UInt32 {
        let standing = isAdaptive ? standing.subtracting(.failing) : standing
        let service: UInt32 =
            standing.contains(.disabled) ? 3 : standing.contains(.open) ? 2 : standing.contains(.cooling) ? 1 : 0
        let uptime: UInt32 = standing.contains(.lastResort) ? 2 : standing.contains(.lowUptime) ? 1 : 0
        var group = service << 28 | UInt32(min(rank, 0x7FFF)) << 13 | UInt32(order) << 7
        // Another router is asked when no provider of the model is left, whatever it charges.
        if standing.contains(.otherRouter) { group |= 1 << 12 }
        if !standing.contains(.preferredTier) { group |= 1 << 6 }
        group |= uptime << 4
        if standing.contains(.recentOutage) { group |= 1 << 3 }
        if standing.contains(.missesCutoff) { group |= 1 << 2 }
        return group | (standing.contains(.deprioritised) ? 2 : standing.contains(.unproven) ? 1 : 0)
    }

    /// Before every price.
    static let lookKey = -1.0

    /// What endpoints of one group are compared by; the smaller is tried first.
    @inline(__always)
    static func key(
        _ order: RankingOrder, picos: Double, expectedSuccess: Double, throughput: Double?, ttftMs: Double?
    ) -> Double {
        switch order {
        // Failures count at endpoints that cost nothing too, and never make one dearer than one that does.
        case .adaptive: max(picos, RoutingLimits.adaptivePicosMin) * failureFactor(expectedSuccess)
        case .balanced, .price: picos
        case .throughput: throughput.map { -$0 } ?? .infinity
        case .latency: ttftMs ?? .infinity
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

    // MARK: Quality

    /// Compares throughputs with their median: what is far below goes behind, what has too few samples in between.
    /// Source: spec 22.3.
    private mutating func compareQuality() {
        let limits = RoutingLimits.self
        let known = qualities.filter { !$0.isNaN }
        if known.count < limits.qualitySiblings { return }
        let median = Self.median(known)
        let deviation = limits.madToSigma * Self.median(known.map { ($0 - median).magnitude })
        let cut = median - limits.qualitySigmas * deviation
        // Not sorted yet: places and qualities are in the same order.
        for (index, throughput) in qualities.enumerated() {
            if throughput.isNaN {
                hold(.unproven, against: index)
            } else if throughput < cut {
                hold(.deprioritised, against: index)
            }
        }
    }

    /// Puts who breaks calls of tools behind. The places are not sorted yet.
    private mutating func compareToolCalls() {
        for (index, standing) in toolCalls.standings.enumerated() where !standing.isEmpty {
            hold(standing, against: index)
        }
    }

    private mutating func hold(_ standing: Standing, against index: Int) {
        places[index].standing.insert(standing)
        sorted[index].group |= standing == .unproven ? 1 : 2
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    // MARK: Sorting

    /// Insertion sort: there are few, and they mostly come in order. Who was added first stays first among equals.
    private mutating func sort() {
        for index in sorted.indices.dropFirst() where Self.isBefore(sorted[index], sorted[index - 1]) {
            let moved = sorted[index]
            var hole = index
            while hole > 0, Self.isBefore(moved, sorted[hole - 1]) {
                sorted[hole] = sorted[hole - 1]
                hole -= 1
            }
            sorted[hole] = moved
        }
    }

    @inline(__always)
    private static func isBefore(_ left: Sorted, _ right: Sorted) -> Bool {
        left.group == right.group ? left.key < right.key : left.group < right.group
    }

    /// Draws the first from the leaders, weighted by the inverse square of the price; what is free leaves nothing to
    /// the others.
    private mutating func balance(_ leaders: Int, _ random: UInt64) {
        // They are sorted by price, so the first is free if any is.
        let cheapest = sorted[0].key
        func weight(_ index: Int) -> Double {
            let (key, weight) = (sorted[index].key, places[Int(sorted[index].place)].weight)
            if cheapest <= 0 { return key <= 0 ? weight : 0 }
            // Relative to the cheapest, so that nothing overflows.
            let relative = cheapest / key
            return weight * relative * relative
        }
        var total = 0.0
        for index in 0..<leaders { total += weight(index) }
        if total <= 0 { return }
        var rest = Double(random >> 11) * 0x1p-53 * total
        var chosen: Int?
        for index in 0..<leaders {
            let share = weight(index)
            setShare(index, Float(share / total))
            if chosen == nil, share > 0 {
                if rest < share { chosen = index }
                rest -= share
            }
        }
        moveToFront(chosen ?? 0)
    }

    private mutating func moveToFront(_ index: Int) {
        let moved = sorted[index]
        var hole = index
        while hole > 0 {
            sorted[hole] = sorted[hole - 1]
            hole -= 1
        }
        sorted[0] = moved
    }
}
