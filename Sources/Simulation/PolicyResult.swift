/// What a policy came to in a scenario.
package struct PolicyResult: Sendable {
    package let policy: SimulationPolicy
    package let requests: Int
    package let answered: Int
    /// Attempts that were followed by another one.
    package let failovers: Int
    package let attempts: Int
    /// Answers slower than the guard against drips allows.
    package let dripped: Int
    package let nanos: Int64
    /// Milliseconds from a request's arrival to its first token, attempts that failed included; nil without answers.
    package let ttftMsP50: Double?
    package let ttftMsP99: Double?
    /// The same to its end.
    package let totalMsP99: Double?
    /// The most requests that waited at once for a provider that was down or had just come back.
    package let probeConcurrencyMax: Int
    /// The longest time from the end of an event until the provider had its usual traffic; nil where no event ended in
    /// time to tell.
    package let recoveryMs: UInt64?
    /// Answers by provider, in the scenario's order.
    package let answersByProvider: [Int]
    /// Answers by second and provider.
    let perSecond: [UInt32]

    package var successRate: Double { requests == 0 ? 1 : Double(answered) / Double(requests) }
    /// Dollars.
    package var cost: Double { Double(nanos) / 1e9 }
    /// Dollars an answer; nil without answers.
    package var costPerAnswer: Double? { answered == 0 ? nil : cost / Double(answered) }

    /// What an answer costs compared with the oracle; nil where that is free or there is none.
    package func costRatio(to oracle: PolicyResult) -> Double? {
        guard let own = costPerAnswer, let best = oracle.costPerAnswer, best > 0 else { return nil }
        return own / best
    }
}
