package import Catalog

/// One endpoint that may serve a request, with the model it serves and what gave it its place.
package struct Candidate: Sendable {
    package let model: Model
    package let endpoint: Endpoint
    /// What the request is expected to cost there, in pico-dollars; 0 where there was nothing to compare.
    package var expectedPicos: Double
    /// The chance that it had to be tried first.
    package var share: Float
    package var standing: Standing
    /// What the model's name asked for.
    package let variant: ModelVariant
    /// Its place in the caller's `order`.
    let rank: UInt8
    /// What was known of it.
    let health: HealthSketch
    let toolCalls: ToolCallRate

    package init(
        model: Model, endpoint: Endpoint, expectedPicos: Double = 0, share: Float = 0, standing: Standing = [],
        variant: ModelVariant = []
    ) {
        self.init(
            model: model, endpoint: endpoint, expectedPicos: expectedPicos, share: share, standing: standing,
            variant: variant, rank: 0, health: .none, toolCalls: .unknown)
    }

    init(
        model: Model, endpoint: Endpoint, expectedPicos: Double, share: Float, standing: Standing,
        variant: ModelVariant, rank: UInt8, health: HealthSketch, toolCalls: ToolCallRate
    ) {
        self.model = model
        self.variant = variant
        self.endpoint = endpoint
        self.expectedPicos = expectedPicos
        self.share = share
        self.standing = standing
        self.rank = rank
        self.health = health
        self.toolCalls = toolCalls
    }
}

/// An endpoint that may not serve a request, and why.
package struct Rejection: Sendable {
    package let model: Model
    package let endpoint: Endpoint
    package let reason: RejectionReason
}

/// Which endpoints to try for a request, in order, and why the others were left out.
package struct RoutePlan: Sendable {
    /// The endpoint to try first; nil when none is left.
    package private(set) var first: Candidate?
    /// The fallbacks, in order. Empty, and without an allocation, for most requests.
    package private(set) var rest: [Candidate] = []
    package private(set) var rejected: [Rejection] = []
    /// How the request came to its models.
    package var strategy = RouteStrategy.direct
    /// What the prompt was taken to have at least.
    package var promptTokensMin = 0
    /// What the prompt was taken to have when prices were compared, and the answer.
    package var promptTokens = 0
    package var completionTokens = 0
    /// What decided between endpoints of the same standing.
    package var policy = RankingPolicy(order: .configured)
    /// Whether endpoints of several models were put in one order.
    package var isMixed = false
    /// The number that chose among endpoints that were as good as each other.
    package var seed: UInt64 = 0

    package init() {}

    /// Whether nothing was chosen: one endpoint, none left out, nothing wrong with it.
    package var isSole: Bool {
        rest.isEmpty && rejected.isEmpty && first.map { $0.standing.isEmpty } ?? true
    }

    package var isEmpty: Bool { first == nil }
    package var count: Int { first == nil ? 0 : 1 + rest.count }
    package subscript(_ index: Int) -> Candidate { index == 0 ? first! : rest[index - 1] }

    /// Makes room for so many more candidates.
    mutating func reserve(_ count: Int) {
        if count > 1 { rest.reserveCapacity(rest.count + count) }
    }

    package mutating func append(_ candidate: Candidate) {
        if first == nil {
            first = candidate
        } else {
            rest.append(candidate)
        }
    }

    package mutating func reject(_ model: Model, _ endpoint: Endpoint, _ reason: RejectionReason) {
        rejected.append(Rejection(model: model, endpoint: endpoint, reason: reason))
    }
}
