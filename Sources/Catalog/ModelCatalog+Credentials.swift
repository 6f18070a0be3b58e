/// A credential with what opens its provider: what endpoints are made from.
package struct KeyedCredential: Sendable {
    package let credential: Credential
    /// nil where the stored secret cannot be read: then it has no endpoints, but what it forbids holds.
    package let key: ProviderKey?
    /// Where the key belongs, for providers that have an address for each account.
    package var baseURL: BaseURL?
    package var region: String?
    /// Whether the provider retains nothing of what is sent with it, as its owner declares; nil where nothing is declared.
    package var retainsNothing: Bool?

    package init(credential: Credential, key: ProviderKey?) {
        self.credential = credential
        self.key = key
    }
}

extension ModelCatalog {
    /// The same catalogue with the endpoints of callers' own keys: each of them has its provider's endpoints once more,
    /// pinned to it, also where the operator has no key there.
    ///
    /// They are numbered behind the operator's, whose numbers stay. Data policies are those of the provider, since a key
    /// changes nothing about what is kept, unless its owner declares otherwise. An endpoint beyond
    /// `CatalogLimits.endpoints` is left out.
    package func adding(_ keyed: [KeyedCredential]) -> ModelCatalog {
        if keyed.isEmpty { return self }
        var byProvider: [String: [(position: Int, keyed: KeyedCredential)]] = [:]
        for (position, entry) in keyed.enumerated() where entry.key != nil {
            byProvider[entry.credential.provider, default: []].append((position, entry))
        }
        var providers: [Int: ProviderEntry] = [:]
        var all = endpoints
        let models = models.map { model in
            var own: [Endpoint] = []
            for template in model.endpoints + model.dormantEndpoints where template.isKeyable {
                for (position, entry) in byProvider[template.provider.slug] ?? [] where entry.credential.covers(model) {
                    let provider = providers[position] ?? template.provider.pinned(to: entry)
                    providers[position] = provider
                    own.append(template.pinned(to: entry.credential, at: provider, index: all.count + own.count))
                    if all.count + own.count >= CatalogLimits.endpoints { break }
                }
                if all.count + own.count >= CatalogLimits.endpoints { break }
            }
            all += own
            return own.isEmpty ? model : model.adding(own)
        }
        return ModelCatalog(self, models: models, endpoints: all, credentials: keyed.map(\.credential))
    }

    /// How many endpoints a further key of a provider would have.
    package func endpointCount(ofProvider slug: String, covers: (Model) -> Bool) -> Int {
        models.reduce(0) { sum, model in
            guard covers(model) else { return sum }
            return sum
                + (model.endpoints + model.dormantEndpoints).count { $0.provider.slug == slug && $0.isKeyable }
        }
    }

    /// A provider that is in use or known, by its slug.
    package func knownProvider(_ slug: String) -> ProviderEntry? {
        providers.first { $0.slug == slug } ?? absentProviders.first { $0.slug == slug }
    }
}

extension Endpoint {
    /// Whether it can be called with a key of somebody's own.
    fileprivate var isKeyable: Bool { isSpoken && provider.absence != .switchedOff }
}
