import Catalog
import Completions
import Providers
import Testing

@testable import Routing

@Suite("Walking through a plan")
struct AttemptSequenceTests {
    typealias Fixtures = RoutingFixtures

    static func failure(
        _ retry: RetryDecision, retryAfterMs: UInt64? = nil, health: HealthImpact = .hard
    ) -> UpstreamFailure {
        UpstreamFailure(
            failureClass: .serverError, status: 500, code: nil, message: "", detail: nil, retry: retry,
            retryAfterMs: retryAfterMs, cooldownMs: 0, health: health)
    }

    static func plan(_ models: [(slug: String, parts: [Fixtures.Part])]) throws -> RoutePlan {
        let request = Fixtures.request(models[0].slug) { $0.models = models.dropFirst().map(\.slug) }
        return try Fixtures.plan(try Fixtures.catalog(models), request)
    }

    /// The steps after the same failure at every attempt: positions, and `stop` as -1.
    static func walk(_ plan: RoutePlan, _ failure: UpstreamFailure, attemptsMax: Int = RoutingLimits.attempts) -> [Int]
    {
        var sequence = AttemptSequence(plan, attemptsMax: attemptsMax)
        var steps: [Int] = []
        for _ in 0..<50 {
            guard case .attempt(let index, _) = sequence.next(after: failure, random: 0) else { return steps + [-1] }
            steps.append(index)
        }
        return steps
    }

