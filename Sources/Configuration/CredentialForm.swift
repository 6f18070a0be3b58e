package import Catalog
import JSONText
import Providers

/// What a caller's own key at a provider looks like, and where it leads: a plain key, or the JSON that providers with
/// accounts of several parts need. Source: openrouter spec 10.
package struct CredentialForm {
    package let key: ProviderKey
    /// Where the account is, for providers that have an address for each.
    package var baseURL: BaseURL?
    package var region: String?

    /// Why a key cannot be used: a sentence that says which forms the provider takes, and never shows the key.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private init(_ key: ProviderKey, baseURL: BaseURL? = nil, region: String? = nil) {
        self.key = key
        self.baseURL = baseURL
        self.region = region
    }

    /// Reads a key for a provider.
    package static func read(_ secret: Secret, for provider: ProviderEntry) throws(Problem) -> CredentialForm {
        let text = secret.reveal()
        let isStructured = text.hasPrefix("{") || text.hasPrefix("[")
        switch provider.dialect {
        case .vertex, .vertexAnthropic: return try vertex(text, provider)
        case .bedrock where isStructured: return try bedrock(text, provider)
        case .azure where isStructured: return try azure(text, provider)
        default: break
        }
        guard !isStructured, NameRules.isVisible(text), text.utf8.count <= CatalogLimits.headerValueBytes else {
            throw Problem(
                description: "a key of \(provider.slug) is a plain text of visible ASCII characters without spaces"
                    + also(provider))
        }
        if let variable = placeholder(in: provider) {
            throw Problem(
                description: "the address of \(provider.slug) depends on an account, which a plain key does not name"
                    + (provider.dialect == .azure
                        ? "; send {\"api_key\", \"resource_name\"}" : "; the operator has to set \(variable)"))
        }
        return CredentialForm(ProviderKey(secret: secret))
    }

    private static func also(_ provider: ProviderEntry) -> String {
        switch provider.dialect {
        case .bedrock: ", or {\"accessKeyId\", \"secretAccessKey\", \"region\"}"
        case .azure: ", or {\"api_key\", \"resource_name\"}"
        default: ""
        }
    }

    /// The variable whose place in the address nothing has filled.
    private static func placeholder(in provider: ProviderEntry) -> String? {
        guard case .missing(let variables) = provider.absence else { return nil }
        let address = provider.baseURL.origin + provider.baseURL.pathPrefix
        return variables.first { variable in
            address.contains(String(variable.lowercased().map { $0 == "_" ? "-" : $0 }))
        }
    }

    // MARK: Structured keys

    /// An access key pair; the host and the signature are each of one region.
    private static func bedrock(_ text: String, _ provider: ProviderEntry) throws(Problem) -> CredentialForm {
        let form = "{\"accessKeyId\", \"secretAccessKey\", \"region\"}, perhaps with \"sessionToken\""
        let values = try members(text, ["accessKeyId", "secretAccessKey", "region", "sessionToken"], form)
        guard let id = values["accessKeyId"], let secret = values["secretAccessKey"], let region = values["region"],
            NameRules.isVisible(id), NameRules.isVisible(secret), NameRules.isRegion(region),
            values["sessionToken"].map(NameRules.isVisible) ?? true
        else { throw Problem(description: "a structured key of \(provider.slug) must be \(form)") }
        let token = values["sessionToken"].map(Secret.init)
        let access = AmazonAccess(accessKeyID: id, sessionToken: token, region: region)
        let isAmazons = BedrockHost.region(of: provider.baseURL.host) != nil
        return CredentialForm(
            ProviderKey(secret: Secret(secret), use: .signing(access)),
            baseURL: isAmazons ? try? BaseURL("https://" + BedrockHost.name(region: region)) : nil, region: region)
    }

    /// The key of a resource, which has a host of its own.
    private static func azure(_ text: String, _ provider: ProviderEntry) throws(Problem) -> CredentialForm {
        let form = "{\"api_key\", \"resource_name\"}, perhaps with \"resource_type\": \"openai\" or \"ai_foundry\""
        let values = try members(text, ["api_key", "resource_name", "resource_type"], form)
        guard let key = values["api_key"], NameRules.isVisible(key), let resource = values["resource_name"],
            NameRules.isRegion(resource)
        else {
            throw Problem(
                description: "a structured key of \(provider.slug) must be \(form); keys by deployment are not taken")
        }
        let host: String
        switch values["resource_type"] ?? "openai" {
        case "openai": host = "openai.azure.com"
        case "ai_foundry": host = "services.ai.azure.com"
        default: throw Problem(description: "\"resource_type\" must be openai or ai_foundry")
        }
        // An address that the operator chose is not Azure's own, and stays.
        let isAzures = provider.baseURL.host.hasSuffix(".azure.com")
        let address = isAzures ? try? BaseURL("https://\(resource).\(host)\(provider.baseURL.pathPrefix)") : nil
        return CredentialForm(ProviderKey(secret: Secret(key)), baseURL: address)
    }

    /// The key file of a service account, perhaps with `region`.
    private static func vertex(_ text: String, _ provider: ProviderEntry) throws(Problem) -> CredentialForm {
        let account: ServiceAccount
        do throws(ServiceAccountFile.Problem) {
            account = try ServiceAccountFile.read("the key") { _ in text }
        } catch {
            throw Problem(description: "a key of \(provider.slug) is a service account's key file as JSON: \(error)")
        }
        guard let project = account.project, NameRules.isProject(project) else {
            throw Problem(description: "the key file must have a \"project_id\"")
        }
        let base = provider.baseURL
        let isGoogles = base.host.hasSuffix("googleapis.com")
        // Whoever stores a key must not choose where this server sends requests.
        guard account.tokenAddress.host.hasSuffix(".googleapis.com") || account.tokenAddress.host == base.host else {
            throw Problem(description: "\"token_uri\" must be \(ServiceAccount.usualTokenURI)")
        }
        let region = try members(text, ["region"], "a service account's key file")["region"] ?? "global"
        guard NameRules.isRegion(region) else {
            throw Problem(description: "\"region\" must be a name such as europe-west4")
        }
        let root = base.pathPrefix.firstRange(of: "/v1/projects/").map { base.pathPrefix[..<$0.lowerBound] }
        let own = isGoogles ? nil : try? BaseURL(base.origin + (root ?? base.pathPrefix[...]))
        guard let address = VertexAddress.baseURL(project: project, location: region, base: own) else {
            throw Problem(description: "\"project_id\" and \"region\" make no address")
        }
        let key = ProviderKey(secret: account.privateKey, use: .exchanged(account))
        return CredentialForm(key, baseURL: address, region: region)
    }

    /// The members of these names that are strings; of a list with one entry, that entry's.
    private static func members(
        _ text: String, _ names: [StaticString], _ form: String
    ) throws(Problem) -> [String: String] {
        let scanner = JSONScanner()
        defer { withExtendedLifetime(scanner) {} }
        guard let root = try? scanner.scan(copying: text), root.isObject || (root.isArray && root.count == 1) else {
            throw Problem(description: "a structured key must be JSON of the form \(form)")
        }
        let object = root.isArray ? root[0] ?? root : root
        var values: [String: String] = [:]
        for name in names {
            guard let value = object[name], !value.isNull else { continue }
            guard let string = value.string else {
                throw Problem(description: "\"\(name)\" must be a string, in \(form)")
            }
            values["\(name)"] = string
        }
        return values
    }
}

extension String {
    fileprivate func firstRange(of part: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(part) { return start..<index(start, offsetBy: part.count) }
            start = index(after: start)
        }
        return nil
    }
}
