/// What may follow a failed attempt, decided where the failure is understood; the attempt loop reads nothing else.
package struct RetryDecision: Sendable, Equatable {
    package enum SameEndpoint: UInt8, Sendable {
        case never
        /// Once, at once.
        case once
        /// Once, after a pause, and only when there is no other endpoint to go to.
        case onceIfSole
    }

    package enum OtherEndpoint: UInt8, Sendable {
        /// Every endpoint of this model would say the same.
        case none
        case any
        /// One more at most: another provider may understand the request, two that do not settle it.
        case oneMore
        /// Only where the context is larger.
        case largerContext
    }

    package var sameEndpoint: SameEndpoint
    package var otherEndpoint: OtherEndpoint
    /// Whether the next model of the request's list may be tried.
    package var otherModel: Bool

    package init(_ sameEndpoint: SameEndpoint, _ otherEndpoint: OtherEndpoint, otherModel: Bool = true) {
        self.sameEndpoint = sameEndpoint
        self.otherEndpoint = otherEndpoint
        self.otherModel = otherModel
    }

    /// Nothing may follow.
    package static let stop = RetryDecision(.never, .none, otherModel: false)
}
