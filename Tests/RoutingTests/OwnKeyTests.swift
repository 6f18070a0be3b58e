import Accounting
import Catalog
import Completions
import Providers
import Testing

@testable import Routing

@Suite("Planning with callers' own keys")
struct OwnKeyTests {
    typealias Fixtures = RoutingFixtures

    private static func keyed(
        _ id: String, _ provider: String, order: Int = 0, isFallback: Bool = false, isRequired: Bool = false,
        isOnly: Bool = false, models: (@Sendable (String) -> Bool)? = nil, retainsNothing: Bool? = nil
    ) -> KeyedCredential {
        let credential = Credential(
            id: id, provider: provider, sortOrder: order, isFallback: isFallback, isRequired: isRequired,
            isOnly: isOnly, models: models)
        var keyed = KeyedCredential(credential: credential, key: ProviderKey(secret: Secret("theirs-\(id)")))
        keyed.retainsNothing = retainsNothing
        return keyed
    }

    /// The endpoints as `provider` or `provider!credential`, for a caller who may use all keys, or those of `ids`.
    private static func tags(
        _ keyed: [KeyedCredential], of ids: [String]? = nil, _ base: ModelCatalog? = nil, model: String = "a/b",
        _ change: (inout CompletionRequest) -> Void = { _ in }
    ) throws -> [String] {
        let catalog = try (base ?? RoutePlannerTests.three()).adding(keyed)
        let plan = try plan(catalog, ids, model, change)
        return (0..<plan.count).map { index in name(plan[index].endpoint) }
    }

    private static func plan(
        _ catalog: ModelCatalog, _ ids: [String]? = nil, _ model: String = "a/b",
        _ change: (inout CompletionRequest) -> Void = { _ in }
    ) throws -> RoutePlan {
        let request = Fixtures.request(model, change)
        var context = RouteContext(health: HealthTable(catalog: catalog), nowMs: 1000)
        context.algorithm = .configured
        context.ownKeys = catalog.credentials.filter { ids?.contains($0.id) ?? true }
        let models = try ModelResolver.resolve(request, in: catalog, ownKeys: context.ownKeys)
        return RoutePlanner.plan(request, models: models, context: context)
    }

    private static func name(_ endpoint: Endpoint) -> String {
        endpoint.credential.map { "\(endpoint.tag)!\($0.id)" } ?? endpoint.tag
    }

    @Test("prioritized keys by sort_order, then the operator's endpoints, then fallback keys")
    func order() throws {
        let keyed = [
            Self.keyed("late", "alpha", order: 2), Self.keyed("early", "gamma", order: 1),
            Self.keyed("last", "beta", order: 0, isFallback: true),
        ]
        #expect(try Self.tags(keyed) == ["gamma!early", "alpha!late", "alpha", "beta", "gamma", "beta!last"])
    }

