import Accounting
import Catalog
import Routing

/// Joins the catalogue's files, the operator's entries and the environment into one catalogue.
///
/// A provider of the files is on when its variable holds a key, or when the operator lists it. An operator's provider
/// of the same slug is laid over the shipped one; an operator's model of the same id replaces it. A model of the files
/// that no provider can serve stays in the catalogue, to be listed and to say what it lacks.
struct CatalogBuilder {
    private var providers: [ProviderEntry] = []
    /// Those that can be called, by slug.
    private var callable: [String: ProviderEntry] = [:]
    /// Those that are known and cannot be called, by slug.
    private var absent: [String: ProviderEntry] = [:]
    /// Why, in words for the operator.
    private var reasons: [String: String] = [:]
    private var models: [Model] = []
    /// Where the models that have fallbacks stand, by slug.
    private var fallbackLines: [String: Int] = [:]
    private var endpointCount = 0

    /// - Returns: nil where problems were reported that leave no catalogue.
    static func build(
        _ values: [String: YAMLNode], reader: inout ConfigurationReader, source: ConfigurationSource
    ) -> ModelCatalog? {
        let files = files(values["catalog"], reader: &reader, source: source)
        let ownProviders = reader.providers(values["providers"], .provider)
        let ownModels = reader.models(values["models"], .model)
        var builder = CatalogBuilder()
        for draft in ownProviders {
            var merged = files.providers.first { $0.slug == draft.slug }.map(draft.over) ?? draft
            // At another address the shipped provider's key is not wanted.
            if draft.isElsewhere { merged.keyVariable = nil }
            builder.add(merged, isListed: true, reader: &reader, source: source)
        }
        let ownSlugs = Set(ownProviders.map(\.slug))
        for draft in files.providers where !ownSlugs.contains(draft.slug) {
            builder.add(draft, isListed: false, reader: &reader, source: source)
        }
        for draft in ownModels { builder.add(draft, isListed: true, reader: &reader) }
        let lastResort = builder.providers.first(where: \.isLastResort)
        let ownIDs = Set(ownModels.map(\.facts.slug))
        for var draft in files.models where !ownIDs.contains(draft.facts.slug) {
            if let lastResort { draft.addLastResort(lastResort.slug) }
            builder.add(draft, isListed: false, reader: &reader)
        }
        if builder.models.count > CatalogLimits.models {
            reader.report(values["models"]?.line, "there are more than \(CatalogLimits.models) models")
        }
        return builder.finish(values, reader: &reader, source: source)
    }

    /// The shipped files, or those of the directory that `catalog` names; nothing for `none`.
    private static func files(
        _ node: YAMLNode?, reader: inout ConfigurationReader, source: ConfigurationSource
    ) -> CatalogueDrafts {
        guard let node, let directory = reader.text(node, "catalog", maxBytes: 4096), directory != "shipped" else {
            return .shipped
        }
        if directory == "none" { return .none }
        if directory.isEmpty {
            reader.report(
                node.line, "catalog must be shipped, none, or a directory with providers.json and models.json")
            return .none
        }
        let drafts = CatalogueDrafts(directory: directory, readFile: source.readFile)
        for problem in drafts.problems { reader.report(node.line, "catalog: \(problem)") }
        return drafts
    }

    private mutating func add(
        _ draft: ProviderDraft, isListed: Bool, reader: inout ConfigurationReader, source: ConfigurationSource
    ) {
        if draft.isEnabled == false {
            return setAbsent(draft, .switchedOff, "is switched off (enabled: false)")
        }
        guard
            let access = ProviderAccess(draft, isListed: isListed, reader: &reader, source)
        else { return }
        if !access.missing.isEmpty {
            return setAbsent(draft, .missing(variables: access.missing), Self.lack(draft, access.missing))
        }
        guard let baseURL = access.baseURL else {
            if isListed, !reader.problems.contains(where: { $0.message.hasPrefix("base_url") }) {
                reader.report(draft.line, "the provider \(draft.slug) needs a base_url")
            }
            return
        }
        let provider = draft.entry(access)
        if let path = provider.dialect.chatPath(in: baseURL) {
            let dialect = provider.dialect.rawValue
            reader.report(
                draft.line,
                "base_url of \(draft.slug) ends in \(path), where OpenAI's dialect is spoken, and its dialect is "
                    + "\(dialect); say dialect: openai, or leave out \(path)")
        }
        providers.append(provider)
        callable[draft.slug] = provider
    }

