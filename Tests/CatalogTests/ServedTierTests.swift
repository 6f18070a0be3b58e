import Accounting
import Testing

@testable import Catalog

@Suite("The tier that was served")
struct ServedTierTests {
    static func model(dialect: ProviderDialect = .openAI) throws -> Model {
        func provider(_ slug: String) throws -> ProviderEntry {
            ProviderEntry(slug: slug, displayName: slug, baseURL: try BaseURL("https://api.example.com/v1"))
        }
        let (one, other) = (try provider("one"), try provider("other"))
        let parts = [
            (one, "one"), (one, "one/flex"), (one, "one/priority"), (one, "one/eu"), (one, "one/eu/flex"),
            (other, "other"),
        ]
        return Model(
            Model.Facts(slug: "a/b"),
            endpoints: parts.enumerated().map { index, part in
                Endpoint(
                    index: index, provider: part.0, dialect: dialect, modelSlug: "a/b", upstreamModel: "b",
                    tag: part.1, pricing: .free)
            })
    }

    @Test(
        "is the faster one at Anthropic where that is said, not where capacity was bought beforehand",
        arguments: [
            ("one", "priority", "one"), ("one/priority", "priority", "one"), ("one", "fast", "one/priority"),
            ("one/priority", "fast", "one/priority"), ("one/priority", "default", "one"),
        ])
    func anthropic(asked: String, word: String, expected: String) throws {
        let model = try Self.model(dialect: .anthropic)
        let endpoint = try #require(model.endpoints.first { $0.tag == asked })
        #expect(model.endpoint(serving: word, askedAt: endpoint)?.tag == expected)
    }

    @Test(
        "has the price of the sibling of that tier, and none where there is no such sibling",
        arguments: [
            ("one", "default", "one"), ("one", "standard", "one"), ("one", "flex", "one/flex"),
            ("one", "FLEX", "one/flex"), ("one", "priority", "one/priority"), ("one", "fast", "one/priority"),
            ("one/flex", "default", "one"), ("one/flex", "on_demand", "one"), ("one/flex", "flex", "one/flex"),
            ("one/priority", "flex", "one/flex"), ("one/eu", "flex", "one/eu/flex"),
            ("one/eu/flex", "default", "one/eu"), ("one/eu", "priority", nil), ("one", "ultrafast", nil),
            ("one", "scale", nil), ("one", "auto", nil), ("one", "", nil), ("other", "flex", nil),
            ("other", "default", "other"),
        ] as [(String, String, String?)])
    func sibling(asked: String, word: String, expected: String?) throws {
        let model = try Self.model()
        let endpoint = try #require(model.endpoints.first { $0.tag == asked })
        #expect(model.endpoint(serving: word, askedAt: endpoint)?.tag == expected)
    }
}