    @Test("all keys first where the caller orders providers")
    func callersOrder() throws {
        let keyed = [
            Self.keyed("a", "alpha"), Self.keyed("f", "beta", isFallback: true), Self.keyed("g", "gamma", order: 7),
        ]
        #expect(
            try Self.tags(keyed) { $0.provider.order = ["gamma", "beta"] }
                == ["gamma!g", "beta!f", "alpha!a", "gamma", "beta", "alpha"])
    }

    @Test("only keys that the caller may use are there, and others are not told")
    func others() throws {
        let catalog = try RoutePlannerTests.three().adding([
            Self.keyed("mine", "alpha"), Self.keyed("theirs", "beta", isRequired: true),
        ])
        let plan = try Self.plan(catalog, ["mine"])
        #expect((0..<plan.count).map { Self.name(plan[$0].endpoint) } == ["alpha!mine", "alpha", "beta", "gamma"])
        #expect(plan.rejected.isEmpty)
        let none = try Self.plan(catalog, [])
        #expect((0..<none.count).map { Self.name(none[$0].endpoint) } == ["alpha", "beta", "gamma"])
    }

    @Test("a required key takes the place of its provider's endpoints for what it covers")
    func required() throws {
        let keyed = [Self.keyed("r", "alpha", isRequired: true)]
        #expect(try Self.tags(keyed) == ["alpha!r", "beta", "gamma"])
        let elsewhere = [Self.keyed("r", "alpha", isRequired: true, models: { $0 == "other/model" })]
        #expect(try Self.tags(elsewhere) == ["alpha", "beta", "gamma"])
        let plan = try Self.plan(try RoutePlannerTests.three().adding(keyed))
        #expect(plan.rejected.map { Self.name($0.endpoint) } == ["alpha"])
        #expect(plan.rejected.map(\.reason) == [.ownKeyRequired])
    }

    @Test("an only key takes their place for every model")
    func only() throws {
        #expect(try Self.tags([Self.keyed("o", "alpha", isOnly: true)]) == ["alpha!o", "beta", "gamma"])
        let elsewhere = [Self.keyed("o", "alpha", isOnly: true, models: { $0 == "other/model" })]
        #expect(try Self.tags(elsewhere) == ["beta", "gamma"])
    }

    @Test("a model without the operator's key is served by the caller's, and by nobody else's")
    func dormant() throws {
        let provider = ProviderEntry(
            slug: "shut", displayName: "Shut", baseURL: try BaseURL("http://127.0.0.1/v1"),
            absence: .missing(variables: ["SHUT_API_KEY"]))
        let endpoint = Endpoint(index: -1, provider: provider, modelSlug: "a/b", upstreamModel: "u", pricing: .free)
        let catalog = try ModelCatalog(
            providers: [], absentProviders: [provider],
            models: [Model(Model.Facts(slug: "a/b"), endpoints: [], dormantEndpoints: [endpoint])])
        #expect(try Self.tags([Self.keyed("k", "shut")], catalog) == ["shut!k"])
        #expect(throws: APIError.self) { try Self.tags([Self.keyed("k", "shut")], of: [], catalog) }
    }

    @Test("a key does not excuse a provider that retains data, unless its owner declares that it does not")
    func dataPolicy() throws {
        func asked(_ keyed: KeyedCredential) throws -> [String] {
            try Self.tags([keyed]) { $0.provider.zeroDataRetention = true }
        }
        #expect(try asked(Self.keyed("k", "alpha", retainsNothing: true)) == ["alpha!k"])
        #expect(try asked(Self.keyed("k", "alpha", retainsNothing: false)).isEmpty)
        #expect(try asked(Self.keyed("k", "alpha")).isEmpty)
    }

    @Test("without fallbacks there is one endpoint: the first of the first turn")
    func noFallbacks() throws {
        #expect(try Self.tags([Self.keyed("k", "gamma")]) { $0.provider.allowsFallbacks = false } == ["gamma!k"])
        let keyed = [Self.keyed("k", "gamma", isFallback: true)]
        #expect(try Self.tags(keyed) { $0.provider.allowsFallbacks = false } == ["alpha"])
    }

    @Test("names of providers choose among keys too")
    func names() throws {
        let keyed = [Self.keyed("a", "alpha"), Self.keyed("g", "gamma")]
        #expect(try Self.tags(keyed) { $0.provider.only = ["gamma"] } == ["gamma!g", "gamma"])
        #expect(try Self.tags(keyed) { $0.provider.ignore = ["gamma"] } == ["alpha!a", "alpha", "beta"])
    }

    @Test("each model has all of its turns before the next model")
    func models() throws {
        let base = try Fixtures.catalog([("a/b", [.init("alpha")]), ("c/d", [.init("alpha")])])
        let catalog = base.adding([Self.keyed("k", "alpha")])
        let plan = try Self.plan(catalog) { $0.models = ["c/d"] }
        #expect(
            (0..<plan.count).map { "\(plan[$0].model.slug) \(Self.name(plan[$0].endpoint))" }
                == ["a/b alpha!k", "a/b alpha", "c/d alpha!k", "c/d alpha"])
    }

    @Test("what a key has done to its endpoint says nothing about the operator's, nor the other way round")
    func health() throws {
        let catalog = try RoutePlannerTests.three().adding([Self.keyed("k", "alpha")])
        let own = try #require(catalog.endpoints.first { $0.credential != nil })
        let operators = catalog.endpoints[0]
        for (hurt, other) in [(own, operators), (operators, own)] {
            let table = HealthTable(catalog: catalog)
            guard case .granted(let ticket) = table[hurt].began(nowMs: 1000, random: 0) else {
                Issue.record("no ticket")
                return
            }
            let refusal = FailureClassifier.classify(
                status: 401, headers: { _ in nil }, body: nil, provider: "Alpha", nowMs: 0)
            _ = table[hurt].record(.failure(refusal), ticket, nowMs: 1000, random: 0)
            #expect(table[hurt].availability(nowMs: 1001) != .available)
            #expect(table[other].availability(nowMs: 1001) == .available)
            // A new list of keys changes nothing about the operator's endpoints.
            let later = HealthTable(catalog: catalog, previous: table)
            #expect(later[operators] === table[operators])
        }
    }

    @Test("a stored decision is put in the same order again")
    func replay() throws {
        let catalog = try RoutePlannerTests.three().adding([
            Self.keyed("f", "alpha", isFallback: true), Self.keyed("p", "beta"),
        ])
        let plan = try Self.plan(catalog)
        let decision = try #require(RouteDecision(RouteDecision.encode(plan)))
        let names = EndpointList(catalog.models).names(of: Set(decision.choices.map(\.endpoint)))
        let order = RouteReplay.order(
            decision, by: decision.policy, models: decision.choices.map { names[$0.endpoint]!.model },
            turns: decision.choices.map { names[$0.endpoint]!.turn })
        #expect(order.map(\.choice) == [0, 1, 2, 3, 4])
    }
}
