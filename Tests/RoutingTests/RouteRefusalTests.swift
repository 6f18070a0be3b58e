import Accounting
import Catalog
import Completions
import Testing

@testable import Routing

@Suite("Refusing requests that no endpoint may serve")
struct RouteRefusalTests {
    typealias Fixtures = RoutingFixtures

    static func refusal(
        _ parts: [Fixtures.Part], _ change: (inout CompletionRequest) -> Void
    ) throws -> APIError {
        let request = Fixtures.request("a/b", change)
        let plan = try Fixtures.plan(try Fixtures.catalog([("a/b", parts)]), request)
        #expect(plan.isEmpty)
        return RouteRefusal.error(for: plan, request: request)
    }

    @Test("says which providers there are and which the request permits")
    func only() throws {
        let error = try Self.refusal([.init("alpha"), .init("beta")]) { $0.provider.only = ["gamma"] }
        #expect(error.status == 404)
        #expect(
            error.message
                == "No allowed providers are available for the selected model. Providers serving a/b: alpha, beta, but "
                + "your request's provider.only preference permits only: gamma.")
        #expect(error.availability?.code == .constraintFiltered)
        #expect(error.availability?.excludedBy == ["allowed_providers"])
        #expect(error.availability?.constraint?.field == "provider.only")
        #expect(error.availability?.affectedProviders == ["Alpha", "Beta"])
    }

    @Test("names the field that excludes everything")
    func fields() throws {
        let parts = [Fixtures.Part("alpha", context: 1000, cap: 100)]
        #expect(try Self.refusal(parts) { $0.provider.ignore = ["alpha"] }.param == "provider.ignore")
        #expect(
            try Self.refusal(parts) {
                $0.provider.order = ["x"]; $0.provider.allowsFallbacks = false
            }.param
                == "provider.order")
        #expect(try Self.refusal(parts) { $0.provider.quantizations = [.fp8] }.param == "provider.quantizations")
        let distillable = try Self.refusal(parts) { $0.provider.enforcesDistillableText = true }
        #expect(distillable.param == "provider.enforce_distillable_text" && distillable.status == 404)
        #expect(distillable.availability?.excludedBy == ["enforce_distillable_text"])
        let privacy = try Self.refusal(parts) { $0.provider.zeroDataRetention = true }
        #expect(privacy.param == "provider.zdr")
        #expect(privacy.availability?.code == .privacyRestricted)
        #expect(privacy.availability?.excludedBy == ["data_policy:zdr"])
    }

    @Test("says how long the answer and the context may be")
    func sizes() throws {
        let capped = try Self.refusal([.init("alpha", context: 1000, cap: 100)]) { $0.maxTokens = 500 }
        #expect(capped.type == .maxTokensExceeded)
        #expect(capped.status == 400)
        #expect(capped.message.contains("at most 100"))
        let long = try Self.refusal([.init("alpha", context: 1000)]) {
            $0.promptSize.textBytes = 48_000
            $0.compression = .off
        }
        #expect(long.message.contains("context-compression"))
        #expect(long.type == .contextLengthExceeded)
        #expect(long.status == 400)
        #expect(long.message.hasPrefix("The maximum context length of a/b is 1000 tokens."))
    }

    @Test("says what kind of input is missing")
    func modality() throws {
        let error = try Self.refusal([.init("alpha")]) { $0.inputModalities = [.text, .image] }
        #expect(error.status == 404)
        #expect(error.message == "No endpoints found that support image input with a/b.")
    }

    @Test("lists every reason where they differ")
    func mixed() throws {
        let error = try Self.refusal([.init("alpha", cap: 10), .init("beta")]) {
            $0.maxTokens = 100
            $0.provider.quantizations = [.fp8]
        }
        #expect(error.status == 404)
        #expect(error.message.contains("alpha (it gives at most 10 completion tokens)"))
        #expect(error.message.contains("beta (its quantization is not wanted)"))
        #expect(error.availability?.excludedBy == ["context_length", "quantization"])
        let choices = try Self.refusal([.init("alpha"), .init("beta")]) {
            $0.provider.only = ["beta"]
            $0.provider.ignore = ["beta"]
        }
        #expect(choices.status == 404)
        #expect(choices.message.contains("alpha (not in provider.only), beta (in provider.ignore)"))
    }

    @Test("says that the request is too large for what the caller chose, whatever else there is")
    func sizesOfTheChosen() throws {
        let parts = [Fixtures.Part("alpha", context: 1000, cap: 10), .init("beta", context: 1_000_000)]
        let long = try Self.refusal(parts + [.init("beta", tag: "beta/priority")]) {
            $0.promptSize.textBytes = 48_000
            $0.compression = .off
            $0.provider.only = ["alpha"]
        }
        #expect(long.status == 400 && long.type == .contextLengthExceeded)
        #expect(long.message.hasPrefix("The maximum context length of a/b is 1000 tokens."))
        #expect(long.availability?.excludedBy == ["context_length", "allowed_providers"])
        let capped = try Self.refusal(parts) {
            $0.maxTokens = 100
            $0.provider.ignore = ["beta"]
        }
        #expect(capped.status == 400 && capped.type == .maxTokensExceeded)
        #expect(capped.message.contains("at most 10 completion tokens"))
        let tiers = try Self.refusal([.init("alpha", context: 1000), .init("alpha", tag: "alpha/priority")]) {
            $0.promptSize.textBytes = 48_000
            $0.compression = .off
        }
        #expect(tiers.status == 400 && tiers.type == .contextLengthExceeded)
        let both = try Self.refusal([.init("alpha", cap: 10), .init("beta", context: 50)]) { $0.maxTokens = 100 }
        #expect(both.status == 400 && both.type == .contextLengthExceeded && both.param == "max_tokens")
    }

    @Test(
        "is 429 where what is used up is all that would do, whatever keeps the others away",
        arguments: [
            [], ["alpha/priority"], ["beta"], ["beta", "alpha/priority"],
        ])
    func quota(others: [String]) throws {
        let parts = ["alpha"] + others
        let provider = { (slug: String) throws in
            ProviderEntry(slug: slug, displayName: slug, baseURL: try BaseURL("http://127.0.0.1/v1"))
        }
        let providers = ["alpha": try provider("alpha"), "beta": try provider("beta")]
        let endpoints = parts.enumerated().map { index, tag in
            Endpoint(
                index: index, provider: providers[String(tag.prefix { $0 != "/" })]!, modelSlug: "a/b",
                upstreamModel: "b", tag: tag, pricing: .free,
                limits: tag == "alpha" ? UsageLimits(requestsPerMinute: 1) : UsageLimits())
        }
        let catalog = try ModelCatalog(
            providers: Array(providers.values), models: [Model(Model.Facts(slug: "a/b"), endpoints: endpoints)])
        let health = HealthTable(catalog: catalog)
        guard case .granted = health[endpoints[0]].began(nowMs: 1000) else {
            Issue.record("no ticket")
            return
        }
        let request = Fixtures.request("a/b") { $0.provider.only = ["alpha"] }
        let plan = try Fixtures.plan(catalog, request, health: health)
        #expect(plan.isEmpty)
        let error = RouteRefusal.error(for: plan, request: request)
        #expect(error.status == 429 && error.retryAfter == RoutingLimits.quotaRetrySeconds)
        #expect(error.availability?.code == .capacityExhausted && error.availability?.code.isRetryable == true)
        #expect(error.message.contains("(alpha)"))
    }
}
