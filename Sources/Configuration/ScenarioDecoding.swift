import Accounting
import Catalog
package import Simulation

extension Scenario {
    /// Reads a scenario of `martlet simulate`.
    /// - Parameter name: of the file, for messages.
    /// - Throws: every problem found, together.
    package static func parse(_ text: String, name: String) throws(ConfigurationErrors) -> Scenario {
        var reader = ConfigurationReader(interpolation: .verbatim, systemMemoryBytes: 0)
        var scenario: Scenario?
        do throws(ConfigurationProblem) {
            guard let root = try YAMLParser.parse(text), !root.isNull else {
                throw ConfigurationProblem(
                    line: nil, "is empty: a scenario needs duration, rate, request and providers")
            }
            scenario = reader.scenario(root)
        } catch {
            throw ConfigurationErrors(file: name, problems: [error])
        }
        guard var scenario, reader.problems.isEmpty else {
            throw ConfigurationErrors(
                file: name,
                problems: reader.problems.enumerated().sorted {
                    ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
                }.map(\.element))
        }
        if let first = text.split(separator: "\n", maxSplits: 1).first, first.hasPrefix("#") {
            scenario.title = String(first.drop { $0 == "#" || $0 == " " })
        }
        return scenario
    }
}

extension KeySet {
    fileprivate static let scenario = KeySet(
        place: "the scenario", accepted: ["seed", "duration", "rate", "request", "providers", "policies"])
    fileprivate static let scenarioRequest = KeySet(place: "request", accepted: ["prompt_tokens", "output_tokens"])
    fileprivate static let simulatedProvider = KeySet(
        place: "a provider",
        accepted: ["slug", "price", "ttft", "throughput", "rpm", "concurrency", "error_rate", "weight", "events"])
    fileprivate static let simulatedPrice = KeySet(place: "price", accepted: ["prompt", "completion", "request"])
    fileprivate static let scenarioEvent = KeySet(place: "an event", accepted: ["at", "for", "kind", "value"])
}

extension ConfigurationReader {
    fileprivate mutating func scenario(_ root: YAMLNode) -> Scenario? {
        guard let values = mapping(root, .scenario) else { return nil }
        for key in ["duration", "rate", "request", "providers"] where values[key] == nil {
            report(root.line, "a scenario needs \(key)")
        }
        let durationMs = time(values["duration"], "duration", in: SimulationLimits.durationMs)
        let rate = number(values["rate"], "rate", in: SimulationLimits.rate)
        let request = values["request"].flatMap { mapping($0, .scenarioRequest) }
        if let node = values["request"], let request {
            for key in ["prompt_tokens", "output_tokens"] where request[key] == nil {
                report(node.line, "request needs \(key)")
            }
        }
        let promptTokens = tokens(request?["prompt_tokens"], "prompt_tokens")
        let outputTokens = tokens(request?["output_tokens"], "output_tokens")
        let providers = simulatedProviders(values["providers"])
        let policies = policies(values["policies"])
        let seed = integer(values["seed"], "seed", in: 0...Int.max)
        guard let durationMs, let rate, let promptTokens, let outputTokens, let providers else { return nil }
        if rate * Double(durationMs) / 1_000 > SimulationLimits.requests {
            report(values["rate"]?.line, "rate times duration is more than \(Int(SimulationLimits.requests)) requests")
        }
        var scenario = Scenario(
            durationMs: durationMs, rate: rate, promptTokens: promptTokens, outputTokens: outputTokens,
            providers: providers)
        if let seed { scenario.seed = UInt64(seed) }
        if let policies { scenario.policies = policies }
        return scenario
    }

    private mutating func policies(_ node: YAMLNode?) -> [SimulationPolicy]? {
        guard let node, let items = list(node, "policies") else { return nil }
        let names = SimulationPolicy.allCases.map(\.rawValue)
        var policies: [SimulationPolicy] = []
        for item in items {
            guard let policy = choice(item, "a policy", among: names, { SimulationPolicy(rawValue: $0) }) else {
                continue
            }
            if policies.contains(policy) {
                report(item.line, "the policy \(policy.rawValue) is named twice")
            } else {
                policies.append(policy)
            }
        }
        if items.isEmpty { report(node.line, "policies must name at least one of \(names.joined(separator: ", "))") }
        return policies
    }

    // MARK: Providers

