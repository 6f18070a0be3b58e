/// Compares how well siblings call tools.
///
/// The measure is the sibling with the fewest broken calls, or a twentieth of the answers where even that one breaks more.
/// Who breaks more by 2 percentage points, and by more than two standard errors of the difference, is worse: the points
/// keep a difference that nobody feels from moving traffic, the errors one that chance explains. There need not be many
/// siblings, unlike with throughput: a rate has its own spread. Source: spec 22.3.
///
/// Who is worse goes behind. Who is not known goes behind who is known to be good only where the caller asked for quality
/// itself: elsewhere it could never become known.
struct ToolCallQuality {
    /// In the order in which the endpoints were added.
    var rates: [ToolCallRate] = []
    /// Whether the caller asked for quality itself.
    var prefersProven = false

    /// What each endpoint gets: `breaksToolCalls`, `unproven` or nothing. Empty where nothing is known of any.
    var standings: [Standing] {
        let known = rates.compactMap { each in each.errorRate.map { (rate: $0, variance: each.variance) } }
        guard let best = known.min(by: { $0.rate < $1.rate }) else { return [] }
        let isBestGood = best.rate <= RoutingLimits.toolCallErrorsMax
        let measure = isBestGood ? best : (rate: RoutingLimits.toolCallErrorsMax, variance: 0)
        return rates.map { each in
            guard let rate = each.errorRate else { return prefersProven ? .unproven : [] }
            let error = (each.variance + measure.variance).squareRoot()
            let margin = max(RoutingLimits.toolCallMargin, RoutingLimits.toolCallSigmas * error)
            return rate - measure.rate > margin ? .breaksToolCalls : []
        }
    }
}
