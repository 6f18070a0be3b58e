import Catalog
import Completions
import JSONText
import Providers
import Testing

@testable import Routing

/// One row of the table of failures: what a provider answers, and everything that follows from it.
struct FailureRow: Sendable, CustomTestStringConvertible {
    /// How the same endpoint is asked again.
    enum Same: Sendable {
        case never
        case once
        /// Only where there is no other endpoint.
        case sole
    }

    /// Which endpoints of the same model follow.
    enum Other: Sendable {
        case all, one, none
        /// Only those with a larger context.
        case larger
    }

    /// What it does to the endpoint and the key.
    enum Effect: Sendable {
        case nothing
        case keyCools(seconds: UInt64)
        case endpointCools(seconds: UInt64)
        case keyOff(seconds: UInt64)
        case endpointOff(seconds: UInt64)
    }

    /// What it counts as: in the success rate, and in the row of hard failures that opens a breaker.
    enum Count: Sendable {
        case hard, soft
        /// A rate limit: for breakers, not for uptime.
        case limited
        case ignored
    }

    enum Cause: Sendable {
        case answer(Int, String, [String: String])
        /// An error in an answer of 200, or as the first event of a stream.
        case inBand(String)
        case transport(TransportFailure)
        case empty
        /// After content has been sent.
        case broken
    }

    var name: String
    var cause: Cause
    var expected: FailureClass
    var same: Same
    var other: Other
    var nextModel = true
    var effect: Effect
    var count: Count

    var testDescription: String { name }

    init(
        _ name: String, _ cause: Cause, _ expected: FailureClass, same: Same, other: Other, nextModel: Bool = true,
        _ effect: Effect, _ count: Count
    ) {
        self.name = name
        self.cause = cause
        self.expected = expected
        self.same = same
        self.other = other
        self.nextModel = nextModel
        self.effect = effect
        self.count = count
    }

    static func answer(_ status: Int, _ body: String = "", _ headers: [String: String] = [:]) -> Cause {
        .answer(status, body, headers)
    }

    var failure: UpstreamFailure {
        let scanner = JSONScanner()
        switch cause {
        case .answer(let status, let body, let headers):
            return FailureClassifier.classify(
                status: status, headers: { headers["\($0)"] }, body: try? scanner.scan(copying: body), rawText: body,
                provider: "Alpha", nowMs: 1_800_000_000_000)
        case .inBand(let body):
            guard let value = try? scanner.scan(copying: body), let error = UpstreamErrorBody(value) else {
                preconditionFailure("the row \(name) has no error")
            }
            return FailureClassifier.classify(inBand: error, headers: { _ in nil }, provider: "Alpha", nowMs: 0)
        case .transport(let cause): return FailureClassifier.classify(cause, provider: "Alpha")
        case .empty: return FailureClassifier.emptyAnswer(provider: "Alpha")
        case .broken:
            return FailureClassifier.brokenStream(FailureClassifier.classify(.truncated, provider: "Alpha"))
        }
    }
}
