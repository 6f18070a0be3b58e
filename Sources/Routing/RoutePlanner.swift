import Catalog
package import Completions

/// Decides which endpoints may serve a request, and in which order they are tried.
///
/// First what cannot serve is left out, each endpoint with its reason (`EndpointFilter`, `TierAdmission`,
/// `ParameterPreference`); then the rest is put in order (`EndpointRanking`): by health, by the caller's wishes, by
/// price. Models keep the caller's order, since another model is another answer, unless the caller says that they are
/// all the same to them (`sort.partition: "none"`).
///
/// Sizes are compared by lower bounds: an endpoint is left out only when the request cannot fit. When the guess was
/// too kind, the endpoint says so itself and the attempt loop moves to a larger one.
package enum RoutePlanner {
    package static func plan(
        _ request: CompletionRequest, models: ModelList, context: RouteContext
    ) -> RoutePlan {
        let plan = planOnce(request, models, context)
        guard plan.isEmpty, let least = ContextFit.leastContext(after: plan, request) else { return plan }
        var context = context
        context.compressedContextMin = least
        return planOnce(request, models, context)
    }

    private static func planOnce(
        _ request: CompletionRequest, _ models: ModelList, _ context: RouteContext
    ) -> RoutePlan {
        let tokens = context.tokens ?? PromptTokens(request.promptSize)
        var filter = EndpointFilter.make(
            for: request, models: models, promptTokensMin: tokens.atLeast, context: context)
        var plan = RoutePlan()
        plan.strategy = models.strategy
        plan.promptTokensMin = tokens.atLeast
        plan.promptTokens = tokens.likely
        plan.seed = context.random
        if models.count == 1, models.first.model.endpoints.count == 1, context.ownKeys.isEmpty {
            planSole(request, models.first, filter, tokens, context, into: &plan)
            return plan
        }
        var ranking = EndpointRanking(request, models.first.variant, tokens, context)
        plan.policy = ranking.policy
        plan.completionTokens = ranking.completionTokens
        // The operator's fallbacks are no models that the caller finds as good.
        let isMixed =
            models.strategy == .free
            || (request.provider.sort?.partition == ProviderPreferences.Sort.Partition.none && !request.models.isEmpty)
        plan.isMixed = isMixed
        if !context.ownKeys.isEmpty {
            planTurns(request, models, filter, tokens, context, into: &plan)
            return plan
        }
        for index in 0..<models.count {
            if index > 0 { filter.turn(to: models[index], strategy: models.strategy, for: request) }
            collect(request, models, index, filter, context, into: &ranking, &plan)
            if isMixed || models.staysFree(behind: index) { continue }
            ranking.finish(models, into: &plan)
            if index + 1 < models.count {
                ranking = EndpointRanking(request, models[index + 1].variant, tokens, context)
            }
        }
        if isMixed { ranking.finish(models, into: &plan) }
        return plan
    }

    /// Nothing has to be put in order, which is so for most requests of most installations.
    private static func planSole(
        _ request: CompletionRequest, _ resolved: ResolvedModel, _ filter: EndpointFilter, _ tokens: PromptTokens,
        _ context: RouteContext, into plan: inout RoutePlan
    ) {
        let model = resolved.model
        let endpoint = model.endpoints[0]
        if let reason = filter.rejection(of: endpoint, for: request) {
            return plan.reject(model, endpoint, reason)
        }
        if filter.demandsDistillable, model.facts.distillable != true {
            return plan.reject(model, endpoint, .notDistillable)
        }
        let order = request.provider.order
        if !request.provider.allowsFallbacks, !order.isEmpty, EndpointName.position(of: endpoint, in: order) == nil {
            return plan.reject(model, endpoint, .fallbacksForbidden)
        }
        let availability = context.health[endpoint].availability(nowMs: context.nowMs)
        if availability == .exhausted { return plan.reject(model, endpoint, .quotaExhausted) }
        plan.append(
            Candidate(
                model: model, endpoint: endpoint,
                expectedPicos: ExpectedPrice(request, tokens, unixSeconds: context.unixSeconds).picos(at: endpoint),
                share: 1, standing: availability == .probing ? .probe : [], variant: resolved.variant))
    }

    /// Sorts a model's endpoints into those that may serve and those that may not.
    private static func collect(
        _ request: CompletionRequest, _ models: ModelList, _ index: Int, _ filter: EndpointFilter,
        _ context: RouteContext, into ranking: inout EndpointRanking, _ plan: inout RoutePlan
    ) {
        let model = models[index].model
        if filter.demandsDistillable, model.facts.distillable != true {
            for endpoint in model.endpoints { plan.reject(model, endpoint, .notDistillable) }
            return
        }
        let choice = EndpointChoice(request, model.endpoints, models[index].variant, filter)
        ranking.reserve(model.endpoints.count)
        for position in model.endpoints.indices {
            consider(position, of: model, index, choice, context, &ranking, &plan)
        }
    }

    /// Ranks an endpoint, or notes why it may not serve.
    /// - Parameters:
    ///   - position: of the endpoint in its model.
    ///   - index: of the model in the caller's list.
    @inline(__always)
    static func consider(
        _ position: Int, of model: Model, _ index: Int, _ choice: EndpointChoice, _ context: RouteContext,
        _ ranking: inout EndpointRanking, _ plan: inout RoutePlan
    ) {
        let outline = model.outlines[position]
        // Most requests want nothing special of endpoints, and of most endpoints nothing bad is known.
        if choice.admitsPlainly(outline), ranking.ranksPlainly,
            let reading = context.health.calmReading(of: outline.index, nowMs: context.nowMs)
        {
            ranking.add(outline, of: model, index, at: position, reading)
        } else {
            considerClosely(position, of: model, index, choice, context, &ranking, &plan)
        }
    }

    @inline(never)
    private static func considerClosely(
        _ position: Int, of model: Model, _ index: Int, _ choice: EndpointChoice, _ context: RouteContext,
        _ ranking: inout EndpointRanking, _ plan: inout RoutePlan
    ) {
        let endpoint = model.endpoint(at: position)
        let rank: Int?
        switch choice.verdict(on: endpoint) {
        case .rejected(let reason): return plan.reject(model, endpoint, reason)
        case .admitted(let found): rank = found
        }
        let health = context.health[endpoint]
        let reading = health.reading(nowMs: context.nowMs, hasSpeeds: ranking.comparesSpeeds)
        if reading.availability == .exhausted { return plan.reject(model, endpoint, .quotaExhausted) }
        let isLook = index == 0 && ranking.looks && health.claimLook(nowMs: context.nowMs)
        if isLook { ranking.looks = false }
        ranking.add(
            endpoint, model: index, position: position, reading, rank: rank,
            isPreferredTier: choice.tiers.prefers(endpoint.serviceTier),
            isSlowerTier: choice.tiers.prefersUltrafast && endpoint.serviceTier != .ultrafast, isLook: isLook)
    }
}

