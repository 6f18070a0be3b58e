package import Completions

/// What a slug's endings ask for beside the model, as in `author/name:nitro`.
///
/// Only endings that change how the request is routed; `:free`, `:extended` and `:batch` are models of their own in the
/// catalogue, with their own endpoints. Source: spec 4.2.
package struct ModelVariant: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The fastest first, endpoints of the priority tier among them.
    package static let nitro = ModelVariant(rawValue: 1)
    /// The cheapest first, endpoints of the flex tier among them.
    package static let floor = ModelVariant(rawValue: 2)
    /// The most reliable first.
    package static let exacto = ModelVariant(rawValue: 4)
    /// With reasoning, unless the request says something about it.
    package static let thinking = ModelVariant(rawValue: 8)
    /// With a search of the web: the plugin `web`.
    package static let online = ModelVariant(rawValue: 16)

    /// At endpoints that cost nothing: one of those that the free router in a list of models stands for. No ending of a
    /// slug says it.
    package static let unpriced = ModelVariant(rawValue: 32)

    /// What endpoints that are equally well are put in order by; nil where it says nothing of that.
    package var sort: ProviderPreferences.Sort.Order? {
        if contains(.nitro) { return .throughput }
        if contains(.floor) { return .price }
        return contains(.exacto) ? .exacto : nil
    }

    private init?(ending: Substring) {
        switch ending {
        case "nitro": self = .nitro
        case "floor": self = .floor
        case "exacto": self = .exacto
        case "thinking": self = .thinking
        case "online": self = .online
        default: return nil
        }
    }

    /// What of it the provider has to be asked for.
    package var wishes: AddedWishes {
        if isEmpty { return AddedWishes() }
        var wishes = AddedWishes()
        if contains(.thinking) { wishes.insert(.reasoning) }
        if contains(.online) { wishes.insert(.webSearch) }
        return wishes
    }

    /// Takes the last ending off a slug.
    ///
    /// - Returns: the slug before it, with what the ending asks for; nil where there is none that is known.
    package static func split(_ slug: Substring) -> (slug: Substring, variant: ModelVariant)? {
        guard let colon = slug.lastIndex(of: ":"), let variant = ModelVariant(ending: slug[slug.index(after: colon)...])
        else { return nil }
        return (slug[..<colon], variant)
    }
}
