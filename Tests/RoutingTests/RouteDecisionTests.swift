import Catalog
import Completions
import TestSupport
import Testing

@testable import Routing

@Suite("Decisions that are kept")
struct RouteDecisionTests {
    typealias Fixtures = RoutingFixtures

    /// Endpoints of many prices, some of them seen, some in trouble.
    private static func catalog(_ count: Int, _ generator: inout SeededGenerator) throws -> ModelCatalog {
        try Fixtures.catalog([
            (
                "a/b",
                (0..<count).map { index in
                    var part = Fixtures.Part("p\(index)", context: index % 5 == 4 ? 100 : nil)
                    part.prompt = "0.00000\(Int.random(in: 1...9, using: &generator))"
                    return part
                }
            )
        ])
    }

    private static func teach(_ health: HealthTable, _ catalog: ModelCatalog, _ generator: inout SeededGenerator) {
        for endpoint in catalog.endpoints {
            let fails = UInt64.random(in: 0..<3, using: &generator)
            let speed = UInt64.random(in: 50..<2000, using: &generator)
            let breaks = UInt64.random(in: 0..<4, using: &generator)
            for attempt in 0..<UInt64(Int.random(in: 0..<150, using: &generator)) {
                guard case .granted(let ticket) = health[endpoint].began(nowMs: 1000, random: 1) else { break }
                _ = health[endpoint].record(
                    attempt % 50 < fails
                        ? .abandoned
                        : .success(
                            ttftMs: speed, outputTokens: 100, durationMs: speed * 3,
                            hasGoodToolCalls: attempt % 3 == 0 ? nil : attempt % 8 >= breaks), ticket,
                    nowMs: 1000, random: 1, usedTokens: nil)
            }
        }
    }

    private static func request(_ round: Int) -> CompletionRequest {
        Fixtures.request("a/b") {
            $0.promptSize.textBytes = 4_000
            switch round % 6 {
            case 1: $0.provider.order = ["p2", "p0"]
            case 2: $0.provider.sort = .init(by: .throughput)
            case 3: $0.provider.ignore = ["p1"]
            case 4: $0.provider.sort = .init(by: .exacto)
            case 5: $0.provider.sort = .init(by: .adaptive)
            default: break
            }
        }
    }

