import Accounting
import Testing

@testable import Catalog

@Suite("A catalogue with callers' own keys")
struct CredentialTests {
    private static func provider(_ slug: String, _ absence: ProviderAbsence? = nil) throws -> ProviderEntry {
        ProviderEntry(
            slug: slug, displayName: slug, baseURL: try BaseURL("http://127.0.0.1/v1"),
            keys: [ProviderKey(secret: Secret("operators"))], organization: "operators-org",
            limits: UsageLimits(requestsPerMinute: 1), absence: absence)
    }

    /// `a/b` at `open` and, without a key, at `shut` and `off`; `a/c` at `shut` alone.
    private static func catalog() throws -> ModelCatalog {
        let (open, shut) = (try provider("open"), try provider("shut", .missing(variables: ["SHUT_API_KEY"])))
        let off = try provider("off", .switchedOff)
        func endpoint(_ index: Int, _ provider: ProviderEntry, _ model: String, isSpoken: Bool = true) -> Endpoint {
            Endpoint(
                index: index, provider: provider, modelSlug: model, upstreamModel: "up", pricing: .free,
                isSpoken: isSpoken)
        }
        return try ModelCatalog(
            providers: [open], absentProviders: [shut, off],
            models: [
                Model(
                    Model.Facts(slug: "a/b"), endpoints: [endpoint(0, open, "a/b")],
                    dormantEndpoints: [endpoint(-1, shut, "a/b"), endpoint(-1, off, "a/b")]),
                Model(
                    Model.Facts(slug: "a/c"), endpoints: [],
                    dormantEndpoints: [endpoint(-1, shut, "a/c"), endpoint(-1, shut, "a/c", isSpoken: false)]),
            ], defaultModel: "a/c")
    }

    private static func keyed(_ id: String, _ provider: String, secret: String? = "theirs") -> KeyedCredential {
        KeyedCredential(
            credential: Credential(id: id, provider: provider),
            key: secret.map { ProviderKey(secret: Secret("\($0)-\(id)")) })
    }

    @Test("has each provider's endpoints once more for each key, numbered behind the operator's")
    func clones() throws {
        let base = try Self.catalog()
        let catalog = base.adding([Self.keyed("1", "open"), Self.keyed("2", "shut"), Self.keyed("3", "off")])
        #expect(catalog.endpoints.map(\.index) == [0, 1, 2, 3])
        #expect(catalog.endpoints[0] === base.endpoints[0])
        #expect(catalog.endpoints.map { $0.credential?.id } == [nil, "1", "2", "2"])
        #expect(catalog.endpoints.map(\.modelSlug) == ["a/b", "a/b", "a/b", "a/c"])
        #expect(Set(catalog.endpoints.map(\.identity)).count == 4)
        #expect(catalog.models[0].ownKeyEndpoints.count == 2 && catalog.models[1].ownKeyEndpoints.count == 1)
        #expect(catalog.models[1].isCallable == false && catalog.resolve("a/c") === catalog.models[1])
        #expect(catalog.defaultModel === catalog.models[1])
        #expect(base.adding([]) === base)
    }

    @Test("asks with the caller's key, and with nothing of the operator's account")
    func heads() throws {
        let catalog = try Self.catalog().adding([Self.keyed("1", "open")])
        let head = String(decoding: catalog.endpoints[1].head(.chatCompletions), as: UTF8.self)
        #expect(head.contains("Authorization: Bearer theirs-1\r\n"))
        #expect(!head.contains("operators"))
        #expect(catalog.endpoints[1].provider.limits == UsageLimits())
        let own = String(decoding: catalog.endpoints[0].head(.chatCompletions), as: UTF8.self)
        #expect(own.contains("Bearer operators\r\n") && own.contains("operators-org"))
    }

    @Test("makes no endpoint of a secret that cannot be read, and keeps what the credential forbids")
    func unreadable() throws {
        let catalog = try Self.catalog().adding([Self.keyed("1", "open", secret: nil)])
        #expect(catalog.endpoints.count == 1 && catalog.credentials.map(\.id) == ["1"])
    }

    @Test("keeps the provider's data policy unless the owner declares another", arguments: [nil, true, false])
    func policy(declared: Bool?) throws {
        var keyed = Self.keyed("1", "open")
        keyed.retainsNothing = declared
        let catalog = try Self.catalog().adding([keyed])
        #expect(catalog.endpoints[1].provider.policy.retainsNothing == declared ?? false)
        #expect(catalog.endpoints[0].provider.policy.retainsNothing == false)
    }

    @Test("names its endpoints in decisions, with the credential and the turn")
    func names() throws {
        let catalog = try Self.catalog().adding([Self.keyed("1", "open")])
        let names = EndpointList(text: EndpointList(catalog.models).text).names(of: [0, 1, 2])
        #expect(names.count == 2)
        #expect(names[0] == .init(model: "a/b", tag: "open", provider: "open"))
        #expect(names[1] == .init(model: "a/b", tag: "open", provider: "open", credential: "1", turn: "first 0"))
        #expect(catalog.fingerprint != (try Self.catalog().fingerprint))
    }

    @Test("admits whom all of its filters admit")
    func filters() throws {
        let free = Credential(id: "1", provider: "p")
        #expect(free.admits(keyHash: "x", userID: nil))
        let keys = Credential(id: "1", provider: "p", keyHashes: ["x"])
        #expect(keys.admits(keyHash: "x", userID: nil) && !keys.admits(keyHash: "y", userID: "u"))
        let both = Credential(id: "1", provider: "p", keyHashes: ["x"], userIDs: ["u"])
        #expect(both.admits(keyHash: "x", userID: "u"))
        #expect(!both.admits(keyHash: "x", userID: nil) && !both.admits(keyHash: "x", userID: "v"))
        #expect(!both.admits(keyHash: "y", userID: "u"))
    }

    @Test("covers the models that it names, and replaces the operator's endpoints as it says")
    func covering() throws {
        let models = try Self.catalog().models
        let some = Credential(id: "1", provider: "open", isRequired: true, models: { $0 == "a/b" })
        #expect(some.covers(models[0]) && !some.covers(models[1]))
        #expect(some.replacesShared(for: models[0]) && !some.replacesShared(for: models[1]))
        let only = Credential(id: "1", provider: "open", isOnly: true, models: { $0 == "a/b" })
        #expect(only.replacesShared(for: models[0]) && only.replacesShared(for: models[1]))
        #expect(!Credential(id: "1", provider: "open").replacesShared(for: models[0]))
    }
}
