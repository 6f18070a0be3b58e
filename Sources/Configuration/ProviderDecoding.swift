import Catalog

extension ConfigurationReader {
    mutating func providers(_ node: YAMLNode?, _ keys: KeySet) -> [ProviderDraft] {
        guard let node, let items = list(node, "providers") else { return [] }
        var drafts: [ProviderDraft] = []
        for item in items { addProvider(item, keys, to: &drafts) }
        return drafts
    }

    mutating func addProvider(_ node: YAMLNode, _ keys: KeySet, to drafts: inout [ProviderDraft]) {
        guard let draft = provider(node, keys) else { return }
        if let other = drafts.first(where: { $0.slug == draft.slug }) {
            report(draft.line, "the provider \(draft.slug) is already on line \(other.line)")
        } else {
            drafts.append(draft)
        }
    }

    private mutating func provider(_ node: YAMLNode, _ keys: KeySet) -> ProviderDraft? {
        guard let values = mapping(node, keys) else { return nil }
        guard let slug = text(values["slug"], "slug") else {
            if values["slug"] == nil { report(node.line, "a provider needs a slug") }
            return nil
        }
        guard NameRules.isProviderSlug(slug) else {
            report(node.line, "slug must be lower-case letters, digits, -, _ and .\(given(values["slug"]!))")
            return nil
        }
        var draft = ProviderDraft(line: node.line, slug: slug)
        draft.name = displayName(values["name"])
        draft.dialect = dialect(values["dialect"], "dialect")
        if isCatalogue, let text = text(values["base_url"], "base_url", maxBytes: 2048), text.utf8.contains(0x24) {
            draft.baseURLTemplate = text
        } else {
            draft.baseURL = baseURL(values["base_url"])
        }
        draft.isElsewhere = draft.baseURL != nil && !isCatalogue
        draft.region = region(values["region"], "region")
        draft.project = project(values["project"])
        draft.location = region(values["location"], "location")
        draft.apiKey = credential(values, key: "api_key", place: "a provider", line: node.line).map {
            KeyDraft(credential: $0)
        }
        draft.apiKeys = apiKeys(values["api_keys"])
        if draft.apiKey != nil, let node = values["api_keys"] {
            let given = draft.apiKey!.name
            report(node.line, "a provider takes \(given) or api_keys, not both")
        }
        draft.limits = usageLimits(values["limits"])
        draft.organization = headerSecret(values["organization"], "organization", isKey: true)?.reveal()
        draft.headers = values["headers"].flatMap { headers($0) }
        draft.cancel = choice(values["cancel"], "cancel", among: CancelBehaviour.allCases.map(\.rawValue)) {
            CancelBehaviour(rawValue: $0)
        }
        draft.allowsCollection = choice(values["data_collection"], "data_collection", among: ["allow", "deny"]) {
            $0 == "allow" ? true : $0 == "deny" ? false : nil
        }
        draft.retainsNothing = bool(values["zdr"], "zdr")
        draft.isEnabled = bool(values["enabled"], "enabled")
        draft.isLastResort = bool(values["last_resort"], "last_resort")
        draft.keyVariable = text(values["key_variable"], "key_variable")
        draft.quirks = quirks(values["quirks"])
        draft.profile = ProviderProfile(
            privacyPolicyURL: text(values["privacy_policy_url"], "privacy_policy_url"),
            termsOfServiceURL: text(values["terms_of_service_url"], "terms_of_service_url"),
            statusPageURL: text(values["status_page_url"], "status_page_url"),
            headquarters: text(values["headquarters"], "headquarters"),
            datacenters: countries(values["datacenters"], "datacenters"))
        return draft
    }

    /// ISO 3166 codes of two capital letters.
    private mutating func countries(_ node: YAMLNode?, _ key: String) -> [String]? {
        guard let node, let codes = texts(node, key) else { return nil }
        for code in codes where code.utf8.count != 2 || !code.utf8.allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }) {
            report(node.line, "\(key) must be countries as two capital letters, such as US, not \"\(code)\"")
        }
        return codes
    }

    private mutating func displayName(_ node: YAMLNode?) -> String? {
        guard let node, let name = text(node, "name") else { return nil }
        guard !name.isEmpty, name.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            report(node.line, "name must be a text without control characters")
            return nil
        }
        return name
    }

    mutating func dialect(_ node: YAMLNode?, _ key: String) -> ProviderDialect? {
        guard let node else { return nil }
        let names = ProviderDialect.allCases.map(\.rawValue)
        return choice(node, key, among: names) { ProviderDialect(rawValue: $0) }
    }

    private mutating func baseURL(_ node: YAMLNode?) -> BaseURL? {
        guard let node, let text = text(node, "base_url", maxBytes: 2048) else { return nil }
        do throws(BaseURL.Malformed) {
            return try BaseURL(text)
        } catch {
            report(node.line, "base_url \(error.reason)")
            return nil
        }
    }

    /// A text that is sent in a header field and never shown.
    mutating func headerSecret(_ node: YAMLNode?, _ key: String, isKey: Bool) -> Secret? {
        guard let node, let text = text(node, key, maxBytes: CatalogLimits.headerValueBytes) else { return nil }
        if text.isEmpty { return Secret("") }
        guard isKey ? NameRules.isVisible(text) : NameRules.isHeaderValue(text) else {
            report(node.line, "\(key) holds characters that a header field cannot carry (a line break at its end?)")
            return nil
        }
        return Secret(text)
    }

    mutating func weight(_ node: YAMLNode?) -> Double? {
        guard let node, let text = text(node, "weight") else { return nil }
        guard let value = Double(text), ConfigurationLimits.keyWeight.contains(value) else {
            let range = ConfigurationLimits.keyWeight
            report(node.line, "weight must be from \(range.lowerBound) to \(Int(range.upperBound))\(given(node))")
            return nil
        }
        return value
    }

    /// `{rpm, tpm, concurrency}` of a provider, a key or an endpoint.
    mutating func usageLimits(_ node: YAMLNode?) -> UsageLimits? {
        guard let node, let values = mapping(node, .usageLimits) else { return nil }
        let range = ConfigurationLimits.usage
        return UsageLimits(
            requestsPerMinute: integer(values["rpm"], "rpm", in: range),
            tokensPerMinute: integer(values["tpm"], "tpm", in: range),
            concurrency: integer(values["concurrency"], "concurrency", in: range))
    }

    private mutating func headers(_ node: YAMLNode) -> [ProviderEntry.Header]? {
        guard case .mapping(let entries) = node.content else {
            report(node.line, "headers must be a mapping of names to values, not \(node.kindName)")
            return nil
        }
        var headers: [ProviderEntry.Header] = []
        for entry in entries {
            if !NameRules.isHeaderName(entry.key) {
                report(entry.line, "\"\(entry.key)\" is no name of a header field")
            } else if NameRules.reservedHeaders.contains(entry.key.lowercased()) {
                report(entry.line, "the header \(entry.key) is written by the router and cannot be set")
            } else if let value = headerSecret(entry.value, "the header \(entry.key)", isKey: false) {
                headers.append(ProviderEntry.Header(name: entry.key, value: value))
            }
        }
        return headers
    }
}
