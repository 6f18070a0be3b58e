import Accounting
import Catalog
import Completions
import Routing

/// Where the plan of a request comes from: the router's planner, or a simpler rule.
struct PlanSource {
    private let policy: SimulationPolicy
    private let request: CompletionRequest
    private let models: ModelList
    private let model: Model
    private let health: HealthTable
    /// The endpoints by price, for a request of usual size.
    private let byPrice: [Int]
    private let weights: [Double]
    private var turn = 0
    /// A moving average by endpoint, in microseconds; zero until something was seen.
    private var ttftUs: [Double]

    init(_ policy: SimulationPolicy, _ scenario: Scenario, _ model: Model, _ health: HealthTable) {
        self.policy = policy
        self.model = model
        self.health = health
        models = ModelList(model)
        request = CompletionRequest(kind: .chat)
        request.model = model.slug
        request.isStream = true
        let prices = model.endpoints.map { Self.price($0, scenario.promptTokens.mean, scenario.outputTokens.mean) }
        byPrice = prices.indices.sorted { (prices[$0], $0) < (prices[$1], $1) }
        let cheapest = prices.min() ?? 0
        weights = model.endpoints.indices.map { index in
            let weight = model.endpoints[index].weight
            if policy != .inverseSquare { return weight }
            if cheapest <= 0 { return prices[index] <= 0 ? weight : 0 }
            return weight * (cheapest / prices[index]) * (cheapest / prices[index])
        }
        ttftUs = prices.map { _ in 0 }
    }

    private static func price(_ endpoint: Endpoint, _ promptTokens: Double, _ outputTokens: Double) -> Double {
        let rates = endpoint.pricing.rates(promptTokens: Int(promptTokens), at: 0)
        return Double(rates[.prompt]?.picos ?? 0) * promptTokens
            + Double(rates[.completion]?.picos ?? 0) * outputTokens + Double(rates[.request]?.picos ?? 0)
    }

    /// - Parameter foreseen: the endpoints that are going to answer, as bits; the oracle's.
    mutating func plan(_ size: SimulatedRequest, nowMs: UInt64, random: UInt64, foreseen: UInt64) -> RoutePlan {
        switch policy {
        case .default, .adaptive:
            var context = RouteContext(health: health, nowMs: nowMs)
            context.algorithm = policy == .default ? .default : .adaptive
            context.random = random
            context.tokens = PromptTokens(atLeast: size.promptTokens, likely: size.promptTokens)
            return RoutePlanner.plan(request, models: models, context: context)
        case .price: return plan(byPrice)
        case .roundRobin:
            turn = (turn + 1) % model.endpoints.count
            return plan((0..<model.endpoints.count).map { (turn + $0) % model.endpoints.count })
        case .random, .inverseSquare: return plan(byPrice, first: draw(random))
        case .latency: return plan(ttftUs.indices.sorted { (ttftUs[$0], $0) < (ttftUs[$1], $1) })
        case .oracle:
            let prices = model.endpoints.map { Self.price($0, Double(size.promptTokens), Double(size.outputTokens)) }
            let sorted = prices.indices.sorted { (prices[$0], $0) < (prices[$1], $1) }
            return plan(sorted, first: sorted.first { foreseen >> UInt64($0) & 1 != 0 })
        }
    }

    /// An answer of an endpoint began.
    mutating func note(ttft us: UInt64, at endpoint: Int) {
        guard policy == .latency else { return }
        ttftUs[endpoint] = ttftUs[endpoint] == 0 ? Double(us) : 0.95 * ttftUs[endpoint] + 0.05 * Double(us)
    }

    private func draw(_ random: UInt64) -> Int {
        var rest = Double(random >> 11) * 0x1p-53 * weights.reduce(0, +)
        for index in weights.indices {
            rest -= weights[index]
            if rest < 0 { return index }
        }
        return weights.count - 1
    }

    private func plan(_ order: [Int], first: Int? = nil) -> RoutePlan {
        var plan = RoutePlan()
        if let first { plan.append(Candidate(model: model, endpoint: model.endpoints[first])) }
        for index in order where index != first {
            plan.append(Candidate(model: model, endpoint: model.endpoints[index]))
        }
        return plan
    }
}
