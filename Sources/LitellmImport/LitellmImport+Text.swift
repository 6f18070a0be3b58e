import CatalogueImport
package import Configuration

extension LitellmImport {
    /// The result as the text of a configuration.
    /// - Parameter showsSecrets: whether keys of the source stand in it, or variables in their place.
    package func text(showsSecrets: Bool) -> String {
        var lines = [
            "# Made by `martlet import litellm` from \(Self.comment(sourceName)).",
            "catalog: \(usesCatalogue ? "shipped" : "none")",
        ]
        if let master = settings.masterKey {
            lines += ["keys:", "  - {key: \(shown(master, showsSecrets)), name: litellm-master}"]
        }
        if let (period, amount) = settings.budget { lines.append("budgets: {\(period): \(amount)}") }
        if let model = defaultModel { lines.append("default_model: \(Self.quoted(model))") }
        if let algorithm = settings.algorithm { lines.append("routing: {algorithm: \(algorithm)}") }
        if let keep = settings.keepRecords { lines.append("records: {keep: \(keep)}") }
        let waits = [("total", settings.totalTimeout), ("first_byte", settings.firstByteTimeout)]
            .compactMap { key, value in value.map { "\(key): \($0)" } }
        if !waits.isEmpty { lines.append("timeouts: {\(waits.joined(separator: ", "))}") }
        lines += providerLines(showsSecrets)
        if !models.isEmpty { lines.append("models:") }
        for model in models { lines += modelLines(model) }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: Providers

    private func providerLines(_ showsSecrets: Bool) -> [String] {
        var lines: [String] = []
        let slugs = Set(providers.entries.map(\.slug))
        for (slug, provider) in providers.entries {
            lines += ["  - slug: \(slug)", "    name: \(Self.literal(provider.name))"]
            lines.append("    dialect: \(provider.dialect)")
            lines.append("    base_url: \(Self.quoted(provider.baseURL))")
            lines += accountLines(provider, showsSecrets)
        }
        for (slug, provider) in wildcards where !slugs.contains(slug) {
            lines.append("  - slug: \(slug)")
            lines += accountLines(provider, showsSecrets)
        }
        return lines.isEmpty ? [] : ["providers:"] + lines
    }

    private func accountLines(_ provider: ImportedProvider, _ showsSecrets: Bool) -> [String] {
        var lines: [String] = []
        if let key = provider.key { lines.append("    api_key: \(shown(key, showsSecrets))") }
        if let organization = provider.organization {
            lines.append("    organization: \(Self.quoted(organization.text))")
        }
        if !provider.headers.isEmpty {
            let fields = provider.headers.map { "\(Self.literal($0.name)): \(shown($0.value, showsSecrets))" }
            lines.append("    headers: {\(fields.joined(separator: ", "))}")
        }
        return lines
    }

    private func shown(_ value: ImportedValue, _ showsSecrets: Bool) -> String {
        if !showsSecrets, let secret = secrets.first(where: { $0.value == value }) {
            return Self.quoted("${\(secret.variable)}")
        }
        return Self.quoted(value.text)
    }

    // MARK: Models

    private func modelLines(_ model: ImportedModel) -> [String] {
        var lines = ["  - id: \(Self.literal(model.id))"]
        if let name = model.endpoints.lazy.compactMap(\.displayName).first {
            lines.append("    name: \(Self.literal(name))")
        }
        if !model.aliases.isEmpty { lines.append("    aliases: \(Self.list(model.aliases))") }
        if !model.fallbacks.isEmpty { lines.append("    fallbacks: \(Self.list(model.fallbacks))") }
        let first = model.endpoints[0]
        if first.inputModalities != ["text"] {
            lines.append("    input_modalities: [\(first.inputModalities.joined(separator: ", "))]")
        }
        if first.outputModalities != ["text"] {
            lines.append("    output_modalities: [\(first.outputModalities.joined(separator: ", "))]")
        }
        lines.append("    endpoints:")
        let weights = Self.weights(model.endpoints)
        let orders = Self.orders(model.endpoints)
        var tags: Set<String> = []
        for (index, endpoint) in model.endpoints.enumerated() {
            lines.append("      - provider: \(endpoint.providerSlug)")
            lines.append("        model: \(Self.literal(endpoint.model))")
            if let dialect = endpoint.dialect { lines.append("        dialect: \(dialect)") }
            if let tag = Self.tag(endpoint, &tags) { lines.append("        tag: \(Self.literal(tag))") }
            if let weight = weights?[index] { lines.append("        weight: \(weight)") }
            if let order = orders[index] { lines.append("        order: \(order)") }
            lines += factLines(endpoint)
        }
        return lines
    }

    private func factLines(_ endpoint: ImportedEndpoint) -> [String] {
        var lines: [String] = []
        func mapping(_ key: String, _ pairs: [(key: String, value: String)]) {
            if pairs.isEmpty { return }
            let inner = pairs.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
            lines.append("        \(key): {\(inner)}")
        }
        mapping("limits", endpoint.limits)
        mapping("timeouts", endpoint.timeouts)
        let facts = [
            ("context_length", endpoint.contextLength), ("max_completion_tokens", endpoint.maxCompletionTokens),
            ("supported_parameters", endpoint.parameters), ("pricing", endpoint.pricing),
        ]
        for (key, value) in facts {
            if let value { lines.append("        \(key): \(value)") }
        }
        return lines
    }

    /// The provider's slug for its first endpoint of a model, and one with the deployment's id or a number for others.
    private static func tag(_ endpoint: ImportedEndpoint, _ used: inout Set<String>) -> String? {
        let slug = endpoint.providerSlug
        if let id = endpoint.id?.slugged, !id.isEmpty, !["flex", "priority", "ultrafast"].contains(id),
            used.insert("\(slug)/\(id)").inserted
        {
            return "\(slug)/\(id)"
        }
        if used.insert(slug).inserted { return nil }
        var number = 2
        while !used.insert("\(slug)/\(number)").inserted { number += 1 }
        return "\(slug)/\(number)"
    }

    /// LiteLLM's weighted pick: by `weight`, else by `rpm`, else by `tpm`, as soon as one entry has it.
    static func weights(_ endpoints: [ImportedEndpoint]) -> [Int]? {
        guard endpoints.count > 1 else { return nil }
        for share in [\ImportedEndpoint.weight, \.requestsPerMinute, \.tokensPerMinute] {
            let values = endpoints.map { max(0, $0[keyPath: share] ?? 0) }
            guard let most = values.max(), most > 0 else { continue }
            let isPlain = most <= 1000 && values.allSatisfy { $0 == $0.rounded() }
            let weights = values.map { max(1, Int((isPlain ? $0 : $0 / most * 1000).rounded())) }
            return Set(weights).count == 1 ? nil : weights
        }
        return nil
    }

    /// Whatever numbers the source uses, the smallest is 1.
    static func orders(_ endpoints: [ImportedEndpoint]) -> [Int?] {
        let known = Set(endpoints.compactMap(\.order)).sorted()
        return endpoints.map { endpoint in
            endpoint.order.flatMap { known.firstIndex(of: $0) }.map { min($0 + 1, 15) }
        }
    }

    // MARK: YAML

    /// A text that is in our syntax already.
    private static func quoted(_ text: String) -> String { FactValue.quoted(text) }
    /// A text of the source.
    private static func literal(_ text: String) -> String { quoted(ImportedValue.escaped(text)) }
    private static func list(_ names: [String]) -> String { "[" + names.map(literal).joined(separator: ", ") + "]" }
    private static func comment(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
    }

    // MARK: Check

    /// What our own reader says against the result; variables that are not set are taken to be.
    package func problems(environment: [String: String]) -> [ConfigurationProblem] {
        let text = text(showsSecrets: true)
        var environment = environment
        for line in text.split(separator: "\n") {
            for name in Self.variables(in: line) where environment[name]?.isEmpty ?? true {
                environment[name] = line.hasPrefix("    base_url:") ? "https://host.invalid" : "set-before-the-start"
            }
        }
        do throws(ConfigurationErrors) {
            _ = try Configuration.parse(
                ConfigurationSource(text: text, environment: environment, systemMemoryBytes: 1 << 32))
            return []
        } catch {
            return error.problems
        }
    }

    /// The variables that the result needs.
    package var variables: [String] {
        var result: [String] = []
        for line in text(showsSecrets: true).split(separator: "\n") {
            for name in Self.variables(in: line) where !result.contains(name) { result.append(name) }
        }
        return result
    }

    private static func variables(in line: Substring) -> [String] {
        var result: [String] = []
        var rest = line
        while let dollar = rest.firstIndex(of: "$") {
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "{", let close = rest.firstIndex(of: "}") {
                result.append(String(rest[rest.index(after: rest.startIndex)..<close]))
                rest = rest[close...]
            } else if rest.first == "$" {
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
