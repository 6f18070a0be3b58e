import Accounting
import Catalog
import Testing

@Suite("Names of families and bare names")
struct FamilyAliasTests {
    static func catalog(
        _ models: [(slug: String, family: String?, created: Int64, isCallable: Bool)],
        ends: [String: String] = [:], today: String? = nil
    ) throws -> ModelCatalog {
        let on = ProviderEntry(slug: "p", displayName: "P", baseURL: try BaseURL("http://127.0.0.1/v1"))
        let off = ProviderEntry(
            slug: "q", displayName: "Q", baseURL: try BaseURL("http://127.0.0.1/v1"),
            absence: .missing(variables: ["Q_API_KEY"]))
        var index = 0
        let built = models.map { slug, family, created, isCallable in
            var facts = Model.Facts(slug: slug, name: "Acme: \(slug)")
            facts.family = family
            facts.created = created
            facts.expirationDate = ends[slug]
            if !isCallable {
                let endpoint = Endpoint(index: -1, provider: off, modelSlug: slug, upstreamModel: slug, pricing: .free)
                return Model(facts, endpoints: [], dormantEndpoints: [endpoint])
            }
            index += 1
            return Model(
                facts,
                endpoints: [
                    Endpoint(index: index - 1, provider: on, modelSlug: slug, upstreamModel: slug, pricing: .free)
                ])
        }
        return try ModelCatalog(providers: [on], models: built, today: today)
    }

    @Test("lead to the newest model that can be called")
    func newest() throws {
        let catalog = try Self.catalog([
            ("a/gpt-1", "gpt", 10, true), ("a/gpt-3", "gpt", 30, false), ("a/gpt-2", "gpt", 20, true),
            ("a/gpt-4:free", "gpt", 40, true), ("b/gpt-9", "gpt", 90, true), ("a/other", nil, 99, true),
        ])
        #expect(catalog.familyAliases.map(\.slug) == ["~a/gpt-latest", "~b/gpt-latest"])
        #expect(catalog.resolve("~a/gpt-latest")?.slug == "a/gpt-2")
        #expect(catalog.resolve("~b/gpt-latest")?.slug == "b/gpt-9")
        #expect(catalog.resolve("~a/other-latest") == nil)
        #expect(catalog.familyAliases[0].name == "Acme: GPT Latest")
    }

    @Test(
        "lead to the newest whose last day has not come, as long as there is one",
        arguments: [
            (nil, "a/gpt-3"), ("2027-03-31", "a/gpt-3"), ("2027-04-01", "a/gpt-2"), ("2027-06-01", "a/gpt-3"),
        ] as [(String?, String)])
    func ended(today: String?, slug: String) throws {
        let catalog = try Self.catalog(
            [("a/gpt-1", "gpt", 10, true), ("a/gpt-3", "gpt", 30, true), ("a/gpt-2", "gpt", 20, true)],
            ends: ["a/gpt-1": "2027-01-01", "a/gpt-2": "2027-06-01", "a/gpt-3": "2027-04-01"], today: today)
        #expect(catalog.resolve("~a/gpt-latest")?.slug == slug)
    }

    @Test("lead to the newest of all where none can be called")
    func dormant() throws {
        let catalog = try Self.catalog([("a/gpt-1", "gpt", 10, false), ("a/gpt-3", "gpt", 30, false)])
        #expect(catalog.resolve("~a/gpt-latest")?.slug == "a/gpt-3")
        #expect(catalog.endpoints.isEmpty)
    }

    @Test("resolve without an author only where one model has the name")
    func bareNames() throws {
        let catalog = try Self.catalog([
            ("a/one", nil, 1, true), ("b/one", nil, 2, true), ("c/one", nil, 2, true), ("a/two", nil, 3, true),
        ])
        #expect(catalog.resolve("two")?.slug == "a/two")
        #expect(catalog.resolve("one") == nil)
        #expect(catalog.resolve("a/one")?.slug == "a/one")
    }
}
