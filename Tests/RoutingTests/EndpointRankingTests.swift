import Catalog
import Completions
import TestSupport
import Testing

@testable import Routing

@Suite("Ranking endpoints")
struct EndpointRankingTests {
    typealias Fixtures = RoutingFixtures

    /// Three endpoints at one, two and four dollars a million prompt tokens, in the reverse order.
    static func catalog() throws -> ModelCatalog {
        try Fixtures.catalog([
            (
                "a/b",
                [("dear", "0.000004"), ("middle", "0.000002"), ("cheap", "0.000001")].map { name, price in
                    var part = Fixtures.Part(name)
                    part.prompt = price
                    part.completion = "0"
                    return part
                }
            )
        ])
    }

    static func rank(
        random: UInt64 = 0, algorithm: RoutingAlgorithm = .default, variant: ModelVariant = [], sticky: String? = nil,
        readings: [String: HealthReading] = [:], _ change: (inout CompletionRequest) -> Void = { _ in }
    ) throws -> [Candidate] {
        let catalog = try Self.catalog()
        let request = Fixtures.request("a/b", change)
        request.promptSize.textBytes = 4000
        var context = RouteContext(health: HealthTable(catalog: catalog), nowMs: 0)
        context.algorithm = algorithm
        context.random = random
        context.sticky = catalog.endpoints.first { $0.tag == sticky }?.identityHash
        var ranking = EndpointRanking(request, variant, PromptTokens(request.promptSize), context)
        for (position, endpoint) in catalog.endpoints.enumerated() {
            let order = request.provider.order
            ranking.add(
                endpoint, model: 0, position: position, readings[endpoint.tag] ?? HealthReading(),
                rank: order.isEmpty ? nil : EndpointName.position(of: endpoint, in: order), isPreferredTier: false)
        }
        var plan = RoutePlan()
        ranking.finish(ModelList(catalog.models[0]), into: &plan)
        return (0..<plan.count).map { plan[$0] }
    }

    static func tags(
        random: UInt64 = 0, algorithm: RoutingAlgorithm = .default, variant: ModelVariant = [], sticky: String? = nil,
        readings: [String: HealthReading] = [:], _ change: (inout CompletionRequest) -> Void = { _ in }
    ) throws -> [String] {
        try rank(
            random: random, algorithm: algorithm, variant: variant, sticky: sticky, readings: readings, change
        ).map(\.endpoint.tag)
    }

    @Test("draws the first by the inverse square of the price, and lists the others by price")
    func balanced() throws {
        var firsts: [String: Int] = [:]
        var generator = SeededGenerator(seed: 7)
        let rounds = 21_000
        for _ in 0..<rounds {
            let tags = try Self.tags(random: generator.next())
            firsts[tags[0], default: 0] += 1
            #expect(tags.dropFirst() == ["cheap", "middle", "dear"].filter { $0 != tags[0] }[...])
        }
        // Weights 16, 4 and 1 of 21.
        for (tag, share) in [("cheap", 16.0), ("middle", 4.0), ("dear", 1.0)] {
            let expected = Double(rounds) * share / 21
            #expect(abs(Double(firsts[tag] ?? 0) - expected) < 4 * expected.squareRoot(), "\(tag)")
        }
        let shares = try Self.rank().map { ($0.endpoint.tag, $0.share) }
        for (tag, share) in shares {
            let weight: Float = tag == "cheap" ? 16 : tag == "middle" ? 4 : 1
            #expect(abs(share - weight / 21) < 1e-6)
        }
    }

    @Test("adaptive and a sort by price take the cheapest, whatever is drawn", arguments: [0, UInt64.max, 1 << 63])
    func cheapest(random: UInt64) throws {
        let byPrice = ["cheap", "middle", "dear"]
        #expect(try Self.tags(random: random, algorithm: .adaptive) == byPrice)
        #expect(try Self.tags(random: random) { $0.provider.sort = .init(by: .price) } == byPrice)
        #expect(try Self.tags(random: random) { $0.provider.sort = .init(by: .adaptive) } == byPrice)
        #expect(try Self.tags(random: random, variant: .floor) == byPrice)
        #expect(try Self.tags(random: random, algorithm: .configured) == ["dear", "middle", "cheap"])
    }

    @Test("adaptive counts the cost of failures in")
    func failuresCost() throws {
        // The middle costs twice as much; each failure counts for a twentieth of an answer.
        for (success, tags) in [
            (1, ["cheap", "middle", "dear"]), (0.5, ["cheap", "middle", "dear"]),
            (0.05, ["cheap", "middle", "dear"]), (0.04, ["middle", "cheap", "dear"]), (0, ["middle", "dear", "cheap"]),
        ] {
            var failing = HealthReading()
            failing.expectedSuccess = success
            #expect(try Self.tags(algorithm: .adaptive, readings: ["cheap": failing]) == tags)
        }
    }

