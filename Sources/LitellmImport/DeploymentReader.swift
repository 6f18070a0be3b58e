import Catalog
import Configuration

/// Reads the entries of `model_list`.
struct DeploymentReader {
    let catalogue: KnownCatalogue
    let names: ProviderNames
    let environment: [String: String]
    /// `credential_list` by name.
    let credentials: [String: YAMLNode]
    /// `general_settings.max_parallel_requests`, which holds for each deployment.
    let concurrency: YAMLNode?
    let log: ImportLog
    var providers = ProviderTable()
    /// Providers of which every model is wanted (`openai/*`), with the address and key for them.
    private(set) var wildcards: [(slug: String, provider: ImportedProvider)] = []
    private(set) var wantsEverything = false
    /// Names in `model_list` that came to nothing, with the reason.
    private(set) var lost: Set<String> = []

    init(
        _ catalogue: KnownCatalogue, environment: [String: String], credentials: [String: YAMLNode],
        concurrency: YAMLNode?, log: ImportLog
    ) {
        self.catalogue = catalogue
        names = ProviderNames(catalogue: catalogue)
        self.environment = environment
        self.credentials = credentials
        self.concurrency = concurrency
        self.log = log
    }

    /// The name that callers use, and the endpoint; nil where the entry cannot be served, which is then on the log.
    mutating func read(_ node: YAMLNode, index: Int) -> (name: String, endpoint: ImportedEndpoint)? {
        let entry = SourceMapping(node, path: "model_list[\(index)]")
        guard let name = entry.take("model_name")?.value.scalar else {
            log.dropped(node.line, entry.path, "it has no model_name")
            return nil
        }
        let path = "\(entry.path) (\(name))"
        let paramsNode = entry.take("litellm_params")?.value
        var params = SourceMapping(paramsNode, path: "\(path).litellm_params")
        if let credential = params.take("litellm_credential_name") {
            let values = credential.value.scalar.flatMap { credentials[$0] }
            if values == nil {
                log.dropped(
                    credential.line, params.path + ".litellm_credential_name", "credential_list has no such name")
            }
            params = SourceMapping(
                paramsNode, path: params.path, defaults: SourceMapping(values, path: "credential_list"))
            _ = params.take("litellm_credential_name")
        }
        let info = SourceMapping(entry.take("model_info")?.value, path: "\(path).model_info")
        log.dropRest(of: entry, [:])
        guard let model = params.take("model")?.value.scalar else {
            log.dropped(node.line, path, "litellm_params has no model")
            return nil
        }
        let result = endpoint(name, model, params, info, line: node.line, path: path)
        if result == nil { lost.insert(name) }
        return result.map { (name, $0) }
    }

    private mutating func endpoint(
        _ name: String, _ model: String, _ params: SourceMapping, _ info: SourceMapping, line: Int, path: String
    ) -> ImportedEndpoint? {
        guard let mode = mode(info.take("mode"), model, line: line, path: path) else { return nil }
        if model == "*" {
            wantsEverything = true
            log.changed(
                line, path,
                "every model of the shipped catalogue is served by the providers whose variables are set, under the "
                    + "catalogue's names")
            return nil
        }
        let custom = params.take("custom_llm_provider")?.value.scalar
        let (meaning, prefix, upstream) = names.split(model, custom: custom)
        guard
            let provider = provider(meaning, prefix: prefix, params, line: line, path: path, model: model)
        else { return nil }
        if upstream.contains("*") {
            return wildcard(meaning, provider, line: line, path: path)
        }
        var endpoint = ImportedEndpoint(
            line: line, path: path, providerSlug: providers.slug(of: provider), model: upstream, mode: mode)
        if mode == .responses, ["openai", "azure"].contains(provider.dialect) { endpoint.dialect = "openai-responses" }
        readShare(params, into: &endpoint)
        readTimeouts(params, into: &endpoint)
        readFacts(meaning, params, info, into: &endpoint)
        log.dropRest(of: params, DroppedSettings.parameters)
        log.dropRest(of: info, DroppedSettings.modelInfo)
        return endpoint
    }

    /// nil where there is no route for it, which is then on the log.
    private func mode(
        _ entry: YAMLEntry?, _ model: String, line: Int, path: String
    ) -> ImportedEndpoint.Mode? {
        let served = "chats, completions, embeddings and rerankings are served"
        guard let entry, let word = entry.value.scalar else {
            let mode = ProviderNames.mode(of: model)
            if mode == nil { log.dropped(line, path, "\(model) is for something else: \(served)") }
            return mode
        }
        let mode = ImportedEndpoint.Mode(rawValue: word)
        if mode == nil { log.dropped(entry.line, path, "mode \(word): \(served)") }
        return mode
    }

    private mutating func wildcard(
        _ meaning: ProviderNames.Meaning, _ provider: ImportedProvider, line: Int, path: String
    ) -> ImportedEndpoint? {
        guard case .known(let slug) = meaning else {
            log.dropped(line, path, "a wildcard needs a provider whose models the catalogue knows; list the models")
            return nil
        }
        if !wildcards.contains(where: { $0.slug == slug }) { wildcards.append((slug, provider)) }
        log.changed(
            line, path,
            "the models of the shipped catalogue that \(slug) serves, under the catalogue's names; other providers "
                + "whose variables are set are on as well")
        return nil
    }

