import Accounting
import Catalog
import Completions
import Testing

@testable import Routing

@Suite("A router behind this one")
struct LastResortTests {
    /// A model at a dear provider and at a cheap router.
    static func catalog() throws -> ModelCatalog {
        let provider = ProviderEntry(slug: "dear", displayName: "Dear", baseURL: try BaseURL("http://127.0.0.1/v1"))
        let router = ProviderEntry(
            slug: "router", displayName: "Router", baseURL: try BaseURL("http://127.0.0.1/v1"), isLastResort: true)
        let cheap = try PriceSheet(texts: [.prompt: "0.0000001", .completion: "0.0000002"])
        let dear = try PriceSheet(texts: [.prompt: "0.00001", .completion: "0.00002"])
        return try ModelCatalog(
            providers: [provider, router],
            models: [
                Model(
                    Model.Facts(slug: "a/b"),
                    endpoints: [
                        Endpoint(index: 0, provider: router, modelSlug: "a/b", upstreamModel: "a/b", pricing: cheap),
                        Endpoint(index: 1, provider: provider, modelSlug: "a/b", upstreamModel: "b", pricing: dear),
                    ])
            ])
    }

    static func tags(random: UInt64, _ change: (inout CompletionRequest) -> Void = { _ in }) throws -> [String] {
        let plan = try RoutingFixtures.plan(try catalog(), RoutingFixtures.request("a/b", change)) { context in
            context.algorithm = .default
            context.random = random
        }
        return RoutingFixtures.tags(plan)
    }

    @Test("is asked last, unless the caller orders otherwise", arguments: 0..<20 as Range<UInt64>)
    func last(seed: UInt64) throws {
        let random = seed &* 0x9E37_79B9_7F4A_7C15
        #expect(try Self.tags(random: random) == ["dear", "router"])
        #expect(try Self.tags(random: random) { $0.provider.order = ["router"] } == ["router", "dear"])
    }

    @Test("is trusted with functions, whatever a list says of its hosts")
    func functions() throws {
        let router = ProviderEntry(
            slug: "openrouter", displayName: "Router", baseURL: try BaseURL("http://127.0.0.1/v1"), isLastResort: true)
        let host = ProviderEntry(slug: "host", displayName: "Host", baseURL: try BaseURL("http://127.0.0.1/v1"))
        let listed = SupportedParameters(names: ["temperature"])
        let endpoints = [host, router].enumerated().map { index, provider in
            Endpoint(
                index: index, provider: provider, modelSlug: "a/b", upstreamModel: "b", parameters: listed,
                pricing: .free)
        }
        let catalog = try ModelCatalog(
            providers: [host, router], models: [Model(Model.Facts(slug: "a/b"), endpoints: endpoints)])
        let asked = RoutingFixtures.request { $0.toolNames = ["look"] }
        #expect(RoutingFixtures.tags(try RoutingFixtures.plan(catalog, asked)) == ["openrouter"])
        #expect(endpoints[1].parameters?.known.contains(.tools) == true)
        #expect(endpoints[1].shownParameters == listed && catalog.models[0].parameters == listed)
    }
}