    @Test("a plan reads back as it was, at 16 bytes an endpoint, and its own policy repeats it", arguments: 0..<120)
    func roundTrip(round: Int) throws {
        var generator = SeededGenerator(seed: UInt64(round))
        let catalog = try Self.catalog(2 + round % 12, &generator)
        let health = HealthTable(catalog: catalog)
        Self.teach(health, catalog, &generator)
        let seed = generator.next()
        let plan = try Fixtures.plan(catalog, Self.request(round), health: health) {
            $0.algorithm = .default
            $0.random = seed
        }
        let bytes = RouteDecision.encode(plan)
        // The counts of tool calls are below 128 here, and come in two bytes.
        #expect(bytes.count <= 40 + 18 * plan.count + 16 * plan.rejected.count)
        let decision = try #require(RouteDecision(bytes))
        #expect(decision.seed == seed)
        #expect(decision.policy == plan.policy)
        #expect(decision.promptTokensMin == plan.promptTokensMin && decision.promptTokens == plan.promptTokens)
        #expect(decision.completionTokens == RoutingLimits.usualCompletionTokens)
        #expect(decision.choices.map(\.endpoint) == (0..<plan.count).map { plan[$0].endpoint.index })
        #expect(decision.choices.map(\.standing) == (0..<plan.count).map { plan[$0].standing })
        #expect(decision.exclusions.map(\.endpoint) == plan.rejected.map(\.endpoint.index))
        #expect(decision.exclusions.map(\.reason) == plan.rejected.map(\.reason))
        for (index, choice) in decision.choices.enumerated() {
            let candidate = plan[index]
            #expect((choice.picos - candidate.expectedPicos).magnitude <= candidate.expectedPicos * 1e-6)
            let reading = health[candidate.endpoint].reading(nowMs: 1000)
            #expect(choice.health.isSeen == (reading.requests > 0))
            #expect(choice.health.expectedSuccess == reading.expectedSuccess)
            let (ttft, known) = (choice.health.ttftMs ?? 0, reading.ttftMs?.p50 ?? 0)
            #expect((ttft - known).magnitude <= known / 200)
            let (speed, seen) = (choice.health.tokensPerSecond ?? 0, reading.throughput?.p50 ?? 0)
            #expect((speed - seen).magnitude <= seen / 200)
            #expect(choice.toolCalls == reading.toolCalls)
        }
        let order = RouteReplay.order(decision, by: plan.policy, models: plan.models)
        #expect(order.map(\.choice) == Array(0..<plan.count))
        for (place, index) in zip(order, 0..<plan.count) { #expect((place.share - plan[index].share).magnitude < 1e-6) }
    }

    @Test("another policy gives what a live plan by it gives", arguments: RankingPolicy.names)
    func replay(name: String) throws {
        var generator = SeededGenerator(seed: 9)
        for round in 0..<40 {
            let catalog = try Self.catalog(2 + round % 9, &generator)
            let health = HealthTable(catalog: catalog)
            Self.teach(health, catalog, &generator)
            let seed = generator.next()
            func plan(_ change: (inout CompletionRequest, inout RouteContext) -> Void) throws -> RoutePlan {
                var request = Fixtures.request("a/b") { $0.promptSize.textBytes = 4_000 }
                var context = RouteContext(health: health, nowMs: 1000)
                context.random = seed
                change(&request, &context)
                return RoutePlanner.plan(
                    request, models: try ModelResolver.resolve(request, in: catalog), context: context)
            }
            let kept = try plan { _, _ in }
            let wanted = try plan { request, context in
                if let sort = ProviderPreferences.Sort.Order(rawValue: name) {
                    request.provider.sort = .init(by: sort)
                } else {
                    context.algorithm = try! #require(RoutingAlgorithm(rawValue: name))
                }
            }
            let decision = try #require(RouteDecision(RouteDecision.encode(kept)))
            let policy = try #require(RankingPolicy(name: name))
            #expect(policy.name == name)
            let order = RouteReplay.order(decision, by: policy, models: kept.models)
            let tags = order.map { kept[$0.choice].endpoint.tag }
            #expect(tags == Fixtures.tags(wanted), "round \(round)")
        }
    }

    @Test("nothing is kept where nothing was chosen")
    func sole() throws {
        let catalog = try Fixtures.catalog([("a/b", [Fixtures.Part("one")])])
        #expect(RouteDecision.encode(try Fixtures.plan(catalog, Fixtures.request())).isEmpty)
        let two = try Fixtures.catalog([("a/b", [Fixtures.Part("one"), Fixtures.Part("two")])])
        let filtered = try Fixtures.plan(two, Fixtures.request { $0.provider.only = ["one"] })
        let decision = try #require(RouteDecision(RouteDecision.encode(filtered)))
        #expect(decision.choices.map(\.endpoint) == [0])
        #expect(decision.exclusions == [.init(endpoint: 1, reason: .notInOnly)])
    }

    @Test("every reason keeps what belongs to it")
    func reasons() throws {
        let reasons: [RejectionReason] = [
            .notInOnly, .ignored, .fallbacksForbidden, .contextTooSmall(contextLength: 1_048_576),
            .outputCapTooSmall(maxCompletionTokens: 0), .modalityUnsupported,
            .parametersUnsupported(RequestFieldSet(.tools, .webSearchOptions)), .collectsData, .retainsData,
            .quantizationExcluded, .tooExpensive, .forbiddenToKey, .tierNotAsked,
            .lacksPreferred(RequestFieldSet(.tools)),
            .quotaExhausted, .notDistillable, .searchUnsupported, .ownKeyRequired,
            .notFree, .featuresUnsupported(RequestFieldSet(.tools)),
        ]
        #expect(Set(reasons.map(\.code)).count == reasons.count)
        for reason in reasons {
            #expect(RejectionReason(code: reason.code, detail: reason.detail) == reason)
        }
        #expect(RejectionReason(code: 0, detail: 0) == nil)
    }

    @Test("what is cut short or of another form is refused")
    func malformed() throws {
        let two = try Fixtures.catalog([("a/b", [Fixtures.Part("one"), Fixtures.Part("two", context: 10)])])
        let bytes = RouteDecision.encode(
            try Fixtures.plan(two, Fixtures.request { $0.promptSize.textBytes = 400_000 }))
        #expect(RouteDecision(bytes) != nil)
        for count in 0..<bytes.count { #expect(RouteDecision(Array(bytes[..<count])) == nil) }
        #expect(RouteDecision([2] + bytes.dropFirst()) == nil)
    }

    @Test("counts of tool calls are kept whatever the sort was, and refused where they cannot be")
    func toolCalls() throws {
        let catalog = try Fixtures.catalog([("a/b", [Fixtures.Part("one"), Fixtures.Part("two")])])
        let health = HealthTable(catalog: catalog)
        for attempt in 0..<300 {
            guard case .granted(let ticket) = health[catalog.endpoints[1]].began(nowMs: 1000, random: 1) else {
                Issue.record("the endpoint is not asked")
                return
            }
            _ = health[catalog.endpoints[1]].record(
                .success(ttftMs: 1, outputTokens: 1, durationMs: 1, hasGoodToolCalls: attempt % 3 > 0), ticket,
                nowMs: 1000, random: 1, usedTokens: nil)
        }
        let plan = try Fixtures.plan(catalog, Fixtures.request { $0.provider.sort = .init(by: .price) }, health: health)
        let bytes = RouteDecision.encode(plan)
        let decision = try #require(RouteDecision(bytes))
        let counts = decision.choices.map { ($0.endpoint, $0.toolCalls) }.sorted { $0.0 < $1.0 }.map(\.1)
        #expect(counts == [ToolCallCounts(), ToolCallCounts(answers: 300, broken: 100)])
        for count in 0..<bytes.count { #expect(RouteDecision(Array(bytes[..<count])) == nil) }
        // One zero for each, then 300 in two bytes and 100 in one, if it is the second: the first has none to break.
        let first = decision.choices[0].endpoint == 0
        var wrong = bytes
        wrong[first ? bytes.count - 4 : bytes.count - 1] = 1
        #expect(RouteDecision(wrong) == nil)
    }

    @Test("of very many endpoints the first are told, and how many there were")
    func many() throws {
        let parts = (0..<100).map { Fixtures.Part("p\($0)", context: $0 % 4 == 0 ? 10 : nil) }
        let catalog = try Fixtures.catalog([("a/b", parts)])
        let plan = try Fixtures.plan(catalog, Fixtures.request { $0.promptSize.textBytes = 400_000 })
        let decision = try #require(RouteDecision(RouteDecision.encode(plan)))
        #expect(decision.choices.count == RoutingLimits.recordedEndpoints && decision.choiceCount == 75)
        #expect(decision.exclusions.count == 25 && decision.exclusionCount == 25)
    }
}

extension RoutePlan {
    fileprivate var models: [String] { (0..<count).map { self[$0].model.slug } }
}
