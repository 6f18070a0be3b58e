import Accounting
import Catalog
import Completions
import Testing

@testable import Routing

@Suite("Resolving models")
struct ModelResolverTests {
    typealias Fixtures = RoutingFixtures

    static func catalog(defaultModel: String? = nil) throws -> ModelCatalog {
        try Fixtures.catalog(
            [("openai/gpt-5", [.init("openai")]), ("openai/gpt-5-mini", [.init("openai")]), ("x/y", [.init("x")])],
            defaultModel: defaultModel)
    }

    static func slugs(_ list: ModelList) -> [String] { (0..<list.count).map { list[$0].model.slug } }

    @Test("takes model and then models, without repeats")
    func order() throws {
        let catalog = try Self.catalog()
        let request = Fixtures.request("x/y") { $0.models = ["openai/gpt-5", "x/y", "openai/gpt-5"] }
        #expect(Self.slugs(try ModelResolver.resolve(request, in: catalog)) == ["x/y", "openai/gpt-5"])
        let listOnly = Fixtures.request(nil) { $0.models = ["openai/gpt-5", "x/y"] }
        #expect(Self.slugs(try ModelResolver.resolve(listOnly, in: catalog)) == ["openai/gpt-5", "x/y"])
    }

    @Test("falls back to the default model, or says that there is none")
    func defaultModel() throws {
        let request = Fixtures.request(nil)
        #expect(Self.slugs(try ModelResolver.resolve(request, in: Self.catalog(defaultModel: "x/y"))) == ["x/y"])
        let error = #expect(throws: APIError.self) { try ModelResolver.resolve(request, in: Self.catalog()) }
        #expect(error?.status == 400)
        #expect(error?.param == "model")
        #expect(error?.message.contains("default_model") == true)
    }

