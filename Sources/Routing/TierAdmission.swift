import Catalog
import Completions

/// Which service tiers of endpoints a request is meant for. Source: spec 6.
struct TierAdmission {
    /// Tiers beside the standard one, as bits.
    private var admitted: UInt8 = 0
    /// Whether tiers are tried before standard endpoints.
    let prefersTiers: Bool
    /// Whether standard endpoints are left out where the model has some of the tier.
    let excludesStandard: Bool

    /// - Parameter variant: of the model's slug; `order`, and naming the default tier, take back what it admits.
    init(_ request: CompletionRequest, variant: ModelVariant) {
        switch request.serviceTier {
        case "priority", "fast":
            admitted = Self.bit(.priority)
            prefersTiers = true
            excludesStandard = false
        case "ultrafast":
            admitted = Self.bit(.priority) | Self.bit(.ultrafast)
            prefersTiers = true
            excludesStandard = false
        case "flex":
            admitted = Self.bit(.flex)
            prefersTiers = false
            excludesStandard = true
        case "default", "standard":
            prefersTiers = false
            excludesStandard = false
        default:
            prefersTiers = false
            excludesStandard = false
            if !request.provider.order.isEmpty { break }
            if variant.contains(.nitro) { admitted = Self.bit(.priority) }
            if variant.contains(.floor) { admitted |= Self.bit(.flex) }
        }
    }

    /// Whether the tier may serve without being named by tag.
    func admits(_ tier: Endpoint.ServiceTier) -> Bool { admitted & Self.bit(tier) != 0 }

    private static func bit(_ tier: Endpoint.ServiceTier) -> UInt8 {
        switch tier {
        case .flex: 1
        case .priority: 2
        case .ultrafast: 4
        }
    }
}
