import Accounting
package import Catalog
package import Completions

/// Turns the names in a request into models of the catalogue.
package enum ModelResolver {
    /// The models of `model` and `models`, without repeats; the default model where the request names none.
    /// - Parameter ownKeys: the keys of its own that the caller may use at providers: they open models to it that the
    ///   operator has no key for.
    /// - Throws: a 400 that names the field and, for an unknown name, the nearest known ones.
    package static func resolve(
        _ request: CompletionRequest, in catalog: ModelCatalog, ownKeys: [Credential] = []
    ) throws(APIError) -> ModelList {
        // Where there are presets, the request that names one has been laid over it by now.
        if let preset = request.preset { throw noPreset(preset, param: "preset") }
        guard let name = request.model ?? request.models.first else {
            if let model = catalog.defaultModel {
                if model.hasFallbacks, request.provider.allowsFallbacks {
                    return try withFallbacks(ResolvedModel(model), .direct, request, in: catalog, ownKeys)
                }
                if model.isServable(with: ownKeys) { return ModelList(model) }
                throw MissingKeys.error(for: model, request: request)
            }
            throw .invalid(
                "model", "No model was given, and this server has no default_model. Send \"model\": \"author/name\".")
        }
        if request.models.isEmpty {
            if let found = find(name, in: catalog) {
                if found.model.model.hasFallbacks, request.provider.allowsFallbacks {
                    return try withFallbacks(found.model, found.strategy, request, in: catalog, ownKeys)
                }
                guard found.model.model.isServable(with: ownKeys) else {
                    throw MissingKeys.error(for: found.model.model, request: request)
                }
                return ModelList(found.model, strategy: found.strategy)
            }
            if name == freeRouter { return try freeModels(for: request, of: catalog) }
            throw unknown(name, param: "model", request: request, catalog: catalog)
        }
        return try resolveList(request, first: name, in: catalog, ownKeys)
    }

    /// The model that a request names, and behind it those that the operator wants to answer when it cannot.
    private static func withFallbacks(
        _ found: ResolvedModel, _ strategy: RouteStrategy, _ request: CompletionRequest, in catalog: ModelCatalog,
        _ ownKeys: [Credential]
    ) throws(APIError) -> ModelList {
        var served = found.model.isServable(with: ownKeys) ? [found] : []
        for name in found.model.facts.fallbacks {
            guard var other = find(name, in: catalog)?.model, other.model.isServable(with: ownKeys),
                !served.contains(where: { $0.model === other.model })
            else { continue }
            other = ResolvedModel(other.model, other.variant.union(found.variant))
            served.append(other)
        }
        guard let primary = served.first else { throw MissingKeys.error(for: found.model, request: request) }
        return ModelList(primary, Array(served.dropFirst()), strategy: strategy)
    }

    /// The model of a name as in requests: a slug, an alias or a dated slug, perhaps with endings.
    package static func model(named name: String, in catalog: ModelCatalog) -> Model? {
        find(name, in: catalog)?.model.model
    }

    private static func resolveList(
        _ request: CompletionRequest, first: String, in catalog: ModelCatalog, _ ownKeys: [Credential]
    ) throws(APIError) -> ModelList {
        if request.models.count > RoutingLimits.models {
            throw .invalid("models", "models has \(request.models.count) entries; at most \(RoutingLimits.models) fit.")
        }
        var found: [ResolvedModel] = []
        var strategy = RouteStrategy.fallback
        // With `model` the list holds what comes behind it, else the first as well.
        let names =
            (request.model == nil ? [] : [(first, "model")])
            + request.models.enumerated().map { index, name in
                (name, "models[\(index)]")
            }
        for (name, param) in names {
            let models: [ResolvedModel]
            if let one = find(name, in: catalog) {
                if found.isEmpty { strategy = one.strategy }
                models = [one.model]
            } else if name == freeRouter {
                models = try freeModels(for: request, of: catalog, param: param).all.map {
                    ResolvedModel($0.model, .unpriced)
                }
            } else {
                throw unknown(name, param: param, request: request, catalog: catalog)
            }
            for model in models where !found.contains(where: { $0.model === model.model }) { found.append(model) }
        }
        // Models without a key are passed over, as long as one has one.
        let served = found.filter { $0.model.isServable(with: ownKeys) }
        guard let primary = served.first else { throw MissingKeys.error(for: found[0].model, request: request) }
        return ModelList(
            primary, Array(served.dropFirst().prefix(RoutingLimits.models)),
            strategy: found.count == 1 ? strategy : .fallback)
    }

    /// A slug, an alias or a dated slug, perhaps with endings that say how to route it.
    private static func find(_ name: String, in catalog: ModelCatalog) -> (
        model: ResolvedModel, strategy: RouteStrategy
    )? {
        if let model = catalog.resolve(name) { return (ResolvedModel(model), strategy(of: name, model)) }
        var rest = Substring(name)
        var variant = ModelVariant()
        while let (slug, ending) = ModelVariant.split(rest) {
            rest = slug
            variant.formUnion(ending)
            if let model = catalog.resolve(String(slug)) {
                return (ResolvedModel(model, variant), strategy(of: String(slug), model))
            }
        }
        return nil
    }

    private static func strategy(of name: String, _ model: Model) -> RouteStrategy {
        if name == model.slug || name == model.canonicalSlug { return .direct }
        return name.hasPrefix("~") ? .latest : .alias
    }

    // MARK: The free router

    /// Stands for any model that costs nothing. Source: spec 4.4.
    package static let freeRouter = "openrouter/free"

    /// Those that can take the request, as there may be more than are tried; all of them where none can, so that the plan
    /// tells why.
    private static func freeModels(
        for request: CompletionRequest, of catalog: ModelCatalog, param: String = "model"
    ) throws(APIError) -> ModelList {
        let free = catalog.models.filter { model in model.endpoints.contains { $0.pricing.isFree } }
        let wanted = EndpointFilter.features(of: request, .free)
        let able = free.filter { model in
            model.endpoints.contains {
                $0.pricing.isFree && $0.gives(request) && $0.lacking(wanted).isEmpty
            }
        }
        let models = able.isEmpty ? free : able
        guard let first = models.first else {
            throw .invalid(param, "\(freeRouter) stands for the models that cost nothing, and this server has none.")
        }
        return ModelList(
            ResolvedModel(first), models.dropFirst().prefix(RoutingLimits.models - 1).map { ResolvedModel($0) },
            strategy: .free)
    }

    private static func unknown(
        _ name: String, param: String, request: CompletionRequest, catalog: ModelCatalog
    ) -> APIError {
        if let marker = presetMarker(in: name) {
            if param == "model" { return noPreset(String(name[marker.upperBound...]), param: param) }
            return .invalid(param, "'\(param)' names a preset; name it in 'model' or in 'preset'.")
        }
        if let base = paidModel(of: name, in: catalog) {
            return freeVariantEnded(name, base, param: param, request: request)
        }
        let shown = name.utf8.count > CatalogLimits.slugBytes ? "\(name.prefix(64))…" : name
        var message = "\(shown) is not a valid model ID."
        var nearest = catalog.nearest(to: name)
        if let colon = name.lastIndex(of: ":"), let base = catalog.resolve(String(name[..<colon])) {
            message +=
                " \(base.slug) has no variant \(name[colon...]); :nitro, :floor, :exacto, :thinking and :online fit every model."
            nearest = [base.slug]
        }
        if !nearest.isEmpty { message += " Did you mean \(nearest.joined(separator: " or "))?" }
        message += " GET /api/v1/models lists every model."
        var error = APIError.invalid(param, message)
        var availability = Availability(code: .modelNotFound, requestedModels: requestedNames(request))
        availability.fallbackModels = nearest
        error.availability = availability
        return error
    }

    /// What stands between a model and a preset.
    private static func presetMarker(in name: String) -> Range<String.Index>? {
        let marker = "@preset/"
        var rest = name.prefix(CatalogLimits.slugBytes)
        while let sign = rest.firstIndex(of: "@") {
            let tail = rest[sign...]
            if tail.hasPrefix(marker) { return sign..<tail.index(sign, offsetBy: marker.count) }
            rest = tail.dropFirst()
        }
        return nil
    }

    private static func noPreset(_ slug: String, param: String) -> APIError {
        APIError(
            .notFound,
            "There is no preset \"\(slug.prefix(64))\": this server has none, or none for this route. Send model and "
                + "parameters instead.", param: param)
    }

    /// The model that a name with `:free` is a variant of, where that is not in the catalogue.
    private static func paidModel(of name: String, in catalog: ModelCatalog) -> Model? {
        var slug = Substring(name)
        while let (rest, _) = ModelVariant.split(slug) { slug = rest }
        return slug.hasSuffix(":free") ? catalog.resolve(String(slug.dropLast(":free".count))) : nil
    }

    private static func freeVariantEnded(
        _ name: String, _ base: Model, param: String, request: CompletionRequest
    ) -> APIError {
        var error = APIError(
            .notFound,
            "\(name) is not available: nothing serves \(base.slug) for free, or no longer. Name \(base.slug), which is "
                + "billed, or \(freeRouter) for any model that costs nothing.", param: param)
        var availability = Availability(code: .freeVariantEnded, requestedModels: requestedNames(request))
        availability.fallbackModels = [base.slug]
        error.availability = availability
        return error
    }

    /// The names as the request gave them.
    package static func requestedNames(_ request: CompletionRequest) -> [String] {
        (request.model.map { [$0] } ?? []) + request.models
    }
}