    @Test("moves on to every other endpoint")
    func any() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y"), .init("z")])])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.never, .any))) == [1, 2, -1])
    }

    @Test("repeats an endpoint once where that may help")
    func once() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y")])])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.once, .any))) == [0, 1, 1, -1])
    }

    @Test("repeats a sole endpoint after a pause, and not the last of several")
    func sole() throws {
        let one = try Self.plan([("a/b", [.init("x")])])
        let broken = Self.failure(RetryDecision(.onceIfSole, .any))
        #expect(Self.walk(one, broken) == [0, -1])
        var sequence = AttemptSequence(one)
        guard case .attempt(0, let delay) = sequence.next(after: broken, random: 12_345) else {
            Issue.record("stopped")
            return
        }
        #expect(RoutingLimits.soleEndpointPauseMs.contains(delay))
        let two = try Self.plan([("a/b", [.init("x"), .init("y")])])
        #expect(Self.walk(two, broken) == [1, -1])
    }

    @Test(
        "waits for a sole endpoint's limit only when the wait is short",
        arguments: [(nil, -1), (1000, 0), (2000, 0), (2001, -1), (60_000, -1)] as [(UInt64?, Int)])
    func limits(retryAfterMs: UInt64?, first: Int) throws {
        let plan = try Self.plan([("a/b", [.init("x")])])
        let limited = Self.failure(RetryDecision(.onceIfSole, .any), retryAfterMs: retryAfterMs, health: .soft)
        #expect(Self.walk(plan, limited).first == first)
        if first == 0, let retryAfterMs {
            var sequence = AttemptSequence(plan)
            #expect(sequence.next(after: limited, random: 0) == .attempt(index: 0, delayMs: retryAfterMs))
        }
    }

    @Test("leaves the model where the request is at fault, and tries the next one")
    func otherModel() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y")]), ("c/d", [.init("z"), .init("x")])])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.never, .none))) == [2, -1])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.never, .none, otherModel: false))) == [-1])
        #expect(Self.walk(plan, Self.failure(.stop)) == [-1])
    }

    @Test("tries one more provider where only this one may be at fault")
    func oneMore() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y"), .init("z")])])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.never, .oneMore))) == [1, -1])
    }

    @Test("looks for a larger context")
    func larger() throws {
        let plan = try Self.plan([
            (
                "a/b",
                [
                    .init("x", context: 1000), .init("y", context: 1000), .init("z", context: 2000), .init("w"),
                    .init("v", context: 500),
                ]
            )
        ])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.never, .largerContext))) == [2, 3, 4, -1])
        let same = try Self.plan([("a/b", [.init("x", context: 1000), .init("y", context: 1000)])])
        #expect(Self.walk(same, Self.failure(RetryDecision(.never, .largerContext))) == [-1])
    }

    @Test("is bounded")
    func bounded() throws {
        let plan = try Self.plan([("a/b", (0..<20).map { .init("p\($0)") })])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.once, .any)), attemptsMax: 3) == [0, 1, -1])
        #expect(Self.walk(plan, Self.failure(RetryDecision(.never, .any))).count == RoutingLimits.attempts)
    }

    // MARK: Health

    static let broken = failure(RetryDecision(.onceIfSole, .any))

    @Test("passes over what is better left alone, and comes back to it when nothing else is left")
    func passedOver() throws {
        var sequence = AttemptSequence(try Self.plan([("a/b", [.init("x"), .init("y"), .init("z")])]))
        #expect(sequence.unavailable() == .attempt(index: 1, delayMs: 0))
        #expect(!sequence.isLastResort)
        #expect(sequence.next(after: Self.broken, random: 0) == .attempt(index: 2, delayMs: 0))
        #expect(sequence.next(after: Self.broken, random: 0) == .attempt(index: 0, delayMs: 0))
        #expect(sequence.isLastResort)
        #expect(sequence.next(after: Self.broken, random: 0) == .stop)
    }

    @Test("tries what is better left alone in its order when that is all there is")
    func allUnwell() throws {
        var sequence = AttemptSequence(try Self.plan([("a/b", [.init("x"), .init("y")])]))
        #expect(sequence.unavailable() == .attempt(index: 1, delayMs: 0))
        #expect(sequence.unavailable() == .attempt(index: 0, delayMs: 0))
        #expect(sequence.isLastResort)
        #expect(sequence.next(after: Self.broken, random: 0) == .attempt(index: 1, delayMs: 0))
        #expect(sequence.isLastResort)
        #expect(sequence.next(after: Self.broken, random: 0) == .stop)
    }

    @Test("asks a sole endpoint twice at most, however its health changes in between")
    func soleUnwell() throws {
        let plan = try Self.plan([("a/b", [.init("x")])])
        var sequence = AttemptSequence(plan)
        #expect(sequence.next(after: Self.broken, random: 0) != .stop)
        #expect(sequence.unavailable() == .attempt(index: 0, delayMs: 0))
        #expect(sequence.isLastResort)
        #expect(sequence.next(after: Self.broken, random: 0) == .stop)
    }

    @Test("never tries what is at its limit")
    func exhausted() throws {
        var sequence = AttemptSequence(try Self.plan([("a/b", [.init("x"), .init("y")])]))
        #expect(sequence.exhausted() == .attempt(index: 1, delayMs: 0))
        #expect(sequence.exhausted() == .stop)
        var other = AttemptSequence(try Self.plan([("a/b", [.init("x"), .init("y")])]))
        #expect(other.unavailable() == .attempt(index: 1, delayMs: 0))
        #expect(other.exhausted() == .attempt(index: 0, delayMs: 0))
        #expect(other.isLastResort)
        #expect(other.exhausted() == .stop)
    }

    @Test("what was passed over must suit the failure too")
    func passedOverContext() throws {
        let plan = try Self.plan([("a/b", [.init("x", context: 500), .init("y", context: 1000)])])
        var sequence = AttemptSequence(plan)
        #expect(sequence.unavailable() == .attempt(index: 1, delayMs: 0))
        #expect(sequence.next(after: Self.failure(RetryDecision(.never, .largerContext)), random: 0) == .stop)
    }

    @Test("the first move is free, later ones and repeats are taken from the budget")
    func budget() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y"), .init("z")])])
        var sequence = AttemptSequence(plan)
        #expect(sequence.next(after: Self.broken, random: 0, mayRetry: { false }) == .attempt(index: 1, delayMs: 0))
        #expect(sequence.next(after: Self.broken, random: 0, mayRetry: { false }) == .stop)
        var repeating = AttemptSequence(plan)
        let conflict = Self.failure(RetryDecision(.once, .any))
        #expect(repeating.next(after: conflict, random: 0, mayRetry: { false }) == .attempt(index: 1, delayMs: 0))
        var sole = AttemptSequence(try Self.plan([("a/b", [.init("x")])]))
        #expect(sole.next(after: Self.broken, random: 0, mayRetry: { false }) == .stop)
        var unwell = AttemptSequence(plan)
        _ = unwell.unavailable()
        _ = unwell.unavailable()
        #expect(unwell.next(after: Self.broken, random: 0, mayRetry: { false }) == .stop)
    }

    @Test("asks the same endpoint with another key first")
    func otherKey() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y")])])
        let limited = UpstreamFailure(
            failureClass: .rateLimited, status: 429, message: "", retry: RetryDecision(.onceIfSole, .any),
            health: .soft)
        var sequence = AttemptSequence(plan)
        #expect(sequence.next(after: limited, random: 0, hasOtherKey: true) == .attempt(index: 0, delayMs: 0))
        #expect(sequence.next(after: limited, random: 0) == .attempt(index: 1, delayMs: 0))
        var broken = AttemptSequence(plan)
        #expect(broken.next(after: Self.broken, random: 0, hasOtherKey: true) == .attempt(index: 1, delayMs: 0))
    }

    static let limited = UpstreamFailure(
        failureClass: .rateLimited, status: 429, message: "", retry: RetryDecision(.onceIfSole, .any), health: .soft)

    @Test("the first move is free after another key was tried, and after the same endpoint was")
    func firstMove() throws {
        let plan = try Self.plan([("a/b", [.init("x"), .init("y"), .init("z")])])
        var sequence = AttemptSequence(plan)
        #expect(
            sequence.next(after: Self.limited, random: 0, hasOtherKey: true, mayRetry: { false })
                == .attempt(index: 0, delayMs: 0))
        #expect(
            sequence.next(after: Self.limited, random: 0, mayRetry: { false }) == .attempt(index: 1, delayMs: 0))
        #expect(sequence.next(after: Self.limited, random: 0, mayRetry: { false }) == .stop)
        var left = 1
        var repeating = AttemptSequence(plan)
        let conflict = Self.failure(RetryDecision(.once, .any))
        func mayRetry() -> Bool {
            left -= 1
            return left >= 0
        }
        #expect(repeating.next(after: conflict, random: 0, mayRetry: mayRetry) == .attempt(index: 0, delayMs: 0))
        #expect(repeating.next(after: conflict, random: 0, mayRetry: mayRetry) == .attempt(index: 1, delayMs: 0))
        #expect(repeating.next(after: Self.broken, random: 0, mayRetry: mayRetry) == .stop)
    }

    @Test("the first change of key is free after a retry, a second one is not")
    func firstKey() throws {
        var sequence = AttemptSequence(try Self.plan([("a/b", [.init("x"), .init("y")])]))
        #expect(
            sequence.next(after: Self.failure(RetryDecision(.once, .any)), random: 0) == .attempt(index: 0, delayMs: 0))
        #expect(
            sequence.next(after: Self.limited, random: 0, hasOtherKey: true, mayRetry: { false })
                == .attempt(index: 0, delayMs: 0))
        #expect(
            sequence.next(after: Self.limited, random: 0, hasOtherKey: true, mayRetry: { false })
                == .attempt(index: 1, delayMs: 0))
    }
}
