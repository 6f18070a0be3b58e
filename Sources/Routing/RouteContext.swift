package import Catalog

/// Everything beside the request and the catalogue that a plan depends on: given the same, the plan is the same.
package struct RouteContext: Sendable {
    /// Whether something may be used, by the slugs of a model and a provider.
    package typealias Permission = @Sendable (_ model: String, _ provider: String) -> Bool

    package let health: HealthTable
    package var algorithm = RoutingAlgorithm.default
    /// On the clock of `health`.
    package var nowMs: UInt64
    /// When the request arrived, for prices that depend on the time of day.
    package var unixSeconds: Int64 = 0
    /// Chooses among endpoints that are as good as each other.
    package var random: UInt64 = 0
    /// Whether the request may be sent to find out how an endpoint is that nobody asks.
    package var mayLook = true
    /// What is known of the prompt's length; from its bytes alone where nil.
    package var tokens: PromptTokens?
    /// Endpoints of this context and more, in tokens, may serve although the prompt does not fit, because its middle can be
    /// left out; nil where none of it is.
    package var compressedContextMin: Int?
    /// The keys of its own that the caller may use at providers: of those that the catalogue has endpoints of, and each
    /// once. Empty for nearly everybody, and then nothing is done for it.
    package var ownKeys: [Credential] = []
    /// What the caller's key may use; nil where it may use everything.
    package var allows: Permission?
    /// The hash of the endpoint that answered the conversation before.
    package var sticky: UInt32?

    package init(health: HealthTable, nowMs: UInt64) {
        self.health = health
        self.nowMs = nowMs
    }
}
