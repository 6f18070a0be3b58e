package import Catalog

/// One endpoint that may serve a request, with the model it serves.
package struct Candidate: Sendable {
    package let model: Model
    package let endpoint: Endpoint

    package init(model: Model, endpoint: Endpoint) {
        self.model = model
        self.endpoint = endpoint
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

    package init() {}

    package var isEmpty: Bool { first == nil }
    package var count: Int { first == nil ? 0 : 1 + rest.count }
    package subscript(_ index: Int) -> Candidate { index == 0 ? first! : rest[index - 1] }

    package mutating func append(_ candidate: Candidate) {
        if first == nil {
            first = candidate
        } else {
            rest.append(candidate)
        }
    }

    /// Rejects, for one reason, every candidate that is not allowed.
    package mutating func keep(otherwise reason: RejectionReason, _ isAllowed: (Candidate) -> Bool) {
        let candidates = (0..<count).map { self[$0] }
        first = nil
        rest = []
        for candidate in candidates {
            if isAllowed(candidate) {
                append(candidate)
            } else {
                reject(candidate.model, candidate.endpoint, reason)
            }
        }
    }

    package mutating func reject(_ model: Model, _ endpoint: Endpoint, _ reason: RejectionReason) {
        rejected.append(Rejection(model: model, endpoint: endpoint, reason: reason))
    }
}
