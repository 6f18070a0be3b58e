import Accounting
import Catalog
import Completions

/// The hard requirements of one request, worked out once and held against each endpoint.
struct EndpointFilter {
    /// No prompt of this size has fewer tokens.
    let promptTokensMin: Int
    private let compressedContextMin: Int?
    /// What the caller's key may use; nil where it may use everything.
    private let allows: RouteContext.Permission?
    private let hasNameLists: Bool
    private let inputModalities: UInt16
    private let outputModalities: UInt16
    /// Tokens that the answer may have, as far as the caller says; 0 where it does not.
    private let wantedTokens: Int
    /// Whether any endpoint can be left out for what it is called, what it costs or whose it is.
    private var isNarrowed = false
    /// Whether whatever has a price is left out: the caller asked for what costs nothing.
    private var demandsFree = false
    private var hasDemands: Bool
    private var wantsWebSearch = false
    /// What an endpoint must take where the caller requires its parameters.
    private var parameters = RequestFieldSet()
    /// What an endpoint must take whatever the caller says of parameters.
    private var features = RequestFieldSet()
    /// Whether the model's author must permit distillation.
    let demandsDistillable: Bool

    private init(
        _ request: CompletionRequest, promptTokensMin: Int, compressedContextMin: Int?,
        allows: RouteContext.Permission?, hasNameLists: Bool, hasDemands: Bool, demandsDistillable: Bool
    ) {
        inputModalities = UInt16(request.inputModalities.rawValue)
        outputModalities = UInt16(request.outputModalities.rawValue)
        wantedTokens = request.maxTokens ?? 0
        self.promptTokensMin = promptTokensMin
        self.compressedContextMin = compressedContextMin
        self.allows = allows
        self.demandsDistillable = demandsDistillable
        self.hasNameLists = hasNameLists
        self.hasDemands = hasDemands
    }

    // A function, because an initializer would take a copy of the whole request.
    static func make(
        for request: CompletionRequest, models: ModelList, promptTokensMin: Int, context: RouteContext
    ) -> EndpointFilter {
        let hasNameLists = request.provider.only != nil || !request.provider.ignore.isEmpty
        let hasPrivacyDemands = request.provider.deniesDataCollection || request.provider.zeroDataRetention
        var filter = EndpointFilter(
            request, promptTokensMin: promptTokensMin, compressedContextMin: context.compressedContextMin,
            allows: context.allows, hasNameLists: hasNameLists,
            hasDemands: hasPrivacyDemands || request.provider.requiresParameters
                || request.provider.quantizations != nil || request.provider.maxPrice != nil,
            demandsDistillable: request.provider.enforcesDistillableText)
        filter.turn(to: models.first, strategy: models.strategy, for: request)
        return filter
    }

    /// Goes on to a model, whose name asks for this and that beside the request.
    mutating func turn(to resolved: ResolvedModel, strategy: RouteStrategy, for request: CompletionRequest) {
        let strategy = resolved.variant.contains(.unpriced) ? .free : strategy
        demandsFree = strategy == .free || resolved.model.isFreeVariant
        isNarrowed = hasNameLists || demandsFree || allows != nil
        features = Self.features(of: request, strategy)
        let unsaid = request.unsaid(resolved.variant.wishes)
        wantsWebSearch = request.wantsWebSearch || unsaid.contains(.webSearch)
        if wantsWebSearch { hasDemands = true }
        if !request.provider.requiresParameters { return }
        parameters = request.parameters
        if unsaid.contains(.reasoning) { parameters.insert(.reasoning) }
    }

    /// Without functions that it can call a model answers another request, so that nobody is asked without them. The free
    /// router finds an endpoint for the form of the answer too, since its caller names no model that is known to take it.
    /// Source: spec 4.4, 5.2 step 1, 27.1.
    static func features(of request: CompletionRequest, _ strategy: RouteStrategy) -> RequestFieldSet {
        var features = RequestFieldSet()
        if !request.toolNames.isEmpty { features.insert(.tools) }
        if strategy != .free { return features }
        switch request.responseFormat {
        case .jsonObject, .jsonSchema, .grammar, .python: features.insert(.responseFormat)
        case .text, nil: break
        }
        return features
    }

    /// Whether `admits` says all that there is to say.
    var isPlain: Bool { !isNarrowed && !hasDemands }

    /// Whether an endpoint may serve by its outline. One that may not is looked at by itself, and its reason found.
    @inline(__always)
    func admits(_ outline: EndpointOutline) -> Bool {
        // By their bits: the methods of option sets are calls through a table here, for each endpoint.
        let missing =
            inputModalities & ~outline.inputModalities.rawValue | outputModalities & ~outline.outputModalities.rawValue
        return missing == 0 && features.rawValue & outline.lacking.rawValue == 0
            && wantedTokens <= outline.maxCompletionTokens && wantedTokens <= outline.contextLength - promptTokensMin
    }

