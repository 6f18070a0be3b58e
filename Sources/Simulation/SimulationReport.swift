/// The results of a scenario, policy by policy.
package struct SimulationReport: Sendable {
    package let scenario: Scenario
    /// In the scenario's order.
    package let results: [PolicyResult]
    package let oracle: PolicyResult

    /// The policies to play: those of the scenario, and the oracle for comparison.
    package static func policies(of scenario: Scenario) -> [SimulationPolicy] {
        scenario.policies + (scenario.policies.contains(.oracle) ? [] : [.oracle])
    }

    /// - Parameter results: of `policies(of:)`, in that order.
    package init(_ scenario: Scenario, _ results: [PolicyResult]) {
        self.scenario = scenario
        self.results = results.filter { scenario.policies.contains($0.policy) }
        guard let oracle = results.last(where: { $0.policy == .oracle }) else {
            preconditionFailure("the oracle is played too")
        }
        self.oracle = oracle
    }

    /// Plays all policies, one after the other.
    package init(_ scenario: Scenario) {
        self.init(scenario, Self.policies(of: scenario).map { PolicyRun.result(of: $0, in: scenario) })
    }

    package subscript(_ policy: SimulationPolicy) -> PolicyResult? { results.first { $0.policy == policy } }

    /// What an answer costs compared with the oracle; nil where that is free.
    package func costRatio(_ result: PolicyResult) -> Double? { result.costRatio(to: oracle) }
}