    /// Replicas that cost nothing, and one endpoint that costs a little.
    private static func unpriced() throws -> ModelCatalog {
        try Fixtures.catalog([
            (
                "a/b",
                [("left", "0"), ("right", "0"), ("paid", "0.000000001")].map { name, price in
                    var part = Fixtures.Part(name)
                    part.prompt = price
                    part.completion = price
                    return part
                }
            )
        ])
    }

    @Test("adaptive counts failures where nothing costs anything, and takes none of it for dearer than what costs")
    func failuresOfTheFree() throws {
        let catalog = try Self.unpriced()
        let health = HealthTable(catalog: catalog)
        for (nowMs, outcome, tags) in [
            (1_000, HealthFixture.success, ["left", "right", "paid"]),
            (1_000 + HealthLimits.digestMs, HealthFixture.failure(500), ["right", "left", "paid"]),
        ] {
            let left = health[catalog.endpoints[0]]
            guard case .granted(let ticket) = left.began(nowMs: nowMs) else {
                Issue.record("it takes nobody")
                return
            }
            left.record(outcome, ticket, nowMs: nowMs)
            // Zero draws the first of those that lead equally.
            let plan = try Fixtures.plan(catalog, Fixtures.request("a/b"), health: health, nowMs: nowMs) {
                $0.algorithm = .adaptive
                $0.random = 0
            }
            #expect((0..<plan.count).map { plan[$0].endpoint.tag } == tags)
        }
    }

    @Test("adaptive shares requests among replicas at one price")
    func replicas() throws {
        let catalog = try Self.unpriced()
        let health = HealthTable(catalog: catalog)
        var firsts: [String: Int] = [:]
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<1000 {
            let plan = try Fixtures.plan(catalog, Fixtures.request("a/b"), health: health) {
                $0.algorithm = .adaptive
                $0.mayLook = false
                $0.random = generator.next()
            }
            firsts[plan[0].endpoint.tag, default: 0] += 1
            #expect(plan[0].share == 0.5 && plan[1].share == 0.5 && plan[2].share == 0)
        }
        #expect(firsts["paid"] == nil)
        #expect(abs((firsts["left"] ?? 0) - 500) < 100)
    }

    @Test("a fixed order is kept, and the rest follows by price")
    func order() throws {
        #expect(try Self.tags(random: .max) { $0.provider.order = ["middle"] } == ["middle", "cheap", "dear"])
        #expect(try Self.tags(random: .max) { $0.provider.order = ["dear", "cheap"] } == ["dear", "cheap", "middle"])
    }

    @Test("health weighs more than price, in the documented sequence")
    func health() throws {
        func reading(_ change: (inout HealthReading) -> Void) -> HealthReading {
            var reading = HealthReading()
            change(&reading)
            return reading
        }
        let outage = reading { $0.hadRecentOutage = true }
        let low = reading { $0.uptime = .low }
        let last = reading { $0.uptime = .lastResort }
        let cooling = reading { $0.availability = .cooling(untilMs: 1) }
        let open = reading { $0.availability = .open(untilMs: 1) }
        let disabled = reading { $0.availability = .disabled }
        let worseAndWorse = [HealthReading(), outage, low, last, cooling, open, disabled]
        for (index, worse) in worseAndWorse.enumerated() {
            for better in worseAndWorse[..<index] {
                let tags = try Self.tags(random: 0, readings: ["cheap": worse, "middle": better, "dear": disabled])
                #expect(tags.firstIndex(of: "middle")! < tags.firstIndex(of: "cheap")!)
            }
        }
        // Whoever is out of service comes after the whole of the caller's order; a recent outage does not.
        let ordered = try Self.tags(readings: ["middle": open]) { $0.provider.order = ["middle", "dear"] }
        #expect(ordered == ["dear", "cheap", "middle"])
        let kept = try Self.tags(readings: ["middle": outage]) { $0.provider.order = ["middle", "dear"] }
        #expect(kept == ["middle", "dear", "cheap"])
    }

