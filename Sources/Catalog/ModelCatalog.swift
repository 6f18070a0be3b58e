/// Every model, endpoint and provider the router knows: an immutable snapshot, replaced whole.
package final class ModelCatalog: Sendable {
    /// Why a catalogue cannot be built: a sentence for the operator.
    package struct Invalid: Error, Sendable, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Counts up with every replacement.
    package let version: UInt64
    /// Stands for the list of endpoints in decisions that are explained later: the same list has the same one, whatever
    /// process read it; never 0.
    package let fingerprint: UInt64
    /// In the configured order.
    package let providers: [ProviderEntry]
    /// Those that are known and cannot be called, for want of a key or a dialect.
    package let absentProviders: [ProviderEntry]
    /// In the configured order.
    package let models: [Model]
    /// Every endpoint, at the position its `index` says.
    package let endpoints: [Endpoint]
    /// The keys of callers' own that some of them are pinned to, in the order in which they are tried.
    package let credentials: [Credential]
    /// The names that stand for the newest model of a family, sorted.
    package let familyAliases: [FamilyAlias]
    /// Answers requests that name no model.
    package let defaultModel: Model?
    private let slugs: SlugTable

    /// - Parameters:
    ///   - defaultModel: slug or alias of the model for requests that name none.
    ///   - today: `YYYY-MM-DD`, for names of families; nil where no model has had its last day.
    package init(
        version: UInt64 = 1, providers: [ProviderEntry], absentProviders: [ProviderEntry] = [], models: [Model],
        defaultModel: String? = nil, today: String? = nil
    ) throws(Invalid) {
        self.version = version
        self.providers = providers
        self.absentProviders = absentProviders
        self.models = models
        var endpoints: [Endpoint] = []
        var slugs = SlugTable(capacity: models.reduce(0) { $0 + 4 + $1.facts.aliases.count })
        for (position, model) in models.enumerated() {
            for endpoint in model.endpoints {
                precondition(endpoint.index == endpoints.count, "endpoints are numbered in catalogue order")
                endpoints.append(endpoint)
            }
            if let other = slugs.insert(model.slug, value: position) {
                throw Invalid(description: "the model \(model.slug) is also a name of \(models[other].slug)")
            }
        }
        // Aliases come second, so that a model's own slug always wins its place.
        for (position, model) in models.enumerated() {
            for alias in model.facts.aliases {
                if let other = slugs.insert(alias, value: position), other != position {
                    throw Invalid(
                        description: "the alias \(alias) of \(model.slug) is also a name of \(models[other].slug)")
                }
            }
            // A dated slug shared by two models leads to the first; it is a convenience, not a name.
            _ = slugs.insert(model.canonicalSlug, value: position)
        }
        familyAliases = FamilyAlias.all(of: models, today: today)
        for alias in familyAliases { _ = slugs.insert(alias.slug, value: alias.position) }
        BareNames.insert(of: models, into: &slugs)
        self.endpoints = endpoints
        credentials = []
        self.slugs = slugs
        fingerprint = EndpointList(models).fingerprint
        if let defaultModel {
            guard let position = slugs.value(for: defaultModel.utf8Span.span) else {
                throw Invalid(description: "the default model \(defaultModel) is not in the catalogue")
            }
            self.defaultModel = models[position]
        } else {
            self.defaultModel = nil
        }
    }

    /// The same names with other endpoints: `models` are those of `base`, each in its place.
    init(_ base: ModelCatalog, models: [Model], endpoints: [Endpoint], credentials: [Credential]) {
        version = base.version
        providers = base.providers
        absentProviders = base.absentProviders
        familyAliases = base.familyAliases
        slugs = base.slugs
        self.models = models
        self.endpoints = endpoints
        self.credentials = credentials
        fingerprint = EndpointList(models).fingerprint
        defaultModel = base.defaultModel.flatMap { base.resolve($0.slug) }.flatMap { model in
            base.models.firstIndex { $0 === model }.map { models[$0] }
        }
    }

    /// The model of a slug, an alias, a dated slug, a family's name or a bare name, given as bytes.
    package func resolve(_ slug: Span<UInt8>) -> Model? {
        slugs.value(for: slug).map { models[$0] }
    }

    /// The model of a slug, an alias, a dated slug, a family's name or a bare name.
    package func resolve(_ slug: String) -> Model? {
        resolve(slug.utf8Span.span)
    }

    /// The provider of a slug or a display name, whatever the case of its letters.
    package func provider(named name: String) -> ProviderEntry? {
        let name = name.lowercased()
        return providers.first { $0.slug == name } ?? providers.first { $0.displayName.lowercased() == name }
    }

    /// Slugs and aliases close to one that is unknown, best first.
    package func nearest(to slug: String) -> [String] {
        NearestNames.nearest(to: slug, among: models.lazy.map(\.slug))
    }
}
