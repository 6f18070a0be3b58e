import Catalog
import Configuration
import Testing

@testable import LitellmImport

@Suite("Models of a LiteLLM configuration")
struct ModelGroupTests {
    static func group(_ entries: [String], _ rest: String = "") throws -> LitellmImport {
        var text = "model_list:\n"
        for entry in entries { text += "  - {model_name: m, litellm_params: {\(entry)}}\n" }
        return try LitellmImportTests.read(text + rest)
    }

    @Test("entries of one name are endpoints of one model")
    func grouping() throws {
        let result = try Self.group(["model: openai/gpt-4o", "model: groq/x", "model: openai/gpt-4o-mini"])
        #expect(result.models.count == 1 && result.models[0].id == "openai/m" && result.models[0].aliases == ["m"])
        #expect(result.models[0].endpoints.map(\.providerSlug) == ["openai", "groq", "openai"])
        #expect(result.text(showsSecrets: true).contains("tag: \"openai/2\""))
        #expect(result.problems(environment: [:]).isEmpty)
    }

    @Test("each account at a provider is a provider")
    func accounts() throws {
        let result = try Self.group([
            "model: openai/a, api_key: os.environ/A", "model: openai/a, api_key: os.environ/B",
            "model: openai/b, api_key: os.environ/A",
        ])
        #expect(result.providers.entries.map(\.slug) == ["openai", "openai-2"])
        #expect(result.models[0].endpoints.map(\.providerSlug) == ["openai", "openai-2", "openai"])
    }

    @Test(
        "the traffic is shared by weight, else by rpm, else by tpm",
        arguments: [
            (["weight: 9", "weight: 1"], [9, 1]), (["rpm: 900", "rpm: 10"], [900, 10]),
            (["tpm: 100000", "tpm: 300000"], [333, 1000]), (["rpm: 10, weight: 1", "weight: 3"], [1, 3]),
            (["weight: 0.7", "weight: 0.3"], [1000, 429]), (["rpm: 5", "tpm: 9"], [5, 1]),
            (["seed: 1", "seed: 2"], nil),
            (["rpm: 5", "rpm: 5"], nil),
        ] as [([String], [Int]?)])
    func weights(entries: [String], expected: [Int]?) throws {
        let result = try Self.group(entries.map { "model: openai/a, \($0)" })
        #expect(LitellmImport.weights(result.models[0].endpoints) == expected)
        #expect(result.problems(environment: [:]).isEmpty)
    }

    @Test("an order begins with 1 and keeps its ranks")
    func orders() throws {
        let result = try Self.group([
            "model: a/x", "model: openai/a, order: 40", "model: openai/b, order: -2", "model: openai/c",
        ])
        #expect(LitellmImport.orders(result.models[0].endpoints) == [2, 1, nil])
        let configuration = try Configuration.parse(
            ConfigurationSource(
                text: result.text(showsSecrets: true), environment: ["OPENAI_API_KEY": "k"], systemMemoryBytes: 1 << 32)
        )
        #expect(configuration.catalog.models[0].endpoints.map(\.order) == [2, 1, 16])
    }

    @Test(
        "names become slugs",
        arguments: [
            ("gpt-4o", "openai/gpt-4o", ["gpt-4o"]), ("openai/gpt-4o", "openai/gpt-4o", []),
            ("a/b/c", "openai/a-b-c", ["a/b/c"]), ("llama3:8b", "openai/llama3:8b", ["llama3:8b"]),
            ("lm studio", "openai/lm-studio", []), ("größe", "openai/gr--e", []),
        ] as [(String, String, [String])])
    func names(name: String, id: String, aliases: [String]) throws {
        let result = try LitellmImportTests.read(
            "model_list:\n  - {model_name: \"\(name)\", litellm_params: {model: openai/x}}\n")
        #expect(result.models[0].id == id && result.models[0].aliases == aliases)
        #expect(result.problems(environment: [:]).isEmpty)
        #expect(result.remarks.contains { $0.kind == .changed } == (name == "lm studio" || name == "größe"))
    }

    static let three = """
        model_list:
          - {model_name: a, litellm_params: {model: openai/a}}
          - {model_name: b, litellm_params: {model: openai/b}, model_info: {id: b-1}}
          - {model_name: c, litellm_params: {model: openai/c}}
          - {model_name: lost, litellm_params: {model: bedrock/x}}

        """

    @Test("fallbacks and aliases lead to models, and what leads nowhere is named")
    func links() throws {
        let result = try LitellmImportTests.read(
            Self.three + """
                router_settings:
                  model_group_alias: {x: a, y: {model: b, hidden: true}, z: nowhere, w: lost, c: a}
                  fallbacks: [{a: [b, lost]}, {x: [c]}, {nowhere: [a]}]
                litellm_settings:
                  context_window_fallbacks: [{b: [c, {model: a, max_tokens: 5}]}]
                  default_fallbacks: [b-1]
                """)
        #expect(result.models.map(\.aliases) == [["a", "x"], ["b", "y"], ["c"]])
        #expect(result.models.map(\.fallbacks) == [["openai/b", "openai/c"], ["openai/c", "openai/a"], ["openai/b"]])
        let dropped = result.remarks.filter { $0.kind == .dropped }.map(\.reason)
        #expect(dropped.count { $0.contains("nowhere") } == 2)
        #expect(dropped.count { $0.contains("the model lost did not come along") } == 2)
        #expect(dropped.contains { $0.contains("already the name") })
        #expect(result.problems(environment: [:]).isEmpty)
    }

    @Test(
        "strategies become algorithms",
        arguments: [
            ("simple-shuffle", nil, true), ("cost-based-routing", "adaptive", false),
            ("latency-based-routing", nil, false), ("usage-based-routing-v2", nil, false), ("nonsense", nil, false),
        ] as [(String, String?, Bool)])
    func strategies(name: String, algorithm: String?, isSilent: Bool) throws {
        let result = try LitellmImportTests.read(Self.three + "router_settings: {routing_strategy: \(name)}\n")
        #expect(result.settings.algorithm == algorithm)
        #expect(result.remarks.contains { $0.path.hasSuffix("routing_strategy") } != isSilent)
    }

    @Test(
        "budgets take a period",
        arguments: [
            ("max_budget: 5", "budgets: {lifetime: 5}"),
            ("max_budget: 0.5, budget_duration: 30d", "budgets: {monthly: 0.5}"),
            ("max_budget: 1e3, budget_duration: 7d", "budgets: {weekly: 1000}"),
            ("max_budget: 1, budget_duration: 90s", nil), ("max_budget: much", nil),
        ] as [(String, String?)])
    func budgets(setting: String, expected: String?) throws {
        let result = try LitellmImportTests.read(Self.three + "litellm_settings: {\(setting)}\n")
        let line = LitellmImportTests.lines(result).first { $0.hasPrefix("budgets") }
        #expect(line == expected)
        #expect(result.remarks.contains { $0.path.hasSuffix("max_budget") && $0.kind == .dropped } == (expected == nil))
        #expect(result.problems(environment: [:]).isEmpty)
    }

    @Test(
        "decimals are written plainly",
        arguments: [
            ("1.5e-06", "0.0000015"), ("0", "0"), ("2.50", "2.5"), ("1e3", "1000"), ("007", "7"), ("1_000", "1000"),
            ("-1", nil), ("", nil), ("1.2.3", nil), ("abc", nil), ("1e99", nil), (".5", "0.5"),
        ] as [(String, String?)])
    func decimals(text: String, expected: String?) {
        #expect(DecimalText.plain(text) == expected)
    }
}
