import Accounting
import Catalog
import Completions
import Providers
import Testing

@testable import Routing

@Suite("Planning routes")
struct RoutePlannerTests {
    typealias Fixtures = RoutingFixtures

    static func three() throws -> ModelCatalog {
        try Fixtures.catalog([("a/b", [.init("alpha"), .init("beta"), .init("gamma")])])
    }

    static func tags(_ change: (inout ProviderPreferences) -> Void) throws -> [String] {
        Fixtures.tags(try Fixtures.plan(try three(), Fixtures.request { change(&$0.provider) }))
    }

    @Test("keeps the configured order")
    func configured() throws {
        #expect(try Self.tags { _ in } == ["alpha", "beta", "gamma"])
    }

    @Test("puts order first, and keeps the rest behind it")
    func order() throws {
        #expect(try Self.tags { $0.order = ["gamma", "beta"] } == ["gamma", "beta", "alpha"])
        #expect(try Self.tags { $0.order = ["Beta", "nobody"] } == ["beta", "alpha", "gamma"])
    }

    @Test("without fallbacks, tries the order alone, or the primary alone")
    func noFallbacks() throws {
        #expect(
            try Self.tags {
                $0.order = ["gamma", "beta"]; $0.allowsFallbacks = false
            } == ["gamma", "beta"])
        #expect(try Self.tags { $0.allowsFallbacks = false } == ["alpha"])
        #expect(
            try Self.tags {
                $0.order = ["nobody"]; $0.allowsFallbacks = false
            } == [])
    }

    @Test("honours only and ignore")
    func lists() throws {
        #expect(try Self.tags { $0.only = ["gamma", "alpha"] } == ["alpha", "gamma"])
        #expect(try Self.tags { $0.ignore = ["alpha"] } == ["beta", "gamma"])
        #expect(
            try Self.tags {
                $0.only = ["alpha", "beta"]; $0.ignore = ["alpha"]
            } == ["beta"])
        #expect(try Self.tags { $0.only = [] } == [])
        #expect(
            try Self.tags {
                $0.only = ["beta"]; $0.order = ["gamma"]
            } == ["beta"])
    }

    @Test("works the same for a single endpoint")
    func single() throws {
        let catalog = try Fixtures.catalog([("a/b", [.init("alpha")])])
        func tags(_ change: (inout ProviderPreferences) -> Void) throws -> [String] {
            Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request { change(&$0.provider) }))
        }
        #expect(try tags { _ in } == ["alpha"])
        #expect(try tags { $0.allowsFallbacks = false } == ["alpha"])
        #expect(try tags { $0.order = ["beta"] } == ["alpha"])
        #expect(
            try tags {
                $0.order = ["beta"]; $0.allowsFallbacks = false
            } == [])
        #expect(try tags { $0.only = ["beta"] } == [])
        #expect(try tags { $0.ignore = ["Alpha"] } == [])
    }

    @Test("moves cooling endpoints behind their siblings, and still keeps them")
    func cooling() throws {
        let catalog = try Self.three()
        let health = HealthTable(catalog: catalog)
        func fail(_ index: Int, cooldownMs: UInt64) {
            let failure = UpstreamFailure(
                failureClass: .overloaded, status: 503, message: "", retry: .stop, cooldownMs: cooldownMs,
                health: .soft)
            let endpoint = health[catalog.endpoints[index]]
            guard case .granted(let ticket) = endpoint.began(nowMs: 1000, isLastResort: true) else {
                Issue.record("no ticket")
                return
            }
            endpoint.record(.failure(failure), ticket, nowMs: 1000)
        }
        fail(0, cooldownMs: 1000)
        #expect(
            Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request(), health: health, nowMs: 1999))
                == ["beta", "gamma", "alpha"])
        #expect(
            Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request(), health: health, nowMs: 2000))
                == ["alpha", "beta", "gamma"])
        for index in 0..<3 { fail(index, cooldownMs: 2000) }
        #expect(
            Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request(), health: health, nowMs: 2500))
                == ["alpha", "beta", "gamma"])
    }

    @Test("keeps the caller's order of models")
    func models() throws {
        let catalog = try Fixtures.catalog([
            ("a/b", [.init("alpha"), .init("beta")]), ("c/d", [.init("gamma"), .init("alpha")]),
        ])
        let request = Fixtures.request("c/d") { $0.models = ["a/b"] }
        let plan = try Fixtures.plan(catalog, request)
        #expect(Fixtures.tags(plan) == ["gamma", "alpha", "alpha", "beta"])
        #expect((0..<4).map { plan[$0].model.slug } == ["c/d", "c/d", "a/b", "a/b"])
        let primaries = Fixtures.request("c/d") {
            $0.models = ["a/b"]; $0.provider.allowsFallbacks = false
        }
        #expect(Fixtures.tags(try Fixtures.plan(catalog, primaries)) == ["gamma", "alpha"])
    }

    @Test("drops endpoints that cannot hold the request, and no others")
    func sizes() throws {
        let catalog = try Fixtures.catalog([
            ("a/b", [.init("small", context: 1000, cap: 100), .init("large", context: 100_000), .init("unknown")])
        ])
        func tags(_ maxTokens: Int?, textBytes: Int) throws -> [String] {
            Fixtures.tags(
                try Fixtures.plan(
                    catalog,
                    Fixtures.request {
                        $0.maxTokens = maxTokens; $0.promptSize.textBytes = textBytes
                    }))
        }
        #expect(try tags(nil, textBytes: 0) == ["small", "large", "unknown"])
        #expect(try tags(100, textBytes: 0) == ["small", "large", "unknown"])
        #expect(try tags(101, textBytes: 0) == ["large", "unknown"])
        #expect(try tags(nil, textBytes: 24_000) == ["small", "large", "unknown"])
        #expect(try tags(nil, textBytes: 24_024) == ["large", "unknown"])
        #expect(try tags(100_000, textBytes: 24) == ["unknown"])
    }

    @Test("drops endpoints that lack a modality")
    func modalities() throws {
        var seeing = Fixtures.Part("seeing")
        seeing.inputs = [.text, .image]
        let catalog = try Fixtures.catalog([("a/b", [.init("blind"), seeing])])
        let picture = Fixtures.request { $0.inputModalities = [.text, .image] }
        #expect(Fixtures.tags(try Fixtures.plan(catalog, picture)) == ["seeing"])
        let speech = Fixtures.request { $0.outputModalities = [.text, .audio] }
        #expect(try Fixtures.plan(catalog, speech).isEmpty)
    }

    @Test("drops endpoints that lack a demanded parameter, unless nothing is declared")
    func parameters() throws {
        var declared = Fixtures.Part("declared")
        declared.parameters = ["max_tokens", "tools"]
        var poor = Fixtures.Part("poor")
        poor.parameters = ["temperature"]
        let catalog = try Fixtures.catalog([("a/b", [poor, declared, .init("open")])])
        let request = Fixtures.request {
            $0.provider.requiresParameters = true
            $0.fields = RequestFieldSet(.tools, .maxCompletionTokens, .messages)
        }
        #expect(Fixtures.tags(try Fixtures.plan(catalog, request)) == ["declared", "open"])
        let lax = Fixtures.request { $0.fields = RequestFieldSet(.temperature, .maxCompletionTokens) }
        #expect(try Fixtures.plan(catalog, lax).count == 3)
    }

    @Test("prefers endpoints that take tools, formats and verbosity, and drops none where none does")
    func softParameters() throws {
        var poor = Fixtures.Part("poor")
        poor.parameters = ["temperature"]
        var rich = Fixtures.Part("rich")
        rich.parameters = ["tools"]
        let mixed = try Fixtures.catalog([("a/b", [poor, rich])])
        func plan(_ catalog: ModelCatalog, _ fields: RequestFieldSet) throws -> RoutePlan {
            try Fixtures.plan(catalog, Fixtures.request { $0.fields = fields })
        }
        let tools = try plan(mixed, RequestFieldSet(.tools))
        #expect(Fixtures.tags(tools) == ["rich"])
        #expect(tools.rejected.map(\.reason) == [.lacksPreferred(RequestFieldSet(.tools))])
        #expect(Fixtures.tags(try plan(mixed, RequestFieldSet(.responseFormat))) == ["poor", "rich"])
        #expect(Fixtures.tags(try plan(mixed, RequestFieldSet(.seed))) == ["poor", "rich"])
        // Of two wishes, only the one that somebody fulfils counts.
        #expect(Fixtures.tags(try plan(mixed, RequestFieldSet(.tools, .responseFormat))) == ["rich"])
        let undeclared = try Fixtures.catalog([("a/b", [poor, .init("open")])])
        #expect(Fixtures.tags(try plan(undeclared, RequestFieldSet(.tools))) == ["open"])
    }

    @Test("asks nobody without the functions that the request has")
    func functions() throws {
        var poor = Fixtures.Part("poor")
        poor.parameters = ["temperature"]
        var rich = Fixtures.Part("rich")
        rich.parameters = ["tools"]
        let asked = Fixtures.request {
            $0.fields = RequestFieldSet(.tools)
            $0.toolNames = ["look"]
        }
        let mixed = try Fixtures.plan(try Fixtures.catalog([("a/b", [poor, rich, .init("open")])]), asked)
        #expect(Fixtures.tags(mixed) == ["rich", "open"])
        #expect(mixed.rejected.map(\.reason) == [.featuresUnsupported(RequestFieldSet(.tools))])
        for parts in [[poor], [poor, poor]] {
            var parts = parts
            if parts.count > 1 { parts[1].provider = "poorer" }
            let plan = try Fixtures.plan(try Fixtures.catalog([("a/b", parts)]), asked)
            #expect(plan.isEmpty)
            let error = RouteRefusal.error(for: plan, request: asked)
            #expect(error.status == 404 && error.param == "tools")
            #expect(error.message.hasPrefix("No endpoints found that support tool use. "))
            #expect(error.availability?.code == .noEndpoints)
        }
        // The next model of the list may do.
        let list = Fixtures.request {
            $0.toolNames = ["look"]
            $0.models = ["c/d"]
        }
        let next = try Fixtures.plan(try Fixtures.catalog([("a/b", [poor]), ("c/d", [rich])]), list)
        #expect(next.first?.model.slug == "c/d" && next.count == 1)
        // Whose tools run at the provider is soft: it is dropped where nobody knows it.
        let native = Fixtures.request { $0.fields = RequestFieldSet(.tools) }
        #expect(try Fixtures.plan(try Fixtures.catalog([("a/b", [poor])]), native).count == 1)
    }

    static func tiers() throws -> ModelCatalog {
        try Fixtures.catalog([
            (
                "a/b",
                [
                    .init("openai"), .init("openai", tag: "openai/priority"), .init("openai", tag: "openai/flex"),
                    .init("azure"),
                ]
            )
        ])
    }

    @Test("keeps to standard endpoints unless a tier is asked for")
    func standardTier() throws {
        let plan = try Fixtures.plan(try Self.tiers(), Fixtures.request())
        #expect(Fixtures.tags(plan) == ["openai", "azure"])
        #expect(plan.rejected.map(\.reason) == [.tierNotAsked, .tierNotAsked])
    }

    @Test(
        "admits tiers by service_tier, by the slug's ending, and by name",
        arguments: [
            ("priority", nil, [], nil, ["openai/priority", "openai", "azure"]),
            ("fast", nil, [], nil, ["openai/priority", "openai", "azure"]),
            ("flex", nil, [], nil, ["openai/flex"]),
            ("default", ":nitro", [], nil, ["openai", "azure"]),
            (nil, ":nitro", [], nil, ["openai", "openai/priority", "azure"]),
            (nil, ":floor", [], nil, ["openai", "openai/flex", "azure"]),
            (nil, ":nitro", ["azure"], nil, ["azure", "openai"]),
            (nil, nil, ["openai/priority"], nil, ["openai/priority", "openai", "azure"]),
            (nil, nil, ["openai"], nil, ["openai", "azure"]),
            (nil, nil, [], ["openai/priority"], ["openai/priority"]),
            (nil, nil, [], ["openai"], ["openai"]),
        ] as [(String?, String?, [String], [String]?, [String])])
    func tier(service: String?, ending: String?, order: [String], only: [String]?, tags: [String]) throws {
        let request = Fixtures.request("a/b" + (ending ?? "")) {
            $0.serviceTier = service
            $0.provider.order = order
            $0.provider.only = only
        }
        #expect(Fixtures.tags(try Fixtures.plan(try Self.tiers(), request)) == tags)
    }

    @Test("speed fast asks for the priority tier, unless a tier is named")
    func speed() throws {
        let fast = Fixtures.request { $0.wantsSpeed = true }
        #expect(Fixtures.tags(try Fixtures.plan(try Self.tiers(), fast)) == ["openai/priority", "openai", "azure"])
        let named = Fixtures.request {
            $0.wantsSpeed = true
            $0.serviceTier = "default"
        }
        #expect(Fixtures.tags(try Fixtures.plan(try Self.tiers(), named)) == ["openai", "azure"])
    }

    @Test("tries ultrafast before priority, and that before standard endpoints")
    func ultrafast() throws {
        let catalog = try Fixtures.catalog([
            (
                "a/b",
                [
                    .init("openai"), .init("openai", tag: "openai/priority"), .init("openai", tag: "openai/flex"),
                    .init("openai", tag: "openai/ultrafast"),
                ]
            )
        ])
        let request = Fixtures.request { $0.serviceTier = "ultrafast" }
        let plan = try Fixtures.plan(catalog, request)
        #expect(Fixtures.tags(plan) == ["openai/ultrafast", "openai/priority", "openai"])
        #expect(plan.rejected.map(\.reason) == [.tierNotAsked])
        // The same from the record.
        let decision = try #require(RouteDecision(RouteDecision.encode(plan)))
        let again = RouteReplay.order(decision, by: plan.policy, models: ["a/b", "a/b", "a/b"])
        #expect(again.map { decision.choices[$0.choice].endpoint } == [3, 1, 0])
        // A tier that was named for another reason is not the one that was asked for.
        let only = Fixtures.request {
            $0.serviceTier = "priority"
            $0.provider.only = ["openai/flex", "openai"]
        }
        #expect(Fixtures.tags(try Fixtures.plan(catalog, only)) == ["openai", "openai/flex"])
    }

    @Test("puts the endpoints of a tier in the order that the tier is for")
    func tierOrder() throws {
        func order(_ change: @escaping (inout CompletionRequest) -> Void) throws -> RankingOrder {
            try Fixtures.plan(
                try Self.tiers(),
                Fixtures.request(nil) {
                    $0.model = "a/b"; change(&$0)
                }
            ).policy.order
        }
        #expect(try order { $0.serviceTier = "priority" } == .throughput)
        #expect(try order { $0.serviceTier = "fast" } == .throughput)
        #expect(try order { $0.serviceTier = "ultrafast" } == .throughput)
        #expect(try order { $0.wantsSpeed = true } == .throughput)
        #expect(try order { $0.serviceTier = "flex" } == .price)
        #expect(try order { $0.serviceTier = "default" } == .configured)
        #expect(try order { $0.serviceTier = "auto" } == .configured)
        #expect(
            try order {
                $0.serviceTier = "priority"
                $0.provider.sort = .init(by: .latency)
            } == .latency)
    }

    @Test("asks for flex where the model has none are served as usual")
    func flexWithout() throws {
        let request = Fixtures.request { $0.serviceTier = "flex" }
        #expect(Fixtures.tags(try Fixtures.plan(try Self.three(), request)) == ["alpha", "beta", "gamma"])
    }

    @Test("mixes the endpoints of all models where the caller does not care which")
    func partition() throws {
        var cheap = Fixtures.Part("cheap")
        cheap.prompt = "0.0000001"
        let catalog = try Fixtures.catalog([("a/b", [.init("alpha"), .init("beta")]), ("c/d", [cheap])])
        let request = Fixtures.request {
            $0.models = ["c/d"]
            $0.provider.sort = .init(by: .price, partition: .none)
            $0.promptSize.textBytes = 400
        }
        #expect(Fixtures.tags(try Fixtures.plan(catalog, request)) == ["cheap", "alpha", "beta"])
    }

    @Test("drops endpoints against the caller's data policy, quantizations and prices")
    func demands() throws {
        var careful = Fixtures.Part("careful")
        careful.policy = DataPolicy(allowsCollection: false)
        var silent = Fixtures.Part("silent")
        silent.policy = DataPolicy(allowsCollection: false, retainsNothing: true)
        silent.quantization = .mxfp4
        silent.prompt = "0.000003"
        let catalog = try Fixtures.catalog([("a/b", [.init("nosy"), careful, silent])])
        func tags(_ change: (inout ProviderPreferences) -> Void) throws -> [String] {
            Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request { change(&$0.provider) }))
        }
        #expect(try tags { $0.deniesDataCollection = true } == ["careful", "silent"])
        #expect(try tags { $0.zeroDataRetention = true } == ["silent"])
        #expect(try tags { $0.quantizations = [.fp4] } == ["silent"])
        #expect(try tags { $0.quantizations = [.unknown] } == ["nosy", "careful"])
        #expect(try tags { $0.quantizations = [.fp8] } == [])
        var ceiling = ProviderPreferences.PriceCeiling()
        ceiling.promptPicosPerToken = 1_000_000
        #expect(try tags { $0.maxPrice = ceiling } == ["nosy", "careful"])
        ceiling.completionPicosPerToken = 1_000_000
        #expect(try tags { $0.maxPrice = ceiling } == [])
    }

    @Test(
        "fp4 and fp8 stand for their block-scaled kin, which stand for themselves alone",
        arguments: [
            (.fp8, [.fp8], true), (.mxfp8, [.fp8], true), (.fp8, [.mxfp8], false), (.mxfp8, [.mxfp8], true),
            (.mxfp8, [.fp4], false), (.mxfp4, [.fp4], true), (.nvfp4, [.fp4], true), (.nvfp4, [.mxfp4], false),
            (.fp4, [.fp8], false), (.bf16, [.fp16, .bf16], true), (nil, [.unknown], true), (nil, [.fp8], false),
        ] as [(Endpoint.Quantization?, [Endpoint.Quantization], Bool)])
    func quantizations(have: Endpoint.Quantization?, wanted: [Endpoint.Quantization], isAdmitted: Bool) throws {
        var part = Fixtures.Part("alpha")
        part.quantization = have
        let request = Fixtures.request { $0.provider.quantizations = wanted }
        let plan = try Fixtures.plan(try Fixtures.catalog([("a/b", [part])]), request)
        #expect(!plan.isEmpty == isAdmitted)
        if !isAdmitted { #expect(plan.rejected.map(\.reason) == [.quantizationExcluded]) }
    }

    /// Endpoints with price sheets of their own.
    static func priced(_ sheets: [(tag: String, sheet: PriceSheet)]) throws -> ModelCatalog {
        let providers = try sheets.map { tag, _ in
            ProviderEntry(slug: tag, displayName: tag, baseURL: try BaseURL("http://127.0.0.1/v1"))
        }
        let endpoints = sheets.enumerated().map { index, each in
            Endpoint(
                index: index, provider: providers[index], modelSlug: "a/b", upstreamModel: "b", pricing: each.sheet)
        }
        return try ModelCatalog(
            providers: providers, models: [Model(Model.Facts(slug: "a/b"), endpoints: endpoints)])
    }

    @Test(
        "max_price bounds requests, images and audio too",
        arguments: [(.request, "0.001"), (.image, "0.002"), (.audio, "0.000003")] as [(PriceComponent, String)])
    func otherCeilings(component: PriceComponent, price: String) throws {
        let usual: [PriceComponent: String] = [.prompt: "0.000001", .completion: "0.000001"]
        let catalog = try Self.priced([
            ("dear", try PriceSheet(texts: usual.merging([component: price]) { $1 })),
            ("without", try PriceSheet(texts: usual)),
        ])
        let picos = try #require(catalog.endpoints[0].pricing.rates[component]?.picos)
        func tags(_ limit: Int64) throws -> [String] {
            var ceiling = ProviderPreferences.PriceCeiling()
            switch component {
            case .request: ceiling.picosPerRequest = limit
            case .image: ceiling.picosPerImage = limit
            default: ceiling.picosPerAudioUnit = limit
            }
            return Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request { $0.provider.maxPrice = ceiling }))
        }
        #expect(try tags(picos) == ["dear", "without"])
        #expect(try tags(picos - 1) == ["without"])
    }

    @Test("compares the prices that hold for the prompt's length and for the hour")
    func conditionalPrices() throws {
        func sheet(_ price: String, _ condition: PriceCondition, _ other: String) throws -> PriceSheet {
            try PriceSheet(
                texts: [.prompt: price, .completion: "0"],
                overrides: [.init(condition: condition, quotes: [.prompt: try PriceQuote(other)])])
        }
        let catalog = try Self.priced([
            ("flat", try PriceSheet(texts: [.prompt: "0.000002", .completion: "0"])),
            ("long", try sheet("0.000001", try PriceCondition(minPromptTokens: 1000), "0.000004")),
            ("night", try sheet("0.000003", try PriceCondition(utcStart: 0, utcEnd: 600), "0.0000005")),
        ])
        func tags(tokens: Int, hour: Int64) throws -> [String] {
            let request = Fixtures.request { $0.provider.sort = .init(by: .price) }
            let plan = try Fixtures.plan(catalog, request) { context in
                context.tokens = PromptTokens(atLeast: 0, likely: tokens)
                context.unixSeconds = 1_795_305_600 + hour * 3600
            }
            return Fixtures.tags(plan)
        }
        #expect(try tags(tokens: 1000, hour: 12) == ["long", "flat", "night"])
        #expect(try tags(tokens: 1001, hour: 12) == ["flat", "night", "long"])
        #expect(try tags(tokens: 1000, hour: 5) == ["night", "long", "flat"])
        #expect(try tags(tokens: 1001, hour: 5) == ["night", "flat", "long"])
        #expect(try tags(tokens: 1001, hour: 6) == ["flat", "night", "long"])
    }

    @Test("gives the same plan for the same input")
    func deterministic() throws {
        let catalog = try Self.three()
        let first = Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request()))
        for _ in 0..<20 { #expect(Fixtures.tags(try Fixtures.plan(catalog, Fixtures.request())) == first) }
    }

    // MARK: What a key may use

    static func permitted(
        _ catalog: ModelCatalog, _ providers: Set<String>, _ change: (inout CompletionRequest) -> Void = { _ in }
    ) throws -> RoutePlan {
        try Fixtures.plan(catalog, Fixtures.request("a/b", change)) { context in
            context.allows = { model, provider in model == "a/b" && providers.contains(provider) }
        }
    }

    @Test("what the key may not use is left out first: the one primary is one that it may use")
    func permission() throws {
        let plan = try Self.permitted(try Self.three(), ["beta", "gamma"]) { $0.provider.allowsFallbacks = false }
        #expect(Fixtures.tags(plan) == ["beta"])
        #expect(plan.rejected.map(\.reason) == [.forbiddenToKey, .fallbacksForbidden])
        let sole = try Self.permitted(try Fixtures.catalog([("a/b", [.init("alpha")])]), ["beta"])
        #expect(sole.isEmpty && sole.rejected.map(\.reason) == [.forbiddenToKey])
        let refused = RouteRefusal.error(for: sole, request: Fixtures.request())
        #expect(refused.status == 403)
    }

    @Test("what may not serve sets no standard for parameters")
    func permittedParameters() throws {
        var rich = Fixtures.Part("rich")
        rich.parameters = ["response_format"]
        var poor = Fixtures.Part("poor")
        poor.parameters = ["temperature"]
        let catalog = try Fixtures.catalog([("a/b", [rich, poor])])
        let json = { (request: inout CompletionRequest) in request.fields.insert(.responseFormat) }
        #expect(Fixtures.tags(try Self.permitted(catalog, ["rich", "poor"], json)) == ["rich"])
        #expect(Fixtures.tags(try Self.permitted(catalog, ["poor"], json)) == ["poor"])
        let only = Fixtures.request {
            json(&$0)
            $0.provider.only = ["poor"]
        }
        #expect(Fixtures.tags(try Fixtures.plan(catalog, only)) == ["poor"])
    }

    @Test("a tier that the key may not use keeps nobody from the standard endpoints")
    func permittedTiers() throws {
        let catalog = try Fixtures.catalog([("a/b", [.init("alpha", tag: "alpha/flex"), .init("beta")])])
        let flex = { (request: inout CompletionRequest) in request.serviceTier = "flex" }
        #expect(Fixtures.tags(try Self.permitted(catalog, ["alpha", "beta"], flex)) == ["alpha/flex"])
        #expect(Fixtures.tags(try Self.permitted(catalog, ["beta"], flex)) == ["beta"])
    }

    @Test("nothing is shortened for an endpoint that the key may not use")
    func permittedContext() throws {
        let catalog = try Fixtures.catalog([("a/b", [.init("alpha", context: 4000), .init("beta", context: 1000)])])
        let long = { (request: inout CompletionRequest) in request.promptSize.textBytes = 24 * 6000 }
        #expect(Fixtures.tags(try Self.permitted(catalog, ["alpha", "beta"], long)) == ["alpha"])
        #expect(Fixtures.tags(try Self.permitted(catalog, ["beta"], long)) == ["beta"])
    }
}
