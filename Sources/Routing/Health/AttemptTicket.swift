/// The leave to make one attempt; handed back with its outcome, exactly once.
package struct AttemptTicket: Sendable, Equatable {
    /// The provider's key to use, an index.
    package let key: Int
    package let beganMs: UInt64
    /// Tokens that were taken from limits in advance.
    let tokens: Int
    let entry: CircuitBreaker.Entry
    /// Whether the breaker knows the outcome already.
    var isJudged = false

    /// Whether it was let in although the endpoint is not well.
    package var isTrial: Bool { entry != .normal }
    /// Whether it tries for others if the endpoint has recovered.
    package var isProbe: Bool { entry == .probe }
}

/// The answer to a request that wants to try an endpoint.
package enum AttemptStart: Sendable, Equatable {
    case granted(AttemptTicket)
    /// The endpoint is better left alone: its breaker is open, its probe is taken, it cools or is off.
    case unavailable
    /// Nothing is left of a limit that the operator set.
    case exhausted
}
