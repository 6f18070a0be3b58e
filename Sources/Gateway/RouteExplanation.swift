import Access
import Catalog
package import Completions
import Dialects
package import HTTPServer
package import JSONText
import Reactor
package import Routing
import Telemetry

/// What the router would do with a request now, and why, without doing it.
package struct RouteExplanation {
    package let request: CompletionRequest
    package let plan: RoutePlan
    package let context: RouteContext
    /// What endpoints that are equally well are put in order by: the caller's sort, that of the slug's ending or of the
    /// service tier, or the operator's algorithm.
    package let sort: String
    /// How long it takes to make the plan with its data in the processor's caches, in nanoseconds.
    package let planningNs: UInt64
    /// What a caller would be told; nil where an endpoint may serve.
    package internal(set) var refusal: APIError?
}

extension CompletionPipeline {
    /// Plans a request as if it had come to a completion route. Messages may be left out; `prompt_tokens` then says how
    /// long the prompt is.
    package func explain(_ root: JSONValue, _ body: RequestBody, _ exchange: ServerExchange) throws(APIError)
        -> RouteExplanation
    {
        let principal = try authenticate(exchange)
        guard let merged = try merged(root, body, of: .chat, in: state) else {
            return try explain(root, body, to: principal)
        }
        defer { withExtendedLifetime(merged.body) {} }
        let joined = try scan(merged.body)
        do throws(APIError) {
            var explanation = try explain(joined, merged.body, to: principal)
            explanation.refusal = explanation.refusal.map(merged.preset.explain)
            return explanation
        } catch {
            throw merged.preset.explain(error)
        }
    }

    private func explain(_ root: JSONValue, _ body: RequestBody, to principal: Principal) throws(APIError)
        -> RouteExplanation
    {
        let request = try ChatRequestDecoder.decode(root, surface: .explanation)
        let ownKeys = state.ownKeys(of: principal)
        let models = try ModelResolver.resolve(request, in: state.catalog, ownKeys: ownKeys)
        var context = RouteContext(health: state.health, nowMs: loop.now)
        context.algorithm = state.settings.algorithm
        context.unixSeconds = clock.unixMs() / 1000
        context.random = generator.next()
        context.ownKeys = ownKeys
        // Nothing is sent that could look.
        context.mayLook = false
        context.tokens = PromptTokens(
            request.promptSize, in: Span(_unsafeBytes: body.bytes), room: models.first.model.smallestContext)
        if let value = root["prompt_tokens"], !value.isNull {
            guard let tokens = value.integer, (0...Int64(GatewayLimits.explainedTokens)).contains(tokens) else {
                throw .invalid(
                    "prompt_tokens", "'prompt_tokens' must be a number from 0 to \(GatewayLimits.explainedTokens).")
            }
            context.tokens = PromptTokens(atLeast: Int(tokens), likely: Int(tokens))
        }
        context.allows = principal.routePermission
        let plan = RoutePlanner.plan(request, models: models, context: context)
        // Again, to see what it takes on a busy loop, which has everything at hand.
        let began = EventLoop.monotonicNanos()
        _ = RoutePlanner.plan(request, models: models, context: context)
        let planningNs = EventLoop.monotonicNanos() - began
        let sort = request.provider.sort?.by ?? models.first.variant.sort ?? request.tierSort
        return RouteExplanation(
            request: request, plan: plan, context: context, sort: sort?.rawValue ?? context.algorithm.rawValue,
            planningNs: planningNs,
            refusal: plan.isEmpty ? RouteRefusal.error(for: plan, request: request) : nil)
    }
}
