import Accounting
import Catalog
import Completions
import Testing

@testable import Routing

@Suite("What the operator prefers")
struct OperatorOrderTests {
    /// `a/first` falls back to `b/second:nitro` and `a/first`'s alias of nothing; `c/third` is apart.
    static func catalog(orders: [UInt8?] = [nil, nil, nil], fallbacks: [String] = ["b/second", "gone"]) throws
        -> ModelCatalog
    {
        let provider = ProviderEntry(slug: "p", displayName: "P", baseURL: try BaseURL("http://127.0.0.1/v1"))
        func endpoint(_ index: Int, _ slug: String, _ tag: String, _ price: String, _ order: UInt8?) throws -> Endpoint
        {
            Endpoint(
                index: index, provider: provider, modelSlug: slug, upstreamModel: slug, tag: tag,
                pricing: try PriceSheet(texts: [.prompt: price, .completion: price]),
                order: order ?? CatalogLimits.orderMax)
        }
        var facts = Model.Facts(slug: "a/first")
        facts.fallbacks = fallbacks
        let first = Model(
            facts,
            endpoints: try ["0.000001", "0.000002", "0.000003"].enumerated().map { index, price in
                try endpoint(index, "a/first", "p/\(index)", price, orders[index])
            })
        let second = Model(
            Model.Facts(slug: "b/second"), endpoints: [try endpoint(3, "b/second", "p", "0.000001", nil)])
        return try ModelCatalog(providers: [provider], models: [first, second], defaultModel: "a/first")
    }

    static func tags(_ catalog: ModelCatalog, _ request: CompletionRequest) throws -> [String] {
        let plan = try RoutingFixtures.plan(catalog, request) { $0.algorithm = .default }
        return RoutingFixtures.tags(plan)
    }

    @Test("an endpoint's order weighs more than its price, and none comes last")
    func order() throws {
        let request = RoutingFixtures.request("a/first")
        let alone = try Self.catalog(orders: [nil, 2, 1], fallbacks: [])
        for _ in 0..<8 { #expect(try Self.tags(alone, request) == ["p/2", "p/1", "p/0"]) }
        // The caller's own order weighs more.
        let named = RoutingFixtures.request("a/first") { $0.provider.order = ["p/0"] }
        #expect(try Self.tags(alone, named) == ["p/0", "p/2", "p/1"])
    }

    @Test("the configured fallbacks follow the model's own endpoints")
    func fallbacks() throws {
        let catalog = try Self.catalog(orders: [1, 2, 3])
        for name in ["a/first", nil] {
            #expect(try Self.tags(catalog, RoutingFixtures.request(name)) == ["p/0", "p/1", "p/2", "p"])
        }
        let nitro = try ModelResolver.resolve(RoutingFixtures.request("a/first:nitro"), in: catalog)
        #expect(nitro.count == 2 && nitro[1].variant == nitro[0].variant && !nitro[1].variant.isEmpty)
    }

    @Test("a request that names its models, or wants no fallbacks, gets none")
    func callerDecides() throws {
        let catalog = try Self.catalog(orders: [1, 2, 3])
        let own = RoutingFixtures.request("a/first") { $0.models = ["a/first"] }
        #expect(try ModelResolver.resolve(own, in: catalog).count == 1)
        let strict = RoutingFixtures.request("a/first") { $0.provider.allowsFallbacks = false }
        #expect(try ModelResolver.resolve(strict, in: catalog).count == 1)
        // `partition: none` is about models that the caller named.
        let mixed = RoutingFixtures.request("a/first") {
            $0.provider.sort = ProviderPreferences.Sort(by: .price, partition: .none)
        }
        #expect(try Self.tags(catalog, mixed).last == "p")
    }
}

@Suite("Models that may be distilled")
struct DistillableTests {
    @Test("only those that are known to permit it may serve", arguments: [true, false, nil] as [Bool?])
    func filter(permission: Bool?) throws {
        let provider = ProviderEntry(slug: "p", displayName: "P", baseURL: try BaseURL("http://127.0.0.1/v1"))
        for count in 1...2 {
            var facts = Model.Facts(slug: "a/b")
            facts.distillable = permission
            let endpoints = (0..<count).map {
                Endpoint(
                    index: $0, provider: provider, modelSlug: "a/b", upstreamModel: "b", tag: "p/\($0)", pricing: .free)
            }
            let catalog = try ModelCatalog(providers: [provider], models: [Model(facts, endpoints: endpoints)])
            let plan = try RoutingFixtures.plan(catalog, RoutingFixtures.request("a/b"))
            #expect(plan.count == count)
            let strict = RoutingFixtures.request("a/b") { $0.provider.enforcesDistillableText = true }
            let demanding = try RoutingFixtures.plan(catalog, strict)
            #expect(demanding.count == (permission == true ? count : 0))
            #expect(demanding.rejected.allSatisfy { $0.reason == .notDistillable })
            #expect(demanding.count + demanding.rejected.count == count)
        }
    }
}
