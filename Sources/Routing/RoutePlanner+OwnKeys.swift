import Catalog
import Completions

extension RoutePlanner {
    /// Plans for a caller who has keys of its own at providers.
    ///
    /// Models of one order are taken turn by turn together; otherwise each model has all its turns before the next one.
    /// Endpoints of other callers' keys are not there for this one, and not told.
    static func planTurns(
        _ request: CompletionRequest, _ models: ModelList, _ first: EndpointFilter, _ tokens: PromptTokens,
        _ context: RouteContext, into plan: inout RoutePlan
    ) {
        let filters = (0..<models.count).map { index in
            var filter = first
            if index > 0 { filter.turn(to: models[index], strategy: models.strategy, for: request) }
            return filter
        }
        let groups = plan.isMixed ? [0..<models.count] : groups(of: models)
        let turns = OwnKeyTurn.all(context.ownKeys, hasOrder: !request.provider.order.isEmpty)
        for group in groups {
            let countBefore = plan.count
            for turn in turns {
                var ranking = EndpointRanking(request, models[group.lowerBound].variant, tokens, context)
                for index in group {
                    collect(turn, request, models, index, filters[index], context, into: &ranking, &plan)
                }
                ranking.finish(models, hasPrimary: plan.count > countBefore, into: &plan)
            }
        }
    }

    /// Each model by itself, but for those that the free router draws among.
    private static func groups(of models: ModelList) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        var start = 0
        for index in 0..<models.count where !models.staysFree(behind: index) {
            groups.append(start..<index + 1)
            start = index + 1
        }
        return groups
    }

    private static func collect(
        _ turn: OwnKeyTurn, _ request: CompletionRequest, _ models: ModelList, _ index: Int,
        _ filter: EndpointFilter, _ context: RouteContext, into ranking: inout EndpointRanking,
        _ plan: inout RoutePlan
    ) {
        let model = models[index].model
        let own = model.endpoints(of: context.ownKeys)
        let choice = EndpointChoice(request, model.endpoints + own, models[index].variant, filter)
        for position in 0..<model.endpoints.count + model.ownKeyEndpoints.count {
            let endpoint = model.endpoint(at: position)
            guard turn.includes(endpoint), endpoint.credential == nil || own.contains(where: { $0 === endpoint }) else {
                continue
            }
            if filter.demandsDistillable, model.facts.distillable != true {
                plan.reject(model, endpoint, .notDistillable)
            } else if turn == .shared, isReplaced(endpoint, model, context.ownKeys) {
                plan.reject(model, endpoint, .ownKeyRequired)
            } else {
                consider(position, of: model, index, choice, context, &ranking, &plan)
            }
        }
    }

    private static func isReplaced(_ endpoint: Endpoint, _ model: Model, _ keys: [Credential]) -> Bool {
        keys.contains { $0.provider == endpoint.provider.slug && $0.replacesShared(for: model) }
    }
}