    private mutating func simulatedProviders(_ node: YAMLNode?) -> [SimulatedProvider]? {
        guard let node, let items = list(node, "providers") else { return nil }
        if !SimulationLimits.providers.contains(items.count) {
            let range = SimulationLimits.providers
            report(node.line, "providers must be \(range.lowerBound) to \(range.upperBound), not \(items.count)")
        }
        var providers: [SimulatedProvider] = []
        for item in items {
            guard let provider = simulatedProvider(item) else { continue }
            if providers.contains(where: { $0.slug == provider.slug }) {
                report(item.line, "the provider \(provider.slug) is there twice")
            }
            providers.append(provider)
        }
        return providers
    }

    private mutating func simulatedProvider(_ node: YAMLNode) -> SimulatedProvider? {
        guard let values = mapping(node, .simulatedProvider) else { return nil }
        for key in ["slug", "price", "ttft", "throughput"] where values[key] == nil {
            report(node.line, "a provider needs \(key)")
        }
        let slug = text(values["slug"], "slug", maxBytes: ConfigurationLimits.slugBytes)
        if let slug, let node = values["slug"], !NameRules.isProviderSlug(slug) {
            report(node.line, "slug must be lower-case letters, digits, -, _ and .\(given(node))")
        }
        let pricing = simulatedPrice(values["price"])
        let ttft = spread(values["ttft"], "ttft", isAscending: true) { $0.time($1, $2, in: 1...3_600_000, unitMs: 1) }
        let throughput = spread(values["throughput"], "throughput", isAscending: false) {
            $0.number($1, $2, in: 0.01...1_000_000)
        }
        let requestsPerMinute = integer(values["rpm"], "rpm", in: ConfigurationLimits.usage)
        let concurrency = integer(values["concurrency"], "concurrency", in: ConfigurationLimits.usage)
        let errorRate = number(values["error_rate"], "error_rate", in: 0...1)
        let weight = number(values["weight"], "weight", in: 0.001...1_000)
        let events = events(values["events"])
        guard let slug, let pricing, let ttft, let throughput else { return nil }
        var provider = SimulatedProvider(slug: slug, pricing: pricing, ttftMs: ttft, throughput: throughput)
        provider.requestsPerMinute = requestsPerMinute
        provider.concurrency = concurrency
        provider.errorRate = errorRate ?? 0
        provider.weight = weight ?? 1
        provider.events = events
        return provider
    }

    private mutating func simulatedPrice(_ node: YAMLNode?) -> PriceSheet? {
        guard let node, let values = mapping(node, .simulatedPrice) else { return nil }
        for key in ["prompt", "completion"] where values[key] == nil {
            report(node.line, "price needs \(key), in dollars per token; 0 where it is free")
        }
        let components: [(key: String, component: PriceComponent)] = [
            ("prompt", .prompt), ("completion", .completion), ("request", .request),
        ]
        var texts: [PriceComponent: String] = [:]
        for (key, component) in components {
            guard let node = values[key], let text = text(node, key) else { continue }
            do throws(PriceError) {
                _ = try PriceQuote(text)
                texts[component] = text
            } catch {
                report(node.line, "\(key) must be dollars per token, such as 0.000002\(given(node))")
            }
        }
        return try? PriceSheet(texts: texts)
    }

    // MARK: Events

    private mutating func events(_ node: YAMLNode?) -> [ScenarioEvent] {
        guard let node, let items = list(node, "events") else { return [] }
        if items.count > SimulationLimits.eventsPerProvider {
            report(node.line, "events are at most \(SimulationLimits.eventsPerProvider) for each provider")
        }
        return items.compactMap { event($0) }
    }

    private mutating func event(_ node: YAMLNode) -> ScenarioEvent? {
        guard let values = mapping(node, .scenarioEvent) else { return nil }
        for key in ["at", "for", "kind"] where values[key] == nil { report(node.line, "an event needs \(key)") }
        let atMs = time(values["at"], "at", in: 0...SimulationLimits.durationMs.upperBound)
        let forMs = time(values["for"], "for", in: 1...SimulationLimits.durationMs.upperBound)
        let kind = kind(values["kind"], value: values["value"])
        guard let atMs, let forMs, let kind else { return nil }
        return ScenarioEvent(atMs: atMs, forMs: forMs, kind: kind)
    }

