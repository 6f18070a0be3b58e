import Accounting
import Catalog

/// Joins the shipped catalogue, the operator's entries and the environment into one catalogue.
///
/// A shipped provider is on when its variable holds a key, or when the operator lists it. An operator's provider of
/// the same slug is laid over the shipped one; an operator's model of the same id replaces it.
struct CatalogBuilder {
    private var providers: [ProviderEntry] = []
    /// Providers that exist and are off, with the reason.
    private var absent: [String: String] = [:]
    private var models: [Model] = []
    private var endpointCount = 0

    /// - Returns: nil where problems were reported that leave no catalogue.
    static func build(
        _ values: [String: YAMLNode], reader: inout ConfigurationReader, source: ConfigurationSource
    ) -> ModelCatalog? {
        let seed = SeedCatalogue.load(&reader)
        let ownProviders = reader.providers(values["providers"], .provider)
        let ownModels = reader.models(values["models"], .model)
        var builder = CatalogBuilder()
        for draft in ownProviders {
            var merged = seed.providers.first { $0.slug == draft.slug }.map(draft.over) ?? draft
            // At another address the shipped provider's key is not wanted.
            if draft.baseURL != nil { merged.keyVariable = nil }
            builder.add(merged, isListed: true, reader: &reader, source: source)
        }
        for draft in seed.providers where !ownProviders.contains(where: { $0.slug == draft.slug }) {
            builder.add(draft, isListed: false, reader: &reader, source: source)
        }
        for draft in ownModels { builder.add(draft, isListed: true, reader: &reader) }
        for draft in seed.models where !ownModels.contains(where: { $0.facts.slug == draft.facts.slug }) {
            builder.add(draft, isListed: false, reader: &reader)
        }
        if builder.models.count > CatalogLimits.models {
            reader.report(values["models"]?.line, "there are more than \(CatalogLimits.models) models")
        }
        return builder.finish(values, reader: &reader, version: source.catalogVersion)
    }

    private mutating func add(
        _ draft: ProviderDraft, isListed: Bool, reader: inout ConfigurationReader, source: ConfigurationSource
    ) {
        if draft.isEnabled == false {
            absent[draft.slug] = "is switched off (enabled: false)"
            return
        }
        var key = draft.apiKey
        if key?.isEmpty ?? true, let variable = draft.keyVariable {
            key = source.environment[variable].map { Secret($0.trimmingSpaces) }
            if key.map(\.isEmpty) ?? true {
                absent[draft.slug] = "has no key: set \(variable), or api_key of the provider"
                return
            }
            if let key, !NameRules.isVisible(key.reveal()) {
                reader.report(nil, "the environment variable \(variable) holds characters that no key has")
                return
            }
        }
        guard let baseURL = draft.baseURL else {
            if isListed, !reader.problems.contains(where: { $0.message.hasPrefix("base_url") }) {
                reader.report(draft.line, "the provider \(draft.slug) needs a base_url")
            }
            return
        }
        providers.append(
            ProviderEntry(
                slug: draft.slug, displayName: draft.name ?? draft.slug, dialect: draft.dialect ?? .openAI,
                baseURL: baseURL, keys: key.map { [ProviderKey(secret: $0)] } ?? [],
                organization: draft.organization.flatMap { $0.isEmpty ? nil : $0 }, headers: draft.headers ?? [],
                policy: DataPolicy(
                    allowsCollection: draft.allowsCollection ?? true, retainsNothing: draft.retainsNothing ?? false),
                cancel: draft.cancel ?? .stops, profile: draft.profile))
    }

    private mutating func add(_ draft: ModelDraft, isListed: Bool, reader: inout ConfigurationReader) {
        var endpoints: [Endpoint] = []
        for part in draft.endpoints {
            guard let provider = providers.first(where: { $0.slug == part.provider }) else {
                if isListed { reportMissing(part, reader: &reader) }
                continue
            }
            let tag = part.tag ?? provider.slug
            if tag != provider.slug, !tag.hasPrefix(provider.slug + "/") || !NameRules.isVisible(tag) {
                reader.report(part.line, "tag must be \(provider.slug) or begin with \(provider.slug)/")
                continue
            }
            if endpoints.contains(where: { $0.tag == tag }) {
                reader.report(
                    part.line,
                    "\(draft.facts.slug) has two endpoints tagged \(tag); give one a tag of its own, "
                        + "such as \(provider.slug)/second")
                continue
            }
            if part.pricing == nil {
                reader.note(part.line, "the endpoint \(tag) of \(draft.facts.slug) has no pricing and counts as free")
            }
            endpoints.append(
                Endpoint(
                    index: endpointCount + endpoints.count, provider: provider, modelSlug: draft.facts.slug,
                    upstreamModel: part.upstreamModel, tag: tag,
                    contextLength: part.contextLength ?? draft.facts.contextLength,
                    maxCompletionTokens: part.maxCompletionTokens ?? draft.facts.maxCompletionTokens,
                    quantization: part.quantization, parameters: part.parameters ?? draft.parameters,
                    inputModalities: draft.facts.inputModalities, outputModalities: draft.facts.outputModalities,
                    pricing: part.pricing ?? .free, weight: Double(part.weight), timeouts: part.timeouts))
        }
        guard !endpoints.isEmpty else { return }
        endpointCount += endpoints.count
        models.append(Model(draft.facts, endpoints: endpoints))
    }

    private func reportMissing(_ part: ModelDraft.EndpointDraft, reader: inout ConfigurationReader) {
        if let reason = absent[part.provider] {
            if reason.hasPrefix("is switched off") {
                reader.note(part.line, "the provider \(part.provider) \(reason); this endpoint is left out")
            } else {
                reader.report(part.line, "the provider \(part.provider) \(reason)")
            }
            return
        }
        let known = providers.map(\.slug) + absent.keys.sorted()
        let nearest = NearestNames.nearest(to: part.provider, among: known, limit: 1).first
        let hint = nearest.map { "; did you mean \($0)?" } ?? "; list it under providers"
        reader.report(part.line, "unknown provider \"\(part.provider)\"\(hint)")
    }

    private func finish(
        _ values: [String: YAMLNode], reader: inout ConfigurationReader, version: UInt64
    ) -> ModelCatalog? {
        do throws(ModelCatalog.Invalid) {
            let catalog = try ModelCatalog(
                version: version, providers: providers, models: models,
                defaultModel: defaultModel(values["default_model"], reader: &reader))
            if models.isEmpty {
                reader.note(
                    nil, "no model is available: set OPENAI_API_KEY or GROQ_API_KEY, or list providers and models")
            }
            return catalog
        } catch {
            reader.report(values["models"]?.line, error.description)
            return nil
        }
    }

    /// The default model, where it is one; a problem otherwise.
    private func defaultModel(_ node: YAMLNode?, reader: inout ConfigurationReader) -> String? {
        guard let node, let name = reader.text(node, "default_model"), !name.isEmpty else { return nil }
        let isKnown = models.contains { model in
            model.slug == name || model.canonicalSlug == name || model.facts.aliases.contains(name)
        }
        if isKnown { return name }
        let nearest = NearestNames.nearest(to: name, among: models.map(\.slug))
        let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
        reader.report(node.line, "default_model \(name) is not in the catalogue\(hint)")
        return nil
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
