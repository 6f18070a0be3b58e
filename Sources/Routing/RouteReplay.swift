/// What another policy would have made of a stored decision: the same endpoints, with what was known of them then, put
/// in another order. What could not serve the request is left out by any policy.
package enum RouteReplay {
    package struct Place: Sendable, Equatable {
        /// The position in the choices of the decision.
        package let choice: Int
        /// The chance that it had to be tried first.
        package let share: Float
    }

    /// - Parameters:
    ///   - models: the model of each choice; those of one model are compared with each other only, unless the decision
    ///     mixed them.
    ///   - turns: the turn of each choice, which are not mixed either; empty where the caller had no key of its own.
    package static func order(
        _ decision: RouteDecision, by policy: RankingPolicy, models: [String], turns: [String] = []
    ) -> [Place] {
        var groups: [(model: String, turn: String, choices: [Int])] = []
        let hasOrder = decision.choices.contains { $0.standing.contains(.ordered) }
        for index in decision.choices.indices {
            let model = decision.isMixed || index >= models.count ? "" : models[index]
            var turn = index < turns.count ? turns[index] : ""
            // An order of providers that the caller gave holds for all keys together.
            if hasOrder, !turn.isEmpty { turn = "own" }
            if let group = groups.firstIndex(where: { $0.model == model && $0.turn == turn }) {
                groups[group].choices.append(index)
            } else {
                groups.append((model, turn, [index]))
            }
        }
        return groups.flatMap { order(decision, $0.choices, policy) }
    }

    private static func order(_ decision: RouteDecision, _ choices: [Int], _ policy: RankingPolicy) -> [Place] {
        var ranked = RankedPlaces(policy)
        let moving: Standing = [.deprioritised, .unproven, .breaksToolCalls, .sticky]
        // As the planner had them: who stands first in the catalogue comes first among equals.
        for index in choices.sorted(by: { decision.choices[$0].endpoint < decision.choices[$1].endpoint }) {
            let choice = decision.choices[index]
            // What the policy itself adds is found anew.
            let standing = choice.standing.subtracting(moving)
            let isLook =
                policy == decision.policy && policy.order == .adaptive && choice.standing.isSuperset(of: .look)
            let place = RankedPlaces.Place(
                standing: standing, model: 0, endpoint: UInt16(truncatingIfNeeded: index), rank: choice.rank,
                picos: choice.picos, weight: choice.weight, health: choice.health, toolCalls: choice.toolCalls)
            ranked.add(
                place,
                group: RankedPlaces.group(
                    standing, rank: Int(choice.rank), order: choice.order, isAdaptive: policy.order == .adaptive),
                key: isLook
                    ? RankedPlaces.lookKey
                    : RankedPlaces.key(
                        policy.order, picos: choice.picos, expectedSuccess: choice.health.expectedSuccess,
                        throughput: choice.health.tokensPerSecond, ttftMs: choice.health.ttftMs),
                throughput: choice.health.tokensPerSecond)
        }
        ranked.rank(random: decision.seed)
        func choice(_ index: Int) -> Int { Int(ranked[index].endpoint) }
        let kept = (0..<ranked.count).first { decision.choices[choice($0)].standing.contains(.sticky) }
        if let kept { ranked.promote(kept) }
        return (0..<ranked.count).map { Place(choice: choice($0), share: ranked[$0].share) }
    }
}
