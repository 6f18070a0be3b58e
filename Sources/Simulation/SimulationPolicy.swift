/// The ways of choosing that a simulation compares.
///
/// `default` and `adaptive` are the router's own, with everything it knows of health. The others are what simpler routers
/// do: they look at no health, and move on when an attempt has failed, by the same rules and from the same retry budget.
/// The oracle is what nobody can do.
package enum SimulationPolicy: String, CaseIterable, Sendable {
    /// The router's compatible algorithm.
    case `default`
    case adaptive
    /// The cheapest first.
    case price
    case roundRobin = "round_robin"
    /// By chance, by the providers' `weight`.
    case random
    /// The one with the shortest time to first token first, by a moving average of what was seen.
    case latency
    /// By chance, weighted by the inverse square of the price; the others by price.
    case inverseSquare = "inverse_square"
    /// The cheapest that is going to answer, and not to drip: it knows the future.
    case oracle

    /// Whether the router's planner chooses and its health says who may be asked.
    var isRouter: Bool { self == .default || self == .adaptive }
}
