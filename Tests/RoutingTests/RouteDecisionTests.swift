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

    /// Lets each endpoint have seen something else, or nothing.
    static func teach(_ health: HealthTable, _ catalog: ModelCatalog, _ generator: inout SeededGenerator) {
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
            switch round % 7 {
            case 1: $0.provider.order = ["p2", "p0"]
            case 2: $0.provider.sort = .init(by: .throughput)
            case 3: $0.provider.ignore = ["p1"]
            case 4: $0.provider.sort = .init(by: .exacto)
            case 5: $0.provider.sort = .init(by: .adaptive)
            case 6: $0.fields.insert(.tools)
            default: break
            }
        }
    }

    /// The bytes before the first endpoint.
    private static func headBytes(_ plan: RoutePlan) -> Int {
        func bytes(_ number: Int) -> Int { max(1, (Int.bitWidth - number.leadingZeroBitCount + 6) / 7) }
        let numbers = [
            plan.promptTokensMin, plan.promptTokens, plan.completionTokens, plan.count, plan.rejected.count,
        ]
        return 12 + numbers.map(bytes).reduce(0, +)
    }

    @Test("a plan reads back as it was, at 16 bytes an endpoint, and its own policy repeats it", arguments: 0..<280)
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
        let endpointBytes = bytes.count - Self.headBytes(plan)
        #expect(endpointBytes >= 16 * plan.count && endpointBytes <= 16 * (plan.count + plan.rejected.count))
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
            #expect(choice.toolCalls == ToolCallRate(reading.toolCalls))
        }
        let order = RouteReplay.order(decision, by: plan.policy, models: plan.models)
        #expect(order.map(\.choice) == Array(0..<plan.count))
        #expect(order.map(\.share) == (0..<plan.count).map { plan[$0].share })
    }

    @Test("a request that looked how an endpoint is does so again")
    func look() throws {
        var dear = Fixtures.Part("dear")
        dear.prompt = "0.000009"
        let catalog = try Fixtures.catalog([("a/b", [Fixtures.Part("cheap"), dear])])
        let health = HealthTable(catalog: catalog)
        // Somebody asks the cheap one.
        guard case .granted = health[catalog.endpoints[0]].began(nowMs: 1000) else {
            Issue.record("the endpoint is not asked")
            return
        }
        let plan = try Fixtures.plan(catalog, Fixtures.request(), health: health) {
            $0.algorithm = .adaptive
            $0.random = RoutingLimits.requestsPerLook + 1
        }
        #expect(Fixtures.tags(plan) == ["dear", "cheap"] && plan[0].standing == .look)
        let decision = try #require(RouteDecision(RouteDecision.encode(plan)))
        #expect(RouteReplay.order(decision, by: plan.policy, models: plan.models).map(\.choice) == [0, 1])
        let byPrice = RouteReplay.order(decision, by: RankingPolicy(order: .price), models: plan.models)
        #expect(byPrice.map(\.choice) == [1, 0])
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
        for form: UInt8 in [0, 3, 255] { #expect(RouteDecision([form] + bytes.dropFirst()) == nil) }
    }

    @Test("calls of tools are kept whatever the sort was, and refused where nothing stands for them")
    func toolCalls() throws {
        let catalog = try Fixtures.catalog([("a/b", [Fixtures.Part("one"), Fixtures.Part("two")])])
        let health = HealthTable(catalog: catalog)
        for attempt in 0..<300 {
            guard case .granted(let ticket) = health[catalog.endpoints[1]].began(nowMs: 1000, random: 1) else {
                Issue.record("the endpoint is not asked")
                return
            }
            _ = health[catalog.endpoints[1]].record(
                .success(ttftMs: 1, outputTokens: 1, durationMs: 1, hasGoodToolCalls: attempt % 5 > 0), ticket,
                nowMs: 1000, random: 1, usedTokens: nil)
        }
        let plan = try Fixtures.plan(catalog, Fixtures.request { $0.provider.sort = .init(by: .price) }, health: health)
        let bytes = RouteDecision.encode(plan)
        #expect(bytes.count == Self.headBytes(plan) + 2 * 16)
        let decision = try #require(RouteDecision(bytes))
        let calls = decision.choices.map { ($0.endpoint, $0.toolCalls) }.sorted { $0.0 < $1.0 }.map(\.1)
        #expect(calls.map(\.answersMin) == [0, 100] && calls.map(\.errorRate) == [nil, 0.2])
        // The last six bits of the seven stand before the rank, the first one above the price.
        for (first, last) in [(0x00, 0xFC), (0x80, 0xF0), (0x80, 0xF4), (0x80, 0xFC)] {
            var other = bytes
            other[bytes.count - 9] = other[bytes.count - 9] & 0x7F | UInt8(first)
            other[bytes.count - 3] = other[bytes.count - 3] & 0x03 | UInt8(last)
            #expect((RouteDecision(other) == nil) == (first + last > 0x80 + 0xF0))
        }
    }

    @Test("decisions of the first form are still read")
    func firstForm() throws {
        let head: [UInt8] = [1, 0, 1, 4, 7, 0, 0, 0, 0, 0, 0, 0, 5, 0x80, 0x0A, 0x90, 0x03, 2, 1]
        func place(_ endpoint: UInt64, _ standing: Standing, _ picos: Float) -> UInt64 {
            endpoint | UInt64(standing.rawValue) << 16 | UInt64(picos.bitPattern) << 32
        }
        func short(_ value: Float) -> UInt64 { UInt64(value.bitPattern >> 16) }
        // The weight, the rank and the operator's order; then a success of three quarters, and that there were requests.
        let wish: UInt64 = 0x8002_0000_0002_0000
        let (ttft, speed) = (short(704) << 18, short(5.5) << 33)
        let seen = 0x1400 | ttft | speed
        let words: [UInt64] = [place(3, .sampled, 1_000), wish | seen, place(1, [], 2_000), wish]
        let excluded: [UInt8] = [2, 0, 1, 0]
        let calls: [UInt8] = [0xAC, 0x02, 60, 0, 0]
        var bytes = head
        for word in words {
            for shift in stride(from: 0 as UInt64, to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        bytes += excluded + calls
        let decision = try #require(RouteDecision(bytes))
        #expect(decision.seed == 7 && decision.policy == RankingPolicy(order: .price))
        #expect(decision.promptTokensMin == 5 && decision.promptTokens == 1_280 && decision.completionTokens == 400)
        #expect(decision.exclusions == [.init(endpoint: 2, reason: .notInOnly)])
        let (first, second) = (decision.choices[0], decision.choices[1])
        #expect(first.endpoint == 3 && first.picos == 1_000 && first.standing == .sampled && first.rank == 2)
        #expect(first.order == 16 && first.weight == 1)
        #expect(first.health.isSeen && first.health.expectedSuccess == 0.75)
        #expect(first.health.ttftMs == 704 && first.health.tokensPerSecond == 5.5)
        #expect(first.toolCalls.answersMin == 100 && first.toolCalls.errorRate == 0.2)
        #expect(second.endpoint == 1 && second.health == HealthSketch.none && second.toolCalls == .unknown)
        for count in 0..<bytes.count { #expect(RouteDecision(Array(bytes[..<count])) == nil) }
        // More that are broken than there are.
        #expect(RouteDecision(Array(bytes.dropLast()) + [1]) == nil)
        // Without calls of tools, nothing stands behind the others.
        var without = Array(bytes.dropLast(calls.count))
        without[3] = 0
        #expect(RouteDecision(without)?.choices.map(\.toolCalls) == [.unknown, .unknown])
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
