import Catalog
import Completions
import Testing

@testable import Routing

@Suite("Looks at endpoints that nobody asks")
struct LookTests {
    typealias Fixtures = RoutingFixtures
    private static let looking = RoutingLimits.requestsPerLook + 1

    /// Three endpoints at one, two and four dollars, in the reverse order, at a time.
    private final class Bench {
        let catalog: ModelCatalog
        let health: HealthTable
        var nowMs: UInt64 = 1_000_000

        init() throws {
            catalog = try EndpointRankingTests.catalog()
            health = HealthTable(catalog: catalog)
        }

        func first(
            random: UInt64 = LookTests.looking, algorithm: RoutingAlgorithm = .adaptive, mayLook: Bool = true,
            sticky: String? = nil, _ change: (inout CompletionRequest) -> Void = { _ in }
        ) throws -> String {
            let plan = try Fixtures.plan(
                catalog, Fixtures.request("a/b", change), health: health, nowMs: nowMs
            ) { context in
                context.algorithm = algorithm
                context.random = random
                context.mayLook = mayLook
                context.sticky = catalog.endpoints.first { $0.tag == sticky }?.identityHash
            }
            #expect(plan.count == 3)
            #expect(plan[0].standing.contains(.look) == (plan[0].endpoint.tag != "cheap"))
            return plan[0].endpoint.tag
        }

        func attempt(_ tag: String, _ outcome: AttemptOutcome = HealthFixture.success) throws {
            let health = health[try #require(catalog.endpoints.first { $0.tag == tag })]
            guard case .granted(let ticket) = health.began(nowMs: nowMs) else {
                Issue.record("\(tag) takes nobody")
                return
            }
            health.record(outcome, ticket, nowMs: nowMs)
        }
    }

    @Test("each endpoint gets one in half a minute, and the one that is asked anyway none")
    func turns() throws {
        let bench = try Bench()
        try bench.attempt("cheap")
        #expect(try (0..<4).map { _ in try bench.first() } == ["dear", "middle", "cheap", "cheap"])
        bench.nowMs += HealthLimits.lookMs - 1
        try bench.attempt("cheap")
        #expect(try bench.first() == "cheap")
        bench.nowMs += 1
        try bench.attempt("middle")
        #expect(try (0..<2).map { _ in try bench.first() } == ["dear", "cheap"])
    }

    @Test("few requests look, and none that wants a certain endpoint")
    func few() throws {
        let bench = try Bench()
        try bench.attempt("cheap")
        for random in 2...RoutingLimits.requestsPerLook { #expect(try bench.first(random: random) == "cheap") }
        #expect(try bench.first(mayLook: false) == "cheap")
        #expect(try bench.first(sticky: "cheap") == "cheap")
        #expect(try bench.first { $0.provider.order = ["cheap"] } == "cheap")
        #expect(try bench.first { $0.provider.sort = .init(by: .price) } == "cheap")
        #expect(try bench.first(algorithm: .default) { $0.provider.sort = .init(by: .adaptive) } == "dear")
    }

    @Test("a caller who forbids fallbacks is sent to the cheapest")
    func noFallbacks() throws {
        let bench = try Bench()
        let plan = try Fixtures.plan(
            bench.catalog, Fixtures.request("a/b") { $0.provider.allowsFallbacks = false }, health: bench.health
        ) {
            $0.algorithm = .adaptive
            $0.random = Self.looking
        }
        #expect(plan.count == 1 && plan[0].endpoint.tag == "cheap")
    }

    @Test("a breaker that waits for a probe gets it, and comes back without being needed")
    func probes() throws {
        let bench = try Bench()
        try bench.attempt("cheap")
        for _ in 0..<HealthLimits.failuresInRow { try bench.attempt("middle", HealthFixture.failure(500)) }
        // Its pause is not over; the dear one has its turn.
        #expect(try bench.first() == "dear" && bench.first() == "cheap")
        bench.nowMs += 2_000
        for _ in 0..<HealthLimits.probeSuccesses {
            #expect(try bench.first() == "middle")
            try bench.attempt("middle")
        }
        #expect(try bench.first() == "cheap")
        bench.nowMs += HealthLimits.rampSteps * HealthLimits.rampStepMs
        let middle = bench.health[bench.catalog.endpoints[1]]
        #expect(middle.seen?.state.state(nowMs: bench.nowMs) == .closed)
    }
}
