/// The service tier at which a provider says that it served an answer, whatever it was asked for. Source: spec 6.
package enum ServedTier: Sendable, Equatable {
    /// What everybody gets who asks for nothing.
    case standard
    case special(Endpoint.ServiceTier)

    /// - Parameter word: as providers write it in `service_tier`; nil for one that no endpoint here can have a price for.
    package init?(_ word: String) {
        switch word.lowercased() {
        case "default", "standard", "on_demand": self = .standard
        case "fast": self = .special(.priority)
        case let word:
            guard let tier = Endpoint.ServiceTier(rawValue: word) else { return nil }
            self = .special(tier)
        }
    }

    var tier: Endpoint.ServiceTier? {
        switch self {
        case .standard: nil
        case .special(let tier): tier
        }
    }
}

extension Model {
    /// The endpoint that has the price of an answer: that which was asked, or its sibling of the tier that was served.
    ///
    /// - Returns: nil where the catalogue has no price of that tier at this provider, and where the word is unknown.
    package func endpoint(serving word: String, askedAt endpoint: Endpoint) -> Endpoint? {
        guard var served = ServedTier(word) else { return nil }
        // What Anthropic calls `priority` is capacity that was bought beforehand; what costs more is `fast`.
        if endpoint.dialect == .anthropic, word == "priority" { served = .standard }
        if served.tier == endpoint.serviceTier { return endpoint }
        return (endpoint.credential == nil ? endpoints : ownKeyEndpoints).first {
            $0.serviceTier == served.tier && $0.provider === endpoint.provider && $0.standardTag == endpoint.standardTag
        }
    }
}

extension Endpoint {
    /// The tag without its tier, which an endpoint and its siblings of other tiers have in common.
    fileprivate var standardTag: Substring {
        guard let serviceTier else { return tag[...] }
        return tag.dropLast(serviceTier.rawValue.count + 1)
    }
}
