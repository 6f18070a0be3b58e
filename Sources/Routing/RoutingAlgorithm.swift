/// How endpoints that are equally healthy are put in order.
package enum RoutingAlgorithm: String, CaseIterable, Sendable {
    /// The first by chance, weighted by the inverse square of its price; the others by price.
    case `default`
    /// The cheapest first, by what an answer is expected to cost with failures counted in.
    case adaptive
    /// As the configuration lists them.
    case configured
}