    private mutating func kind(_ node: YAMLNode?, value: YAMLNode?) -> ScenarioEvent.Kind? {
        let names = ["outage", "brownout", "slow", "drip", "rate_limit", "flap"]
        guard let name = choice(node, "kind", among: names, { names.contains($0) ? $0 : nil }) else { return nil }
        let problems = self.problems.count
        let kind: ScenarioEvent.Kind
        switch name {
        case "outage": kind = outage(value)
        case "brownout":
            kind = .brownout(share: number(value, "value of a brownout, the share that fails,", in: 0...1) ?? 0.5)
        case "slow":
            kind = .slow(factor: number(value, "value of slow, a factor,", in: 1...10_000) ?? 5)
        case "drip":
            kind = .drip(
                tokensPerSecond: number(value, "value of a drip, tokens per second,", in: 0.01...1_000_000) ?? 1)
        case "rate_limit":
            kind = .rateLimit(
                requestsPerMinute: number(value, "value of a rate_limit, requests per minute,", in: 0...1e9) ?? 0)
        default:
            kind = .flap(halfMs: time(value, "value of a flap, its half,", in: SimulationLimits.flapMs) ?? 10_000)
        }
        return self.problems.count == problems ? kind : nil
    }

    /// A status, or the share of requests that fail.
    private mutating func outage(_ node: YAMLNode?) -> ScenarioEvent.Kind {
        guard let node, let text = text(node, "value") else { return .outage(status: nil) }
        let value = Double(text) ?? -1
        if (0...1).contains(value) { return value == 1 ? .outage(status: nil) : .brownout(share: value) }
        if let status = Int(text), (400...599).contains(status) { return .outage(status: status) }
        report(
            node.line,
            "value of an outage must be the status that it answers with, 400 to 599, or the share that fails, 0 to 1"
                + given(node))
        return .outage(status: nil)
    }

    // MARK: Values

    /// A duration such as `10m`; a bare number counts units.
    private mutating func time(
        _ node: YAMLNode?, _ key: String, in range: ClosedRange<UInt64>, unitMs: Double = 1_000
    ) -> UInt64? {
        guard let node, let text = text(node, key) else { return nil }
        let bare = Double(text).flatMap { UInt64(exactly: ($0 * unitMs).rounded()) }
        guard let value = QuantityText.milliseconds(text) ?? bare, range.contains(value) else {
            report(
                node.line,
                "\(key) must be a duration from \(range.lowerBound) ms to \(range.upperBound) ms, such as 300ms, 10s or "
                    + "5m\(given(node))")
            return nil
        }
        return value
    }

    private mutating func time(
        _ node: YAMLNode, _ key: String, in range: ClosedRange<UInt64>, unitMs: Double
    ) -> Double? {
        let value: UInt64? = time(node, key, in: range, unitMs: unitMs)
        return value.map { Double($0) }
    }

    private mutating func number(_ node: YAMLNode?, _ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node, let text = text(node, key) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            report(
                node.line,
                "\(key) must be a number from \(short(range.lowerBound)) to \(short(range.upperBound))\(given(node))")
            return nil
        }
        return value
    }

    private func short(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? "\(value)" }

    private mutating func tokens(_ node: YAMLNode?, _ key: String) -> Spread? {
        spread(node, key, isAscending: true) { $0.number($1, $2, in: 1...SimulationLimits.tokens.upperBound) }
    }

    /// One value, or a median and a 99th percentile.
    private mutating func spread(
        _ node: YAMLNode?, _ key: String, isAscending: Bool,
        _ read: (inout ConfigurationReader, YAMLNode, String) -> Double?
    ) -> Spread? {
        guard let node else { return nil }
        guard case .mapping = node.content else { return read(&self, node, key).map { Spread(fixed: $0) } }
        guard let values = mapping(node, KeySet(place: key, accepted: ["p50", "p99"])) else { return nil }
        guard let first = values["p50"], let last = values["p99"] else {
            report(node.line, "\(key) needs both p50 and p99, or one value")
            return nil
        }
        guard let p50 = read(&self, first, "p50"), let p99 = read(&self, last, "p99") else { return nil }
        if isAscending, p99 < p50 {
            report(last.line, "p99 of \(key) must not be below its p50\(given(last))")
            return nil
        }
        return Spread(p50: p50, p99: p99)
    }
}