    // MARK: Provider

    private func provider(
        _ meaning: ProviderNames.Meaning, prefix: String, _ params: SourceMapping, line: Int, path: String,
        model: String
    ) -> ImportedProvider? {
        let base = ImportedValue(params.take("api_base", "base_url")?.value, environment: environment)
        var result: ImportedProvider
        switch meaning {
        case .known(let slug):
            guard let known = catalogue.provider(slug) else { return nil }
            if known.dialect == "bedrock" {
                log.dropped(
                    line, path,
                    "LiteLLM signs for \(slug); add it with its access keys by hand (docs/configuration.md)")
                return nil
            }
            if ProviderDialect(rawValue: known.dialect)?.isVertex != false {
                log.dropped(
                    line, path,
                    "\(slug) needs a service account; add it with its key file by hand (docs/configuration.md)")
                return nil
            }
            result = ImportedProvider(stem: slug, name: known.name, baseURL: known.baseURL, dialect: known.dialect)
            if slug == "azure" {
                result.baseURL = Self.azureBase(base ?? ImportedValue(variable: "AZURE_API_BASE"))
            } else if let base, Self.withoutPath(base.text) != known.baseURL {
                result.baseURL = known.dialect == "openai" ? base.text : Self.withoutPath(base.text)
                if slug == "openai" { rename(&result, base, "openai-compatible") }
            }
        case .compatible(let name, let defaultBase):
            guard let base = base ?? defaultBase.map({ ImportedValue(literal: $0) }) else {
                log.dropped(line, path, "\(prefix) needs an api_base")
                return nil
            }
            result = ImportedProvider(stem: name.slugged, name: name, baseURL: base.text)
            if name.hasPrefix("ollama") { result = ollama(base) }
            if name == "azure_ai" { result.baseURL = Self.azureBase(base) }
            if ["openai_like", "custom_openai", "custom"].contains(name) { rename(&result, base, name) }
        case .unknown:
            let hint = "write openai/ before the name of a model at an OpenAI-compatible host"
            log.dropped(line, path, "the provider of \(model) is not known; \(hint)")
            return nil
        }
        readAccount(meaning, params, into: &result)
        return result
    }

    private func readAccount(
        _ meaning: ProviderNames.Meaning, _ params: SourceMapping, into provider: inout ImportedProvider
    ) {
        let key = params.take("api_key")
        provider.key = ImportedValue(key?.value, environment: environment)
        let placeholders = ["none", "empty", "dummy", "fake", "null", "fake-key", "not-needed"]
        if let literal = provider.key?.literal, placeholders.contains(literal.lowercased()) { provider.key = nil }
        if key == nil, let variable = names.keyVariable(meaning), !provider.stem.hasPrefix("openai-compatible") {
            provider.key = ImportedValue(variable: variable)
        }
        if let organization = params.take("organization") {
            if case .sequence = organization.value.content {
                log.dropped(organization.line, params.path + ".organization", "a list; give each its own entry")
            } else {
                provider.organization = ImportedValue(organization.value, environment: environment)
            }
        }
        let headers = params.take("extra_headers", "headers")
        guard case .mapping(let entries) = headers?.value.content else { return }
        provider.headers = entries.compactMap { entry in
            ImportedValue(entry.value, environment: environment).map { .init(name: entry.key, value: $0) }
        }
    }

    /// The provider of an address that the catalogue does not know is called after its host.
    private func rename(_ provider: inout ImportedProvider, _ base: ImportedValue, _ fallback: String) {
        guard let literal = base.literal, let url = try? BaseURL(literal) else {
            provider.stem = fallback.slugged
            provider.name = fallback
            return
        }
        provider.name = url.hostField
        provider.stem = url.hostField.slugged
    }

    private func ollama(_ base: ImportedValue) -> ImportedProvider {
        let address = base.text.trimmingSlashes
        return ImportedProvider(
            stem: "ollama", name: "Ollama", baseURL: address.hasSuffix("/v1") ? address : address + "/v1")
    }

    /// An address without the path of one API, which LiteLLM takes with it or without.
    private static func withoutPath(_ text: String) -> String {
        let address = text.trimmingSlashes
        for path in ["/v1/messages", "/v2/chat", "/v1/chat"] where address.hasSuffix(path) {
            return String(address.dropLast(path.utf8.count))
        }
        return address
    }

    /// Azure's API without dated versions, in which the deployment's name is the model.
    private static func azureBase(_ base: ImportedValue) -> String {
        var address = base.text.trimmingSlashes
        if address.contains("/openai/v1") { return address }
        if let place = address.range(ofLast: "/openai") { address = String(address[..<place]) }
        return address + "/openai/v1"
    }
}

extension String {
    var trimmingSlashes: String {
        var text = self[...]
        while text.hasSuffix("/") { text = text.dropLast() }
        return String(text)
    }

    /// Where the last occurrence of `part` begins.
    func range(ofLast part: String) -> Index? {
        var index = endIndex
        while index > startIndex {
            index = self.index(before: index)
            if self[index...].hasPrefix(part) { return index }
        }
        return nil
    }
}