    @Test("sorts by throughput and latency, what is unknown last")
    func speed() throws {
        func reading(_ value: Double) -> HealthReading {
            var reading = HealthReading()
            reading.throughput = HealthReading.Percentiles(p50: value, p75: value, p90: value, p99: value)
            reading.ttftMs = reading.throughput
            return reading
        }
        let readings = ["dear": reading(30), "cheap": reading(10)]
        #expect(
            try Self.tags(readings: readings) { $0.provider.sort = .init(by: .throughput) }
                == ["dear", "cheap", "middle"])
        #expect(try Self.tags(variant: .nitro, readings: readings) == ["dear", "cheap", "middle"])
        #expect(
            try Self.tags(readings: readings) { $0.provider.sort = .init(by: .latency) } == ["cheap", "dear", "middle"])
        // The caller's own sort wins over the slug's ending.
        #expect(
            try Self.tags(variant: .nitro, readings: readings) { $0.provider.sort = .init(by: .price) }
                == ["cheap", "middle", "dear"])
    }

    @Test("moves what is known to miss a cutoff behind, and holds nothing against what is unknown")
    func cutoffs() throws {
        var slow = HealthReading()
        slow.throughput = HealthReading.Percentiles(p50: 40, p75: 30, p90: 20, p99: 10)
        slow.ttftMs = HealthReading.Percentiles(p50: 500, p75: 700, p90: 900, p99: 2000)
        func tags(_ change: @escaping (inout ProviderPreferences) -> Void) throws -> [String] {
            try Self.tags(algorithm: .adaptive, readings: ["cheap": slow]) { change(&$0.provider) }
        }
        func cutoff(
            p50: Double? = nil, p75: Double? = nil, p90: Double? = nil, p99: Double? = nil
        ) -> ProviderPreferences.PercentileCutoffs {
            var cutoffs = ProviderPreferences.PercentileCutoffs()
            (cutoffs.p50, cutoffs.p75, cutoffs.p90, cutoffs.p99) = (p50, p75, p90, p99)
            return cutoffs
        }
        #expect(try tags { $0.preferredMinThroughput = cutoff(p50: 41) } == ["middle", "dear", "cheap"])
        #expect(try tags { $0.preferredMinThroughput = cutoff(p50: 40) } == ["cheap", "middle", "dear"])
        #expect(try tags { $0.preferredMinThroughput = cutoff(p50: 30, p90: 25) } == ["middle", "dear", "cheap"])
        #expect(try tags { $0.preferredMaxLatency = cutoff(p50: 0.4) } == ["middle", "dear", "cheap"])
        #expect(try tags { $0.preferredMaxLatency = cutoff(p50: 0.5, p90: 0.9) } == ["cheap", "middle", "dear"])
        // All that are given must hold, each against its own percentile.
        let held: [ProviderPreferences.PercentileCutoffs] = [
            cutoff(p75: 30), cutoff(p90: 20), cutoff(p99: 10), cutoff(p50: 40, p75: 30, p90: 20, p99: 10),
        ]
        for cutoffs in held {
            #expect(try tags { $0.preferredMinThroughput = cutoffs } == ["cheap", "middle", "dear"])
        }
        let missed: [ProviderPreferences.PercentileCutoffs] = [
            cutoff(p75: 31), cutoff(p90: 21), cutoff(p99: 11), cutoff(p50: 1, p75: 1, p90: 1, p99: 11),
            cutoff(p50: 1, p75: 31, p90: 1, p99: 1),
        ]
        for cutoffs in missed {
            #expect(try tags { $0.preferredMinThroughput = cutoffs } == ["middle", "dear", "cheap"])
        }
        #expect(try tags { $0.preferredMaxLatency = cutoff(p50: 9, p75: 9, p99: 1.9) } == ["middle", "dear", "cheap"])
        #expect(try tags { $0.preferredMaxLatency = cutoff(p75: 0.7, p99: 2) } == ["cheap", "middle", "dear"])
    }

    @Test("tries the endpoint with the warm cache first, unless something is wrong with it")
    func sticky() throws {
        #expect(try Self.tags(sticky: "dear") == ["dear", "cheap", "middle"])
        #expect(try Self.tags(sticky: "nobody") == ["cheap", "middle", "dear"])
        var failing = HealthReading()
        failing.hadRecentOutage = true
        #expect(try Self.tags(sticky: "dear", readings: ["dear": failing]) == ["cheap", "middle", "dear"])
        #expect(try Self.tags(sticky: "dear") { $0.provider.order = ["middle"] } == ["middle", "cheap", "dear"])
        #expect(try Self.rank(sticky: "dear")[0].standing.contains(.sticky))
    }

    @Test("what is free takes everything, evenly")
    func free() throws {
        let catalog = try Fixtures.catalog([
            (
                "a/b",
                [("paid", "0.000001"), ("free", "0"), ("gratis", "0")].map { name, price in
                    var part = Fixtures.Part(name)
                    part.prompt = price
                    part.completion = price
                    return part
                }
            )
        ])
        var firsts: [String: Int] = [:]
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1000 {
            let plan = try Fixtures.plan(catalog, Fixtures.request()) {
                $0.algorithm = .default
                $0.random = generator.next()
            }
            firsts[plan[0].endpoint.tag, default: 0] += 1
        }
        #expect(firsts["paid"] == nil)
        #expect(abs((firsts["free"] ?? 0) - 500) < 100)
    }
}
