import Accounting
import Simulation
import Testing

@testable import Configuration

@Suite("Reading a scenario")
struct ScenarioDecodingTests {
    static let good = """
        # What it shows.
        seed: 7
        duration: 10m
        rate: 20.5
        request:
          prompt_tokens: 1000
          output_tokens: {p50: 300, p99: 900}
        providers:
          - slug: one
            price: {prompt: 0.000001, completion: "0.000002", request: 0}
            ttft: {p50: 300, p99: 1.5s}
            throughput: {p50: 60, p99: 20}
            rpm: 600
            concurrency: 20
            error_rate: 0.01
            weight: 2
            events:
              - {at: 60, for: 30s, kind: outage}
              - {at: 2m, for: 30s, kind: outage, value: 503}
              - {at: 3m, for: 30s, kind: outage, value: 0.5}
              - {at: 4m, for: 30s, kind: brownout, value: 0.2}
              - {at: 5m, for: 30s, kind: slow, value: 4}
              - {at: 6m, for: 30s, kind: drip}
              - {at: 7m, for: 30s, kind: rate_limit, value: 12}
              - {at: 8m, for: 30s, kind: flap, value: 5s}
          - slug: two
            price: {prompt: 0, completion: 0}
            ttft: 200ms
            throughput: 100
        policies: [default, round_robin]
        """

    @Test("takes every key")
    func everything() throws {
        let scenario = try Scenario.parse(Self.good, name: "s.yaml")
        #expect(scenario.title == "What it shows.")
        #expect(scenario.seed == 7 && scenario.durationMs == 600_000 && scenario.rate == 20.5)
        #expect(scenario.promptTokens == Spread(fixed: 1_000) && scenario.outputTokens == Spread(p50: 300, p99: 900))
        #expect(scenario.policies == [.default, .roundRobin])
        let one = scenario.providers[0]
        #expect(one.ttftMs == Spread(p50: 300, p99: 1_500) && one.throughput == Spread(p50: 60, p99: 20))
        #expect(one.requestsPerMinute == 600 && one.concurrency == 20 && one.errorRate == 0.01 && one.weight == 2)
        #expect(one.pricing.rates[.completion]?.picos == 2_000_000)
        #expect(
            one.events.map(\.kind) == [
                .outage(status: nil), .outage(status: 503), .brownout(share: 0.5), .brownout(share: 0.2),
                .slow(factor: 4), .drip(tokensPerSecond: 1), .rateLimit(requestsPerMinute: 12), .flap(halfMs: 5_000),
            ])
        #expect(one.events[0].atMs == 60_000 && one.events[0].endMs == 90_000)
        #expect(scenario.providers[1].ttftMs == Spread(fixed: 200) && scenario.providers[1].events.isEmpty)
    }

    @Test(
        "refuses what it does not know, by line and with what was probably meant",
        arguments: [
            ("rate: 20.5", "rat: 20.5", 4, "unknown key \"rat\" in the scenario; did you mean rate?"),
            ("rate: 20.5", "rate: fast", 4, "rate must be a number from 0.01 to 100000, not \"fast\""),
            ("duration: 10m", "duration: long", 3, "duration must be a duration"),
            ("concurrency: 20", "concurency: 20", 14, "did you mean concurrency?"),
            ("concurrency: 20", "concurrency: 0", 14, "concurrency must be a whole number from 1"),
            ("error_rate: 0.01", "error_rate: 2", 15, "error_rate must be a number from 0 to 1"),
            ("kind: outage}", "kind: outtage}", 18, "kind must be outage, brownout, slow, drip, rate_limit or flap"),
            ("kind: outage, value: 503", "kind: outage, value: 200", 19, "value of an outage must be the status"),
            ("kind: brownout, value: 0.2", "kind: brownout, value: 20", 21, "value of a brownout"),
            ("{at: 2m, for: 30s", "{att: 2m, for: 30s", 19, "unknown key \"att\" in an event; did you mean at?"),
            ("{p50: 300, p99: 900}", "{p50: 300, p99: 200}", 7, "p99 of output_tokens must not be below its p50"),
            ("{p50: 300, p99: 900}", "{p50: 300}", 7, "output_tokens needs both p50 and p99"),
            ("prompt: 0.000001,", "prompt: cheap,", 10, "prompt must be dollars per token"),
            ("slug: two", "slug: one", 26, "the provider one is there twice"),
            ("round_robin]", "round_robbin]", 30, "a policy must be default, adaptive"),
            ("round_robin]", "default]", 30, "the policy default is named twice"),
        ])
    func mistakes(text: String, instead: String, line: Int, message: String) throws {
        let wrong = Self.good.replacing(text, with: instead, maxReplacements: 1)
        #expect(wrong != Self.good)
        let errors = try #require(throws: ConfigurationErrors.self) { try Scenario.parse(wrong, name: "s.yaml") }
        #expect(
            errors.problems.contains { $0.line == line && $0.message.contains(message) }, "\(errors)")
    }

    @Test("says what is missing, all of it")
    func missing() throws {
        let errors = try #require(throws: ConfigurationErrors.self) {
            try Scenario.parse("providers:\n  - slug: one\n", name: "s.yaml")
        }
        for word in ["duration", "rate", "request", "price", "ttft", "throughput"] {
            #expect(errors.description.contains("needs \(word)"))
        }
        for text in ["", "[]", "a: b: c", "providers: []\nduration: 1m\nrate: 1\nrequest: {}"] {
            #expect(throws: ConfigurationErrors.self) { try Scenario.parse(text, name: "s.yaml") }
        }
    }
}