    private static func lack(_ draft: ProviderDraft, _ missing: [String]) -> String {
        let names = missing.joined(separator: " and ")
        if draft.dialect == .bedrock {
            return
                "has no key: set \(names), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or api_key of the provider"
        }
        let hint = draft.keyVariable == missing[0] ? "set \(names), or api_key of the provider" : "set \(names)"
        return "has no key: \(hint)"
    }

    private mutating func setAbsent(_ draft: ProviderDraft, _ absence: ProviderAbsence, _ reason: String) {
        reasons[draft.slug] = reason
        guard let baseURL = draft.baseURL ?? draft.baseURLTemplate.flatMap({ BaseURLTemplate($0).placeholder }) else {
            return
        }
        absent[draft.slug] = draft.entry(at: baseURL, absence: absence)
    }

    private mutating func add(_ draft: ModelDraft, isListed: Bool, reader: inout ConfigurationReader) {
        var endpoints: [Endpoint] = []
        var lastResorts: [(ModelDraft.EndpointDraft, ProviderEntry)] = []
        var lacking: [(part: ModelDraft.EndpointDraft, provider: ProviderEntry, isAsked: Bool)] = []
        for part in draft.endpoints {
            var part = part
            let isAsked = findDialect(&part)
            guard let provider = callable[part.provider], isAsked, !draft.facts.demandsCallersKey else {
                if let known = callable[part.provider] ?? absent[part.provider] {
                    lacking.append((part, known, isAsked))
                }
                if isListed, callable[part.provider] == nil { reportMissing(part, reader: &reader) }
                if isListed, !isAsked {
                    reader.report(
                        part.line, Self.unasked(part, isAzure: callable[part.provider]?.dialect == .azure))
                }
                continue
            }
            if provider.isLastResort {
                lastResorts.append((part, provider))
            } else {
                append(part, provider, of: draft, to: &endpoints, reader: &reader)
            }
        }
        for (part, provider) in lastResorts { append(part, provider, of: draft, to: &endpoints, reader: &reader) }
        if !draft.facts.fallbacks.isEmpty { fallbackLines[draft.facts.slug] = draft.line }
        // What lacks only a key can be served with a caller's own.
        let dormant = lacking.flatMap { part, provider, isAsked in
            let tag = part.tag ?? provider.slug
            return ([nil] + part.tierNames.map(Optional.some)).map { tier in
                draft.endpoint(part, index: -1, tag: tag, tier: tier, provider: provider, isSpoken: isAsked)
            }
        }
        if !endpoints.isEmpty {
            endpointCount += endpoints.count
            models.append(Model(draft.facts, endpoints: endpoints, dormantEndpoints: dormant))
        } else if !dormant.isEmpty, !isListed || draft.facts.demandsCallersKey {
            models.append(Model(draft.facts, endpoints: [], dormantEndpoints: dormant))
        }
    }

    private static func unasked(_ part: ModelDraft.EndpointDraft, isAzure: Bool) -> String {
        if isAzure {
            return "\(part.upstreamModel) is asked in Anthropic's dialect at Azure; list a provider with "
                + "dialect: anthropic and base_url: https://RESOURCE.services.ai.azure.com/anthropic for it"
        }
        return "\(part.upstreamModel) of \(part.provider) is asked in a way of its own, which this version does not "
            + "know; those of Google and claude-... are"
    }