    /// The first requirement that the endpoint does not meet; nil where it may serve.
    func rejection(of endpoint: Endpoint, for request: CompletionRequest) -> RejectionReason? {
        if isNarrowed, let reason = choiceRejection(of: endpoint, for: request.provider) { return reason }
        if !endpoint.gives(request) { return .modalityUnsupported }
        if !features.isEmpty {
            let missing = endpoint.lacking(features)
            if !missing.isEmpty { return .featuresUnsupported(missing) }
        }
        if let reason = sizeRejection(of: endpoint, for: request) { return reason }
        return hasDemands ? demandRejection(of: endpoint, for: request) : nil
    }

    /// Comes first: what is not there for the caller says nothing about the request.
    private func choiceRejection(of endpoint: Endpoint, for provider: ProviderPreferences) -> RejectionReason? {
        if let allows, !allows(endpoint.modelSlug, endpoint.provider.slug) { return .forbiddenToKey }
        if demandsFree, !endpoint.pricing.isFree { return .notFree }
        return hasNameLists ? nameRejection(of: endpoint, for: provider) : nil
    }

    private func nameRejection(of endpoint: Endpoint, for provider: ProviderPreferences) -> RejectionReason? {
        if EndpointName.position(of: endpoint, in: provider.ignore) != nil { return .ignored }
        if let only = provider.only, EndpointName.position(of: endpoint, in: only) == nil { return .notInOnly }
        return nil
    }

    private func sizeRejection(of endpoint: Endpoint, for request: CompletionRequest) -> RejectionReason? {
        let wanted = request.maxTokens ?? 0
        if let cap = endpoint.maxCompletionTokens, wanted > cap { return .outputCapTooSmall(maxCompletionTokens: cap) }
        if let context = endpoint.contextLength, promptTokensMin + wanted > context {
            let isWorthIt = compressedContextMin.map { context >= $0 } ?? false
            if isWorthIt, ContextFit.canBeMade(for: endpoint, request) { return nil }
            return .contextTooSmall(contextLength: context)
        }
        return nil
    }

    private func demandRejection(of endpoint: Endpoint, for request: CompletionRequest) -> RejectionReason? {
        let provider = request.provider
        if provider.requiresParameters {
            let missing = endpoint.lacking(parameters)
            if !missing.isEmpty { return .parametersUnsupported(missing) }
        }
        if wantsWebSearch, !Self.searches(endpoint) { return .searchUnsupported }
        if provider.deniesDataCollection, endpoint.provider.policy.allowsCollection { return .collectsData }
        if provider.zeroDataRetention, !endpoint.provider.policy.retainsNothing { return .retainsData }
        if let wanted = provider.quantizations, !Self.admits(wanted, endpoint.quantization) {
            return .quantizationExcluded
        }
        if let ceiling = provider.maxPrice, Self.exceeds(ceiling, endpoint.pricing) { return .tooExpensive }
        return nil
    }

    /// Whether the web is searched there: by the model's host itself, or by another router.
    private static func searches(_ endpoint: Endpoint) -> Bool {
        endpoint.provider.quirks.takesRouterFields || endpoint.parameters?.known.contains(.webSearchOptions) ?? false
    }

    /// Compares base prices: what the request will cost at its length and hour is not known yet.
    private static func exceeds(_ ceiling: ProviderPreferences.PriceCeiling, _ pricing: PriceSheet) -> Bool {
        func isAbove(_ component: PriceComponent, _ limit: Int64?) -> Bool {
            guard let limit else { return false }
            return pricing.rates[component]?.picos ?? 0 > limit
        }
        return isAbove(.prompt, ceiling.promptPicosPerToken) || isAbove(.completion, ceiling.completionPicosPerToken)
            || isAbove(.request, ceiling.picosPerRequest) || isAbove(.image, ceiling.picosPerImage)
            || isAbove(.audio, ceiling.picosPerAudioUnit)
    }

    /// `fp4` and `fp8` stand for their block-scaled kin too.
    private static func admits(
        _ wanted: [ProviderPreferences.Quantization], _ quantization: ProviderPreferences.Quantization?
    ) -> Bool {
        let quantization = quantization ?? .unknown
        if wanted.contains(quantization) { return true }
        switch quantization {
        case .mxfp4, .nvfp4: return wanted.contains(.fp4)
        case .mxfp8: return wanted.contains(.fp8)
        case .int4, .int8, .fp4, .fp6, .fp8, .fp16, .bf16, .fp32, .unknown: return false
        }
    }
}

extension Endpoint {
    /// Whether it takes the kinds of input that the request has, and gives the kinds of output that it asks for.
    @inline(__always)
    func gives(_ request: CompletionRequest) -> Bool {
        // By their bits: the methods of option sets are calls through a table here, for each endpoint.
        let missing =
            UInt16(request.inputModalities.rawValue) & ~inputModalities.rawValue
            | UInt16(request.outputModalities.rawValue) & ~outputModalities.rawValue
        return missing == 0
    }
}
