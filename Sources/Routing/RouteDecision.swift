/// A plan as it is kept with its generation: what was chosen, from what, and by which figures.
///
/// Endpoints are told by their numbers in the catalogue of that time (`Catalog.EndpointList`); words are made when
/// somebody reads it.
package struct RouteDecision: Sendable, Equatable {
    package struct Choice: Sendable, Equatable {
        package let endpoint: Int
        package let standing: Standing
        /// What the request was expected to cost there, in pico-dollars.
        package let picos: Double
        package let health: HealthSketch
        package internal(set) var toolCalls: ToolCallRate
        /// Its places in the caller's order, and in the operator's.
        let rank: UInt8
        let order: UInt8
        let weight: Double

        init(
            endpoint: Int, standing: Standing, picos: Double, health: HealthSketch, toolCalls: ToolCallRate,
            rank: UInt8, order: UInt8, weight: Double
        ) {
            self.endpoint = endpoint
            self.standing = standing
            self.picos = picos
            self.health = health
            self.toolCalls = toolCalls
            self.rank = rank
            self.order = order
            self.weight = weight
        }
    }

    package struct Exclusion: Sendable, Equatable {
        package let endpoint: Int
        package let reason: RejectionReason
    }

    package var strategy = RouteStrategy.direct
    package var policy = RankingPolicy(order: .configured)
    package var isMixed = false
    package var seed: UInt64 = 0
    package var promptTokensMin = 0
    package var promptTokens = 0
    package var completionTokens = 0
    /// In the order in which they were to be tried; at most `RoutingLimits.recordedEndpoints` of `choiceCount`.
    package var choices: [Choice] = []
    package var choiceCount = 0
    package var exclusions: [Exclusion] = []
    package var exclusionCount = 0

    init() {}
}