    private func append(
        _ part: ModelDraft.EndpointDraft, _ provider: ProviderEntry, of draft: ModelDraft,
        to endpoints: inout [Endpoint], reader: inout ConfigurationReader
    ) {
        let tag = part.tag ?? provider.slug
        if tag != provider.slug, !tag.hasPrefix(provider.slug + "/") || !NameRules.isVisible(tag) {
            reader.report(part.line, "tag must be \(provider.slug) or begin with \(provider.slug)/")
            return
        }
        if endpoints.contains(where: { $0.tag == tag }) {
            reader.report(
                part.line,
                "\(draft.facts.slug) has two endpoints tagged \(tag); give one a tag of its own, "
                    + "such as \(provider.slug)/second")
            return
        }
        if let obstacle = part.dialect?.obstacle(at: provider) {
            reader.report(part.line, "the dialect of \(tag) of \(draft.facts.slug): \(obstacle)")
            return
        }
        if part.pricing == nil {
            reader.note(part.line, "the endpoint \(tag) of \(draft.facts.slug) has no pricing and counts as free")
        }
        endpoints.append(draft.endpoint(part, index: endpointCount + endpoints.count, tag: tag, provider: provider))
        // What the provider sells in other service tiers is an endpoint each: it has a price of its own, and fails of
        // its own.
        for tier in part.tierNames {
            let index = endpointCount + endpoints.count
            endpoints.append(draft.endpoint(part, index: index, tag: tag, tier: tier, provider: provider))
        }
    }

    /// At Vertex AI the publisher of a model decides what it is asked in. At Azure models of Anthropic's are asked in its
    /// own dialect, at another host than the rest.
    ///
    /// - Returns: false where that is nothing this version speaks there.
    private func findDialect(_ part: inout ModelDraft.EndpointDraft) -> Bool {
        guard part.dialect == nil, let provider = callable[part.provider] ?? absent[part.provider] else { return true }
        if provider.dialect == .azure { return !part.upstreamModel.hasPrefix("claude-") }
        guard provider.dialect == .vertex else { return true }
        part.dialect = VertexAddress.dialect(of: part.upstreamModel)
        return part.dialect != nil
    }

    private func reportMissing(_ part: ModelDraft.EndpointDraft, reader: inout ConfigurationReader) {
        if let reason = reasons[part.provider] {
            if reason.hasPrefix("is switched off") {
                reader.note(part.line, "the provider \(part.provider) \(reason); this endpoint is left out")
            } else {
                reader.report(part.line, "the provider \(part.provider) \(reason)")
            }
            return
        }
        let known = providers.map(\.slug) + reasons.keys.sorted()
        let nearest = NearestNames.nearest(to: part.provider, among: known, limit: 1).first
        let hint = nearest.map { "; did you mean \($0)?" } ?? "; list it under providers"
        reader.report(part.line, "unknown provider \"\(part.provider)\"\(hint)")
    }

    private func finish(
        _ values: [String: YAMLNode], reader: inout ConfigurationReader, source: ConfigurationSource
    ) -> ModelCatalog? {
        do throws(ModelCatalog.Invalid) {
            let catalog = try ModelCatalog(
                version: source.catalogVersion, providers: providers,
                absentProviders: absent.values.sorted { $0.slug < $1.slug }, models: models,
                defaultModel: defaultModel(values["default_model"], reader: &reader), today: source.today)
            checkFallbacks(in: catalog, values["models"], reader: &reader)
            if !models.contains(where: \.isCallable) {
                reader.note(
                    nil,
                    "no model can be called: set a provider's variable, such as OPENAI_API_KEY or OPENROUTER_API_KEY, "
                        + "or list providers and models")
            }
            return catalog
        } catch {
            reader.report(values["models"]?.line, error.description)
            return nil
        }
    }

