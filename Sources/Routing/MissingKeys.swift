import Catalog
import Completions

/// The answer of a model that is in the catalogue and that no provider can serve here: what to set, and where.
enum MissingKeys {
    /// Providers named in one message.
    private static let shownMax = 6

    static func error(for model: Model, request: CompletionRequest) -> APIError {
        // A provider's service tiers are endpoints of their own, and want the same key.
        var seen: Set<String> = []
        let providers = model.dormantEndpoints.map(\.provider).filter { seen.insert($0.slug).inserted }
        var error = APIError(.notFound, message(model, providers), param: "model")
        var availability = Availability(
            code: .noEndpoints, requestedModels: ModelResolver.requestedNames(request))
        availability.affectedProviders = providers.map(\.displayName)
        error.availability = availability
        return error
    }

    private static func message(_ model: Model, _ providers: [ProviderEntry]) -> String {
        if model.facts.demandsCallersKey {
            let slugs = providers.map(\.slug)
            return
                "\(model.slug) demands the caller's own provider key (byok_only), and none is stored that this API key "
                + "may use. Bring your own key: store one by POST /api/v1/byok for "
                + "\(slugs.first.map { "\($0)" } ?? "its provider")"
                + (slugs.count > 1 ? ", or another of \(slugs.dropFirst().joined(separator: ", "))." : ".")
        }
        let ways = providers.compactMap(way)
        guard !ways.isEmpty else {
            let reasons = providers.map { "\($0.slug) (\(reason($0)))" }
            return "\(model.slug) is in the catalogue, but nothing here can call its providers: "
                + "\(reasons.joined(separator: ", "))."
        }
        let rest = ways.count > shownMax ? ", or one of \(ways.count - shownMax) further providers" : ""
        return "\(model.slug) is in the catalogue, but none of its providers has a key on this server. Bring your own "
            + "key: set \(shown(ways).joined(separator: ", or "))\(rest), in the server's environment, or api_key of "
            + "the provider under providers in its configuration; or store your own by POST /api/v1/byok."
    }

    /// The first few, and the last, which is the one that serves every model.
    private static func shown(_ ways: [String]) -> [String] {
        ways.count <= shownMax ? ways : ways.prefix(shownMax - 1) + ways.suffix(1)
    }

    private static func way(_ provider: ProviderEntry) -> String? {
        guard case .missing(let variables) = provider.absence else { return nil }
        return "\(variables.joined(separator: " and ")) (\(provider.displayName))"
    }

    private static func reason(_ provider: ProviderEntry) -> String {
        switch provider.absence {
        case .switchedOff: "switched off"
        case .missing, nil: "needs another dialect for this model"
        }
    }
}
