import Catalog
package import Completions

/// Which service tiers of endpoints a request is meant for. Source: spec 6.
struct TierAdmission {
    /// Tiers beside the standard one, as bits.
    private var admitted: UInt8 = 0
    /// Whether tiers are tried before standard endpoints.
    let prefersTiers: Bool
    /// Whether standard endpoints are left out where the model has some of the tier.
    let excludesStandard: Bool
    /// Whether the fastest tier comes before the other one that is admitted.
    let prefersUltrafast: Bool

    /// - Parameter variant: of the model's slug; `order`, and naming the default tier, take back what it admits.
    init(_ request: CompletionRequest, variant: ModelVariant) {
        let wish = request.tierWish
        prefersTiers = wish == .priority || wish == .ultrafast
        excludesStandard = wish == .flex
        prefersUltrafast = wish == .ultrafast
        switch wish {
        case .priority: admitted = Self.bit(.priority)
        case .ultrafast: admitted = Self.bit(.priority) | Self.bit(.ultrafast)
        case .flex: admitted = Self.bit(.flex)
        case .standard: break
        case nil:
            if !request.provider.order.isEmpty { break }
            if variant.contains(.nitro) { admitted = Self.bit(.priority) }
            if variant.contains(.floor) { admitted |= Self.bit(.flex) }
        }
    }

    /// Whether the tier may serve without being named by tag.
    func admits(_ tier: Endpoint.ServiceTier) -> Bool { admitted & Self.bit(tier) != 0 }

    /// Whether an endpoint of it comes before standard ones.
    func prefers(_ tier: Endpoint.ServiceTier?) -> Bool {
        guard prefersTiers, let tier else { return false }
        return admits(tier)
    }

    private static func bit(_ tier: Endpoint.ServiceTier) -> UInt8 {
        switch tier {
        case .flex: 1
        case .priority: 2
        case .ultrafast: 4
        }
    }
}

/// The service tier that a request asks for by name.
enum TierWish {
    case standard, flex, priority, ultrafast
}

extension CompletionRequest {
    /// nil where the request leaves the tier open.
    fileprivate var tierWish: TierWish? {
        // Most name none.
        guard let serviceTier else { return wantsSpeed ? .priority : nil }
        switch serviceTier {
        case "priority", "fast": return .priority
        case "ultrafast": return .ultrafast
        case "flex": return .flex
        case "default", "standard": return .standard
        default: return nil
        }
    }

    /// What the tier that is asked for is good for, and its endpoints are put in order by; nil where none is. Source: spec 6.
    package var tierSort: ProviderPreferences.Sort.Order? {
        switch tierWish {
        case .priority, .ultrafast: .throughput
        case .flex: .price
        case .standard, nil: nil
        }
    }
}