/// Whether an endpoint of one model may serve a request, for all that does not change from moment to moment.
struct EndpointChoice {
    enum Verdict {
        /// With its position in the caller's `order`, where it is in it.
        case admitted(rank: Int?)
        case rejected(RejectionReason)
    }

    let tiers: TierAdmission
    private let request: CompletionRequest
    private let filter: EndpointFilter
    private var preference = ParameterPreference()
    private let excludesStandard: Bool
    private let hasOrder: Bool
    private let keepsToOrder: Bool
    /// Whether endpoints of no tier are told by their outlines alone.
    private var isPlain = false

    /// - Parameter endpoints: those of the model that the caller could be served by.
    init(
        _ request: CompletionRequest, _ endpoints: [Endpoint], _ variant: ModelVariant, _ filter: EndpointFilter
    ) {
        let tiers = TierAdmission(request, variant: variant)
        self.tiers = tiers
        self.request = request
        self.filter = filter
        excludesStandard =
            tiers.excludesStandard
            && endpoints.contains {
                $0.serviceTier.map(tiers.admits) ?? false && filter.rejection(of: $0, for: request) == nil
            }
        hasOrder = !request.provider.order.isEmpty
        keepsToOrder = hasOrder && !request.provider.allowsFallbacks
        if ParameterPreference.isAsked(by: request) {
            preference = ParameterPreference(request, among: endpoints) {
                if case .admitted = admission(of: $0) { true } else { false }
            }
        }
        isPlain =
            filter.isPlain && preference.isEmpty && !hasOrder && !excludesStandard && !tiers.prefersUltrafast
    }

    /// Whether it may serve, named by nobody and of no tier. One of which this is not so is asked for its `verdict`.
    @inline(__always)
    func admitsPlainly(_ outline: EndpointOutline) -> Bool {
        isPlain && outline.isStandard && filter.admits(outline)
    }

    @inline(__always)
    func verdict(on endpoint: Endpoint) -> Verdict {
        let admission = admission(of: endpoint)
        guard case .admitted = admission, let missing = preference.missing(at: endpoint) else { return admission }
        return .rejected(.lacksPreferred(missing))
    }

    /// Whether it may serve, whatever its siblings can do.
    private func admission(of endpoint: Endpoint) -> Verdict {
        if let reason = filter.rejection(of: endpoint, for: request) { return .rejected(reason) }
        let rank = hasOrder ? EndpointName.position(of: endpoint, in: request.provider.order) : nil
        if keepsToOrder, rank == nil { return .rejected(.fallbacksForbidden) }
        if let tier = endpoint.serviceTier {
            // Whoever names a tier's endpoint wants it.
            if rank == nil, !tiers.admits(tier), !isNamed(endpoint) { return .rejected(.tierNotAsked) }
        } else if excludesStandard, rank == nil {
            return .rejected(.tierNotAsked)
        }
        return .admitted(rank: rank)
    }

    private func isNamed(_ endpoint: Endpoint) -> Bool {
        request.provider.only.map { EndpointName.position(of: endpoint, in: $0) != nil } ?? false
    }
}
