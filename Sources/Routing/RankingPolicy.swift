import Completions

/// What endpoints that are equally well are put in order by.
///
/// The raw values stand in stored decisions and are never given another meaning.
package enum RankingOrder: UInt8, CaseIterable, Sendable {
    /// By expected price, the first drawn by weight.
    case balanced = 0
    case price = 1
    /// By price, failures counted in.
    case adaptive = 2
    case throughput = 3
    case latency = 4
    case configured = 5

    package var name: StaticString {
        switch self {
        case .balanced: "default"
        case .price: "price"
        case .adaptive: "adaptive"
        case .throughput: "throughput"
        case .latency: "latency"
        case .configured: "configured"
        }
    }
}

/// How endpoints of one model are compared, once it is known which may serve.
package struct RankingPolicy: Sendable, Hashable {
    package var order: RankingOrder
    /// Whether endpoints go behind their siblings that are far slower or break more calls of tools.
    package var usesQuality: Bool

    package init(order: RankingOrder, usesQuality: Bool = false) {
        self.order = order
        self.usesQuality = usesQuality
    }

    /// What the caller's `sort` says, else the slug's ending, else the service tier that is asked for, else the operator.
    init(_ request: CompletionRequest, _ variant: ModelVariant, _ algorithm: RoutingAlgorithm) {
        let hasOrder = !request.provider.order.isEmpty
        let sort = request.provider.sort?.by ?? variant.sort ?? request.tierSort
        if let sort {
            self.init(sort)
        } else {
            let order: RankingOrder =
                switch algorithm {
                case .default: hasOrder ? .price : .balanced
                case .adaptive: .adaptive
                case .configured: .configured
                }
            self.init(
                order: order,
                usesQuality: request.fields.contains(.tools) && algorithm == .default && !hasOrder)
        }
    }

    private init(_ sort: ProviderPreferences.Sort.Order) {
        switch sort {
        case .price: order = .price
        case .adaptive: order = .adaptive
        case .throughput: order = .throughput
        case .latency: order = .latency
        case .exacto: order = .price
        }
        usesQuality = sort == .exacto
    }

    /// The policy that a sort or an algorithm is called by; nil where nothing is called so.
    package init?(name: String) {
        if let sort = ProviderPreferences.Sort.Order(rawValue: name) {
            self.init(sort)
        } else if let order = RankingOrder.allCases.first(where: { "\($0.name)" == name }) {
            self.init(order: order)
        } else {
            return nil
        }
    }

    package static let names = ProviderPreferences.Sort.Order.allCases.map(\.rawValue) + ["default", "configured"]

    package var name: String { prefersProven ? "exacto" : "\(order.name)" }

    /// Whether the caller asked for quality itself; the raw order is by price then.
    var prefersProven: Bool { order == .price && usesQuality }
}