    /// Reports fallbacks that are no models, or the model itself.
    private func checkFallbacks(in catalog: ModelCatalog, _ node: YAMLNode?, reader: inout ConfigurationReader) {
        for model in models where !model.facts.fallbacks.isEmpty {
            for name in model.facts.fallbacks {
                let line = fallbackLines[model.slug] ?? node?.line
                guard let found = ModelResolver.model(named: name, in: catalog) else {
                    let nearest = catalog.nearest(to: name)
                    let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
                    reader.report(
                        line, "fallbacks of \(model.slug) names \(name), which is not in the catalogue\(hint)")
                    continue
                }
                if found === model { reader.report(line, "fallbacks of \(model.slug) names the model itself") }
            }
        }
    }

    /// The default model, where it is one; a problem otherwise.
    private func defaultModel(_ node: YAMLNode?, reader: inout ConfigurationReader) -> String? {
        guard let node, let name = reader.text(node, "default_model"), !name.isEmpty else { return nil }
        let isKnown = models.contains { model in
            model.slug == name || model.canonicalSlug == name || model.facts.aliases.contains(name)
        }
        if isKnown || FamilyAlias.all(of: models).contains(where: { $0.slug == name }) { return name }
        let nearest = NearestNames.nearest(to: name, among: models.map(\.slug))
        let hint = nearest.isEmpty ? "" : "; did you mean \(nearest.joined(separator: " or "))?"
        reader.report(node.line, "default_model \(name) is not in the catalogue\(hint)")
        return nil
    }
}

extension ProviderDraft {
    /// One that can be called; its address is known.
    fileprivate func entry(_ access: ProviderAccess) -> ProviderEntry {
        entry(at: access.baseURL!, keys: access.keys, region: access.region)
    }

    fileprivate func entry(
        at baseURL: BaseURL, keys: [ProviderKey] = [], region: String? = nil, absence: ProviderAbsence? = nil
    ) -> ProviderEntry {
        ProviderEntry(
            slug: slug, displayName: name ?? slug, dialect: dialect ?? .openAI, baseURL: baseURL, keys: keys,
            organization: organization.flatMap { $0.isEmpty ? nil : $0 }, headers: headers ?? [],
            policy: DataPolicy(
                allowsCollection: allowsCollection ?? true, retainsNothing: retainsNothing ?? false),
            cancel: cancel ?? .stops, limits: limits ?? UsageLimits(), region: region, profile: profile,
            quirks: hostQuirks(at: baseURL), absence: absence, isLastResort: isLastResort ?? false)
    }
}

extension ModelDraft {
    fileprivate func endpoint(
        _ part: EndpointDraft, index: Int, tag: String, tier: Endpoint.ServiceTier? = nil, provider: ProviderEntry,
        isSpoken: Bool = true
    ) -> Endpoint {
        Endpoint(
            index: index, provider: provider, dialect: part.dialect, modelSlug: facts.slug,
            upstreamModel: part.upstreamModel,
            tag: tier.map { "\(tag)/\($0.rawValue)" } ?? tag,
            contextLength: part.contextLength ?? facts.contextLength,
            maxCompletionTokens: part.maxCompletionTokens ?? facts.maxCompletionTokens,
            quantization: part.quantization, parameters: part.parameters ?? parameters,
            inputModalities: facts.inputModalities, outputModalities: facts.outputModalities,
            pricing: part.pricing(of: tier), weight: Double(part.weight), order: part.order, timeouts: part.timeouts,
            limits: part.limits, isSpoken: isSpoken)
    }

    /// A router behind this one knows the model by the same slug; its price is taken to be the first endpoint's.
    fileprivate mutating func addLastResort(_ slug: String) {
        guard !endpoints.contains(where: { $0.provider == slug }), let first = endpoints.first else { return }
        var part = EndpointDraft(line: line, provider: slug, upstreamModel: facts.slug)
        part.pricing = first.pricing
        endpoints.append(part)
    }
}
