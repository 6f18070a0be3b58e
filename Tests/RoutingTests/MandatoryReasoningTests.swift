import Accounting
import Catalog
import Completions
import Testing

@testable import Routing

@Suite("Models that always think")
struct MandatoryReasoningTests {
    static func models(
        _ efforts: [ReasoningPreferences.Effort]? = nil, isMandatory: Bool = true, strategy: RouteStrategy
    ) throws -> ModelList {
        let provider = ProviderEntry(slug: "p", displayName: "P", baseURL: try BaseURL("http://127.0.0.1/v1"))
        let endpoint = Endpoint(
            index: 0, provider: provider, modelSlug: "a/thinker", upstreamModel: "t", pricing: .free)
        var facts = Model.Facts(slug: "a/thinker")
        facts.reasoning = ReasoningSupport(isMandatory: isMandatory, efforts: efforts)
        return ModelList(ResolvedModel(Model(facts, endpoints: [endpoint])), strategy: strategy)
    }

    static func request(_ change: (inout CompletionRequest) -> Void) -> CompletionRequest {
        RoutingFixtures.request("a/thinker", change)
    }

    @Test("are not asked for no reasoning by their own name")
    func refused() throws {
        let cases: [(String, (inout CompletionRequest) -> Void)] = [
            ("reasoning.effort", { $0.reasoning.effort = ReasoningPreferences.Effort.none }),
            (
                "reasoning_effort",
                {
                    $0.reasoning.effort = ReasoningPreferences.Effort.none
                    $0.fields = RequestFieldSet(.reasoningEffort)
                }
            ),
            ("reasoning.enabled", { $0.reasoning.isEnabled = false }),
            ("reasoning.max_tokens", { $0.reasoning.maxTokens = 0 }),
        ]
        for (field, change) in cases {
            let error = #expect(throws: APIError.self) {
                try MandatoryReasoning.settled(Self.request(change), for: Self.models(strategy: .direct))
            }
            #expect(error?.status == 400 && error?.param == field)
            #expect(error?.message.contains("a/thinker") == true)
        }
    }

    @Test("think as little as they can behind the newest of a family")
    func latest() throws {
        let request = Self.request {
            $0.reasoning.isEnabled = false
            $0.reasoning.maxTokens = 0
            $0.reasoning.isExcluded = true
        }
        var expected = ReasoningPreferences()
        expected.isExcluded = true
        for (efforts, least) in [
            ([.max, .high, .medium], .medium), ([.low, .minimal, .none], .minimal), (nil, .low), ([], .low),
        ] as [([ReasoningPreferences.Effort]?, ReasoningPreferences.Effort)] {
            expected.effort = least
            #expect(try MandatoryReasoning.settled(request, for: Self.models(efforts, strategy: .latest)) == expected)
        }
    }

    @Test("are passed over where another model may answer, and wishes that they can meet stay")
    func others() throws {
        let off = Self.request { $0.reasoning.isEnabled = false }
        let able = try Self.models(isMandatory: false, strategy: .direct)
        #expect(try MandatoryReasoning.settled(off, for: able) == off.reasoning)
        let mixed = ModelList(try Self.models(strategy: .direct).first, [able.first], strategy: .fallback)
        #expect(try MandatoryReasoning.settled(off, for: mixed) == off.reasoning)
        let low = Self.request { $0.reasoning.effort = .low }
        #expect(try MandatoryReasoning.settled(low, for: Self.models(strategy: .direct)) == low.reasoning)
    }
}
