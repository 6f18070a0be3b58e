package import Completions

/// A failed attempt, understood.
package struct UpstreamFailure: Error, Sendable, Equatable {
    package var failureClass: FailureClass
    /// The status the provider answered with, or that its in-band error stands for; 0 where nothing was received.
    package var status: Int
    /// The provider's own code, else its own type.
    package var code: String?
    /// A sentence that a caller may see: never a 5xx body, never anything about our key or account.
    package var message: String
    /// The provider's sentence as it came, for the operator's log; nil where it may hold a key.
    package var detail: String?
    package var retry: RetryDecision
    /// How long the provider asked to be left alone, in milliseconds.
    package var retryAfterMs: UInt64?
    /// How long the endpoint should be tried last, in milliseconds; 0 for not at all.
    package var cooldownMs: UInt64
    package var health: HealthImpact
    /// Fields of the request that the provider says it does not take; only of an unsupported request.
    package var refusedFields = RequestFieldSet()
    /// The field of the request that the provider's dialect has no words for, as a path.
    package var param: String?

    package init(
        failureClass: FailureClass, status: Int, code: String? = nil, message: String, detail: String? = nil,
        retry: RetryDecision, retryAfterMs: UInt64? = nil, cooldownMs: UInt64 = 0, health: HealthImpact
    ) {
        self.failureClass = failureClass
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.retry = retry
        self.retryAfterMs = retryAfterMs
        self.cooldownMs = cooldownMs
        self.health = health
    }

    package var countsAgainstHealth: Bool { health != .none }
}
