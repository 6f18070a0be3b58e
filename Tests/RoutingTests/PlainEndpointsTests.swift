import Catalog
import Completions
import TestSupport
import Testing

@testable import Routing

@Suite("Endpoints that are told by their outlines")
struct PlainEndpointsTests {
    typealias Fixtures = RoutingFixtures

    private static func catalog(_ generator: inout SeededGenerator) throws -> ModelCatalog {
        func one<Value>(_ values: [Value]) -> Value { values.randomElement(using: &generator)! }
        func part(_ name: String) -> Fixtures.Part {
            var part = Fixtures.Part(
                name, tag: one([nil, nil, nil, nil, "\(name)/turbo", "\(name)/priority", "\(name)/flex"]),
                context: one([nil, nil, 1_000, 100]), cap: one([nil, nil, 400, 20]))
            part.parameters = one([nil, nil, ["tools", "max_tokens"], ["max_tokens"], ["response_format"]])
            part.inputs = one([.text, [.text, .image]])
            part.prompt = "0.00000\(one([1, 2, 2, 5]))"
            return part
        }
        return try Fixtures.catalog(["a/b", "a/c"].map { slug in (slug, (0..<8).map { part("p\($0)") }) })
    }

    private static func request(_ round: Int) -> CompletionRequest {
        Fixtures.request("a/b") {
            $0.models = round % 3 == 0 ? ["a/c"] : []
            $0.promptSize.textBytes = [100, 4_000, 40_000][round % 3]
            $0.maxTokens = [nil, 10, 300, 1_000, 1 << 40][round % 5]
            if round % 4 == 1 { $0.inputModalities = [.text, .image] }
            if round % 7 == 2 { $0.fields.insert(.tools) }
            if round % 7 == 3 { $0.toolNames = ["f"] }
            if round % 11 == 4 { $0.fields.insert(.responseFormat) }
            switch round % 13 {
            case 5: $0.serviceTier = "flex"
            case 6: $0.serviceTier = "ultrafast"
            case 7: $0.provider.order = ["p3"]
            case 8: $0.provider.sort = .init(by: .throughput)
            case 9: $0.provider.sort = .init(by: .price)
            case 10: $0.provider.allowsFallbacks = false
            case 11: $0.provider.sort = .init(by: .price, partition: .none)
            default: break
            }
        }
    }

    /// Who is asked for everything is asked about every endpoint by itself, and says yes here.
    @Test("have the places that a closer look gives them", arguments: 0..<300)
    func same(round: Int) throws {
        var generator = SeededGenerator(seed: UInt64(round))
        let catalog = try Self.catalog(&generator)
        let health = HealthTable(catalog: catalog)
        if round % 2 == 0 { RouteDecisionTests.teach(health, catalog, &generator) }
        let request = Self.request(round)
        let (seed, sticky) = (generator.next(), catalog.endpoints.randomElement(using: &generator)!.identityHash)
        func plan(_ allows: RouteContext.Permission?) throws -> RoutePlan {
            try Fixtures.plan(catalog, request, health: health) {
                $0.algorithm = [.default, .adaptive, .configured][round % 3]
                $0.random = seed
                $0.mayLook = false
                $0.sticky = round % 5 == 0 ? sticky : nil
                $0.allows = allows
            }
        }
        // What is known of the endpoints is worked out by the first.
        _ = try plan(nil)
        let (plain, close) = (try plan(nil), try plan { _, _ in true })
        #expect(Fixtures.tags(plain) == Fixtures.tags(close))
        #expect(RouteDecision.encode(plain) == RouteDecision.encode(close))
        #expect((0..<plain.count).map { plain[$0].share } == (0..<close.count).map { close[$0].share })
        #expect((0..<plain.count).map { plain[$0].expectedPicos } == (0..<close.count).map { close[$0].expectedPicos })
        #expect(plain.rejected.map(\.reason) == close.rejected.map(\.reason))
    }
}