    @Test("names the nearest models for an unknown one")
    func unknown() throws {
        let error = #expect(throws: APIError.self) {
            try ModelResolver.resolve(Fixtures.request("openai/gpt5"), in: Self.catalog())
        }
        #expect(error?.status == 400)
        #expect(error?.message.hasPrefix("openai/gpt5 is not a valid model ID. Did you mean openai/gpt-5") == true)
        #expect(error?.availability?.code == .modelNotFound)
        #expect(error?.availability?.requestedModels == ["openai/gpt5"])
        #expect(error?.availability?.fallbackModels.first == "openai/gpt-5")
    }

    @Test("says which entry of models is unknown")
    func unknownEntry() throws {
        let request = Fixtures.request("x/y") { $0.models = ["x/y", "no/such"] }
        let error = #expect(throws: APIError.self) { try ModelResolver.resolve(request, in: Self.catalog()) }
        #expect(error?.param == "models[1]")
        let listOnly = Fixtures.request(nil) { $0.models = ["no/such"] }
        let first = #expect(throws: APIError.self) { try ModelResolver.resolve(listOnly, in: Self.catalog()) }
        #expect(first?.param == "models[0]")
    }

    @Test("names the model of an unknown variant")
    func unknownVariant() throws {
        let error = #expect(throws: APIError.self) {
            try ModelResolver.resolve(Fixtures.request("x/y:turbo"), in: Self.catalog())
        }
        #expect(error?.message.contains("x/y has no variant :turbo") == true)
    }

    @Test("says that a model is not free, or no longer", arguments: ["x/y:free", "x/y:free:nitro"])
    func freeVariantEnded(name: String) throws {
        let error = #expect(throws: APIError.self) {
            try ModelResolver.resolve(Fixtures.request(name), in: Self.catalog())
        }
        #expect(error?.status == 404 && error?.param == "model")
        #expect(error?.availability?.code == .freeVariantEnded)
        #expect(error?.availability?.fallbackModels == ["x/y"] && error?.availability?.requestedModels == [name])
        let unknown = #expect(throws: APIError.self) {
            try ModelResolver.resolve(Fixtures.request("x/z:free"), in: Self.catalog())
        }
        #expect(unknown?.availability?.code == .modelNotFound)
    }

    @Test(
        "takes endings that say how to route, in any number",
        arguments: [
            ("x/y:nitro", ModelVariant.nitro), ("x/y:floor", .floor), ("x/y:exacto", .exacto),
            ("x/y:thinking", .thinking), ("x/y:floor:thinking", [.floor, .thinking]), ("x/y", []),
        ] as [(String, ModelVariant)])
    func variants(slug: String, variant: ModelVariant) throws {
        let list = try ModelResolver.resolve(Fixtures.request(slug), in: Self.catalog())
        #expect(list.first.model.slug == "x/y")
        #expect(list.first.variant == variant)
    }

    @Test("a model of the catalogue that is called like a variant is itself")
    func literalVariant() throws {
        let catalog = try Fixtures.catalog([
            ("x/y", [.init("x")]), ("x/y:free", [.init("x")]), ("x/y:nitro", [.init("z")]),
        ])
        let literal = try ModelResolver.resolve(Fixtures.request("x/y:nitro"), in: catalog).first
        #expect(literal.model.slug == "x/y:nitro" && literal.variant == [])
        let stacked = try ModelResolver.resolve(Fixtures.request("x/y:free:nitro"), in: catalog).first
        #expect(stacked.model.slug == "x/y:free" && stacked.variant == .nitro)
    }

    @Test("openrouter/free stands for every model that costs nothing")
    func free() throws {
        var gratis = Fixtures.Part("x")
        gratis.prompt = "0"
        gratis.completion = "0"
        var blind = gratis
        blind.provider = "y"
        var seeing = gratis
        seeing.inputs = [.text, .image]
        let catalog = try Fixtures.catalog([("a/paid", [.init("x")]), ("a/free", [blind]), ("b/free", [seeing])])
        let request = Fixtures.request("openrouter/free")
        #expect(Self.slugs(try ModelResolver.resolve(request, in: catalog)) == ["a/free", "b/free"])
        let picture = Fixtures.request("openrouter/free") { $0.inputModalities = [.text, .image] }
        #expect(try Fixtures.plan(catalog, picture).first?.model.slug == "b/free")
        var firsts: Set<String> = []
        for random in [0, UInt64.max] {
            let plan = try Fixtures.plan(catalog, request) {
                $0.algorithm = .default; $0.random = random
            }
            firsts.insert(plan[0].model.slug)
            #expect(plan.count == 2 && plan.strategy == .free)
        }
        #expect(firsts == ["a/free", "b/free"])
        let none = #expect(throws: APIError.self) {
            try ModelResolver.resolve(request, in: try Fixtures.catalog([("a/paid", [.init("x")])]))
        }
        #expect(none?.param == "model")
    }

    static func gratis(_ provider: String) -> Fixtures.Part {
        var part = Fixtures.Part(provider)
        part.prompt = "0"
        part.completion = "0"
        return part
    }

    @Test("openrouter/free and :free leave out the endpoints that have a price")
    func onlyFree() throws {
        let catalog = try Fixtures.catalog([
            ("a/mixed", [.init("paid"), Self.gratis("host"), .init("dear")]),
            ("a/gift:free", [.init("paid"), Self.gratis("host")]), ("a/costs:free", [.init("paid")]),
        ])
        let free = try Fixtures.plan(catalog, Fixtures.request("openrouter/free"))
        #expect(Fixtures.tags(free) == ["host", "host"])
        #expect((0..<free.count).map { free[$0].model.slug } == ["a/mixed", "a/gift:free"])
        #expect(free.rejected.map(\.reason) == [.notFree, .notFree, .notFree])
        let variant = try Fixtures.plan(catalog, Fixtures.request("a/gift:free"))
        #expect(Fixtures.tags(variant) == ["host"])
        #expect(try Fixtures.plan(catalog, Fixtures.request("a/mixed")).count == 3)
        let list = try Fixtures.plan(catalog, Fixtures.request("a/gift:free") { $0.models = ["a/mixed"] })
        #expect(Fixtures.tags(list) == ["host", "paid", "host", "dear"])
        let costs = Fixtures.request("a/costs:free")
        let refused = RouteRefusal.error(for: try Fixtures.plan(catalog, costs), request: costs)
        #expect(refused.status == 404 && refused.param == "model" && refused.message.contains("cost nothing"))
    }

    @Test("openrouter/free stands in lists too, for endpoints that cost nothing")
    func freeInLists() throws {
        let catalog = try Fixtures.catalog([
            ("a/paid", [.init("paid")]), ("a/mixed", [.init("dear"), Self.gratis("host")]),
            ("b/free", [Self.gratis("other")]), ("c/paid", [.init("last")]),
        ])
        let behind = Fixtures.request("a/paid") { $0.models = ["openrouter/free", "c/paid"] }
        #expect(
            Self.slugs(try ModelResolver.resolve(behind, in: catalog)) == ["a/paid", "a/mixed", "b/free", "c/paid"])
        var seconds: Set<String> = []
        for random in [0, UInt64.max] {
            let plan = try Fixtures.plan(catalog, behind) {
                $0.algorithm = .default; $0.random = random
            }
            #expect(plan.count == 4 && plan[0].endpoint.tag == "paid" && plan[3].endpoint.tag == "last")
            #expect(plan.rejected.map(\.reason) == [.notFree] && plan.strategy == .fallback)
            seconds.insert(plan[1].endpoint.tag)
        }
        #expect(seconds == ["host", "other"])
        // As the first of a list, and beside a name that it stands for as well.
        for change in [
            { $0.models = ["openrouter/free", "a/paid"] }, { $0.models = ["b/free", "openrouter/free", "a/paid"] },
        ] as [(inout CompletionRequest) -> Void] {
            let request = Fixtures.request(nil, change)
            let slugs = Self.slugs(try ModelResolver.resolve(request, in: catalog))
            #expect(Set(slugs.prefix(2)) == ["a/mixed", "b/free"] && slugs.dropFirst(2) == ["a/paid"])
        }
        let none = #expect(throws: APIError.self) {
            try ModelResolver.resolve(behind, in: try Fixtures.catalog([("a/paid", [.init("x")])]))
        }
        #expect(none?.param == "models[0]" && none?.message.contains("cost nothing") == true)
    }

    @Test("openrouter/free asks only endpoints that take the tools and the form of answer that are asked for")
    func freeFeatures() throws {
        var plain = Self.gratis("plain")
        plain.parameters = ["temperature"]
        var able = Self.gratis("able")
        able.parameters = ["tools", "response_format"]
        var one = able
        one.parameters = ["tools"]
        // More models that cannot than are ever tried, in front of the one that can.
        let many = (0..<RoutingLimits.models).map { (slug: "p/\($0)", parts: [plain]) }
        let catalog = try Fixtures.catalog(many + [("a/both", [plain, able]), ("a/tools", [one])])
        let asked = Fixtures.request("openrouter/free") {
            $0.toolNames = ["look"]
            $0.responseFormat = .jsonSchema
        }
        let plan = try Fixtures.plan(catalog, asked)
        #expect(Fixtures.tags(plan) == ["able"])
        #expect(plan.rejected.map(\.reason) == [.featuresUnsupported(RequestFieldSet(.tools, .responseFormat))])
        let none = try Fixtures.catalog([("a/plain", [plain])])
        let refused = RouteRefusal.error(for: try Fixtures.plan(none, asked), request: asked)
        #expect(refused.status == 404 && refused.message.hasPrefix("No endpoints found that support tool use"))
    }

    @Test("refuses presets that are not there, too many models, and does not repeat a huge name")
    func bounds() throws {
        let preset = Fixtures.request("x/y") { $0.preset = "p" }
        let unknown = #expect(throws: APIError.self) { try ModelResolver.resolve(preset, in: Self.catalog()) }
        #expect(unknown?.status == 404 && unknown?.param == "preset" && unknown?.message.contains("\"p\"") == true)
        for name in ["@preset/p", "x/y@preset/p"] {
            let asked = Fixtures.request(name)
            let unknown = #expect(throws: APIError.self) { try ModelResolver.resolve(asked, in: Self.catalog()) }
            #expect(unknown?.status == 404 && unknown?.param == "model" && unknown?.message.contains("\"p\"") == true)
            let listed = Fixtures.request("x/y") { $0.models = [name] }
            let misplaced = #expect(throws: APIError.self) { try ModelResolver.resolve(listed, in: Self.catalog()) }
            #expect(misplaced?.status == 400 && misplaced?.param == "models[0]")
        }
        let many = Fixtures.request("x/y") { $0.models = Array(repeating: "x/y", count: RoutingLimits.models + 1) }
        #expect(throws: APIError.self) { try ModelResolver.resolve(many, in: Self.catalog()) }
        let huge = Fixtures.request(String(repeating: "x", count: 100_000))
        let error = #expect(throws: APIError.self) { try ModelResolver.resolve(huge, in: Self.catalog()) }
        #expect(error?.message.utf8.count ?? 0 < 500)
    }

    static func keyless(_ absence: ProviderAbsence, demandsCallersKey: Bool = false) throws -> ModelCatalog {
        let on = ProviderEntry(slug: "on", displayName: "On", baseURL: try BaseURL("http://127.0.0.1/v1"))
        let off = ProviderEntry(
            slug: "off", displayName: "Off", baseURL: try BaseURL("http://127.0.0.1/v1"), absence: absence)
        var facts = Model.Facts(slug: "a/keyless")
        facts.demandsCallersKey = demandsCallersKey
        return try ModelCatalog(
            providers: [on],
            models: [
                Model(
                    facts, endpoints: [],
                    dormantEndpoints: [
                        Endpoint(index: -1, provider: off, modelSlug: "a/keyless", upstreamModel: "k", pricing: .free)
                    ]),
                Model(
                    Model.Facts(slug: "a/served"),
                    endpoints: [
                        Endpoint(index: 0, provider: on, modelSlug: "a/served", upstreamModel: "s", pricing: .free)
                    ]),
            ])
    }

    @Test("says which keys a model lacks, and passes over it in a list")
    func keyless() throws {
        let catalog = try Self.keyless(.missing(variables: ["OFF_API_KEY", "OFF_HOST"]))
        let error = #expect(throws: APIError.self) {
            try ModelResolver.resolve(Fixtures.request("a/keyless"), in: catalog)
        }
        #expect(error?.status == 404 && error?.param == "model")
        #expect(error?.message.contains("set OFF_API_KEY and OFF_HOST (Off)") == true)
        #expect(error?.message.contains("Bring your own key") == true)
        #expect(error?.availability?.code == .noEndpoints)
        let list = Fixtures.request("a/keyless") { $0.models = ["a/served"] }
        #expect(Self.slugs(try ModelResolver.resolve(list, in: catalog)) == ["a/served"])
        let onlyKeyless = Fixtures.request(nil) { $0.models = ["a/keyless"] }
        #expect(throws: APIError.self) { try ModelResolver.resolve(onlyKeyless, in: catalog) }
        let reversed = Fixtures.request("a/served") { $0.models = ["a/keyless"] }
        #expect(Self.slugs(try ModelResolver.resolve(reversed, in: catalog)) == ["a/served"])
    }

    @Test("names a provider once, however many of its service tiers serve the model")
    func keylessTiers() throws {
        let absence = ProviderAbsence.missing(variables: ["OFF_API_KEY"])
        let provider = ProviderEntry(
            slug: "off", displayName: "Off", baseURL: try BaseURL("http://127.0.0.1/v1"), absence: absence)
        let other = ProviderEntry(
            slug: "alien", displayName: "Alien", baseURL: try BaseURL("http://127.0.0.1/v1"),
            absence: .missing(variables: ["ALIEN_API_KEY"]))
        let endpoints = [provider, provider, other, provider].map {
            Endpoint(index: -1, provider: $0, modelSlug: "a/b", upstreamModel: "b", pricing: .free)
        }
        for demandsCallersKey in [false, true] {
            var facts = Model.Facts(slug: "a/b")
            facts.demandsCallersKey = demandsCallersKey
            let catalog = try ModelCatalog(
                providers: [], models: [Model(facts, endpoints: [], dormantEndpoints: endpoints)])
            let error = #expect(throws: APIError.self) {
                try ModelResolver.resolve(Fixtures.request("a/b"), in: catalog)
            }
            #expect(error?.availability?.affectedProviders == ["Off", "Alien"])
            let ways =
                demandsCallersKey ? "for off, or another of alien." : "set OFF_API_KEY (Off), or ALIEN_API_KEY (Alien),"
            #expect(error?.message.contains(ways) == true, "\(error?.message ?? "")")
        }
    }

    @Test(
        "says why else a model cannot be called",
        arguments: [
            (ProviderAbsence.switchedOff, false, "off (switched off)"), (.switchedOff, true, "byok_only"),
        ])
    func absent(absence: ProviderAbsence, demandsCallersKey: Bool, message: String) throws {
        let catalog = try Self.keyless(absence, demandsCallersKey: demandsCallersKey)
        let error = #expect(throws: APIError.self) {
            try ModelResolver.resolve(Fixtures.request("a/keyless"), in: catalog)
        }
        #expect(error?.message.contains(message) == true)
    }
}
