package import Configuration

/// Turns a configuration of the LiteLLM proxy into one of ours, and names everything that did not come along.
///
/// Each entry of `model_list` becomes an endpoint, entries of one `model_name` the endpoints of one model, and each
/// account at a provider (address, key, organization, header fields) a provider. What the catalogue knows of a model is
/// written into the result, since LiteLLM knows its prices and limits too. `os.environ/NAME` becomes `${NAME}`.
/// Source: the LiteLLM proxy's documentation, "All settings" (docs.litellm.ai/docs/proxy/config_settings).
package struct LitellmImport {
    /// A key that stands in the source in plain, and the variable that stands for it where it must not be shown.
    struct LiteralSecret {
        let value: ImportedValue
        let variable: String
    }

    package let remarks: [ImportRemark]
    /// How many keys the result holds in plain.
    package var literalSecretCount: Int { secrets.count }
    /// The variables that stand for them in a result that is shown.
    package var secretVariables: [String] { secrets.map(\.variable) }
    package var modelCount: Int { models.count }
    package var endpointCount: Int { models.reduce(0) { $0 + $1.endpoints.count } }
    package var providerCount: Int { providers.entries.count }

    let sourceName: String
    let settings: GlobalSettings
    let models: [ImportedModel]
    let providers: ProviderTable
    /// Shipped providers that serve all their models.
    let wildcards: [(slug: String, provider: ImportedProvider)]
    /// Whether the shipped catalogue is on.
    let usesCatalogue: Bool
    let defaultModel: String?
    let secrets: [LiteralSecret]

    /// - Throws: where the text is no YAML, or no LiteLLM configuration.
    package init(
        _ text: String, name: String, catalogue: KnownCatalogue
    ) throws(ConfigurationProblem) {
        guard let node = try YAMLParser.parse(text), case .mapping = node.content else {
            throw ConfigurationProblem(line: nil, "is no LiteLLM configuration: it must be a mapping with model_list")
        }
        let log = ImportLog()
        let root = SourceMapping(node, path: "")
        guard let list = root.take("model_list"), case .sequence(let items) = list.value.content else {
            throw ConfigurationProblem(line: node.line, "is no LiteLLM configuration: it has no list model_list")
        }
        let environment = Self.environment(root)
        var global = GlobalReader(environment: environment, log: log)
        global.read(root)
        var reader = DeploymentReader(
            catalogue, environment: environment, credentials: Self.credentials(root),
            concurrency: global.settings.concurrency, log: log)
        var groups = ModelGroups()
        for (index, item) in items.enumerated() {
            if let (name, endpoint) = reader.read(item, index: index) { groups.add(name, endpoint) }
        }
        for entry in root.rest {
            log.dropped(entry.line, entry.key, DroppedSettings.top[entry.key] ?? "no counterpart")
        }
        groups.join(global.settings, lost: reader.lost, log)
        var providers = reader.providers
        providers.keep(Set(groups.models.flatMap { $0.endpoints.map(\.providerSlug) }))
        self.providers = providers
        models = groups.models
        settings = global.settings
        wildcards = reader.wildcards
        usesCatalogue = reader.wantsEverything || !reader.wildcards.isEmpty
        sourceName = name
        defaultModel = global.settings.defaultModel?.scalar.flatMap { groups.model(named: $0)?.id }
        if let wanted = global.settings.defaultModel, defaultModel == nil {
            log.dropped(wanted.line, "general_settings.completion_model", "it is none of the models that came along")
        }
        secrets = Self.secrets(providers, wildcards, settings.masterKey)
        remarks = log.remarks.sorted { $0.line < $1.line }
    }

    /// What `environment_variables` sets, by name.
    private static func environment(_ root: SourceMapping) -> [String: String] {
        var result: [String: String] = [:]
        for entry in SourceMapping(root.take("environment_variables")?.value, path: "").all {
            // A variable that is set from a variable of the same kind stays one.
            if let text = entry.value.scalar, !text.hasPrefix("os.environ/") { result[entry.key] = text }
        }
        return result
    }

    private static func credentials(_ root: SourceMapping) -> [String: YAMLNode] {
        var result: [String: YAMLNode] = [:]
        for item in root.take("credential_list")?.value.items ?? [] {
            let credential = SourceMapping(item, path: "credential_list")
            guard let name = credential.take("credential_name")?.value.scalar else { continue }
            result[name] = credential.take("credential_values")?.value
        }
        return result
    }

    private static func secrets(
        _ providers: ProviderTable, _ wildcards: [(slug: String, provider: ImportedProvider)], _ master: ImportedValue?
    ) -> [LiteralSecret] {
        var result: [LiteralSecret] = []
        func add(_ value: ImportedValue?, _ name: String) {
            guard let value, value.isLiteral, !result.contains(where: { $0.value == value }) else { return }
            let words = name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
            result.append(LiteralSecret(value: value, variable: String(words)))
        }
        add(master, "MARTLET_API_KEY")
        for (slug, provider) in providers.entries + wildcards {
            add(provider.key, "\(slug)_API_KEY")
            for header in provider.headers where header.isSecret { add(header.value, "\(slug)_\(header.name)") }
        }
        return result
    }
}
