import Catalog
import Providers

/// Where a provider is and what opens it: from its entry, and from the environment where the entry leaves it open.
struct ProviderAccess {
    var baseURL: BaseURL?
    var keys: [ProviderKey] = []
    var region: String?
    /// Environment variables without which it cannot be called; the key's own comes first.
    var missing: [String] = []
    private let draft: ProviderDraft
    private let environment: [String: String]

    /// - Returns: nil where something is wrong, which is then reported.
    init?(_ draft: ProviderDraft, isListed: Bool, reader: inout ConfigurationReader, _ environment: [String: String]) {
        self.draft = draft
        self.environment = environment
        var drafts = draft.apiKeys ?? draft.apiKey.map { [$0] } ?? []
        if draft.apiKeys == nil, draft.apiKey?.secret.isEmpty ?? true {
            guard let found = environmentKeys(isListed: isListed, &reader) else { return nil }
            drafts = found
        }
        guard findAddress(&reader) else { return nil }
        if draft.dialect == .bedrock {
            guard findRegion(isSigning: drafts.contains(where: \.isSigning), &reader) else { return nil }
        } else if !checkIsPlain(drafts, &reader) {
            return nil
        }
        keys = drafts.compactMap { $0.key(in: region) }
    }

    // MARK: Keys

    private mutating func environmentKeys(isListed: Bool, _ reader: inout ConfigurationReader) -> [KeyDraft]? {
        let isAmazons = draft.dialect == .bedrock && !draft.isElsewhere
        guard let variable = draft.keyVariable ?? (isAmazons ? Self.bearerVariable : nil) else { return [] }
        if let key = value(variable) {
            guard NameRules.isVisible(key) else {
                reader.report(nil, "the environment variable \(variable) holds characters that no key has")
                return nil
            }
            return [KeyDraft(credential: .key(Secret(key)))]
        }
        // Machines have Amazon's own variables for other things too, so that they switch nothing on by themselves.
        guard isAmazons, isListed else {
            missing.append(variable)
            return []
        }
        switch (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY")) {
        case (nil, nil):
            missing.append(variable)
            return []
        case (let id?, let secret?):
            let token = value("AWS_SESSION_TOKEN")
            for (name, text) in [
                ("AWS_ACCESS_KEY_ID", id), ("AWS_SECRET_ACCESS_KEY", secret), ("AWS_SESSION_TOKEN", token ?? "-"),
            ] where !NameRules.isVisible(text) {
                reader.report(nil, "the environment variable \(name) holds characters that no key has")
                return nil
            }
            return [KeyDraft(credential: .access(id: id, secret: Secret(secret), token: token.map(Secret.init)))]
        case (nil, _):
            reader.report(
                draft.line, "the provider \(draft.slug) finds AWS_SECRET_ACCESS_KEY and no AWS_ACCESS_KEY_ID; set both")
        case (_, nil):
            reader.report(
                draft.line, "the provider \(draft.slug) finds AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY; set both")
        }
        return nil
    }

    private static let bearerVariable = "AWS_BEARER_TOKEN_BEDROCK"

    /// What opens only some dialects.
    private func checkIsPlain(_ drafts: [KeyDraft], _ reader: inout ConfigurationReader) -> Bool {
        let spoken = (draft.dialect ?? .openAI).rawValue
        if drafts.contains(where: \.isSigning) {
            reader.report(
                draft.line,
                "access_key_id is for providers of the dialect bedrock, and \(draft.slug) speaks \(spoken); use api_key"
            )
            return false
        }
        if draft.region != nil {
            reader.report(
                draft.line, "region is for providers of the dialect bedrock, and \(draft.slug) speaks \(spoken)")
            return false
        }
        return true
    }

    // MARK: Places

    private mutating func findAddress(_ reader: inout ConfigurationReader) -> Bool {
        baseURL = draft.baseURL
        guard let template = draft.baseURLTemplate else { return true }
        let expanded = BaseURLTemplate(template).expanded(environment)
        missing += expanded.missing
        guard expanded.missing.isEmpty else { return true }
        do throws(BaseURL.Malformed) {
            baseURL = try BaseURL(expanded.text)
            return true
        } catch {
            reader.report(nil, "the base_url of \(draft.slug), \(template), \(error.reason) in this environment")
            return false
        }
    }

    /// Amazon's hosts and signatures are each of one region. Which one it is, is said by `region`, else by the address,
    /// else by the environment; the shipped address is only what is left where nobody says anything.
    private mutating func findRegion(isSigning: Bool, _ reader: inout ConfigurationReader) -> Bool {
        let ambient = value("AWS_REGION") ?? value("AWS_DEFAULT_REGION")
        if let ambient, draft.region == nil, !NameRules.isRegion(ambient) {
            reader.report(draft.line, "the environment variable AWS_REGION must be a region such as us-east-1")
            return false
        }
        let ofHost = baseURL.flatMap { BedrockHost.region(of: $0.host) }
        guard draft.isElsewhere else {
            region = draft.region ?? ambient ?? ofHost
            if let region { baseURL = (try? BaseURL("https://" + BedrockHost.name(region: region))) ?? baseURL }
            if isSigning || baseURL == nil, region == nil { return lacksRegion(&reader) }
            return true
        }
        if let named = draft.region, let ofHost, named != ofHost {
            reader.report(
                draft.line, "the region of \(draft.slug) is \(named), and its base_url is in \(ofHost); leave one out")
            return false
        }
        region = draft.region ?? ofHost ?? (isSigning ? ambient : nil)
        return !isSigning || region != nil ? true : lacksRegion(&reader)
    }

    private func lacksRegion(_ reader: inout ConfigurationReader) -> Bool {
        reader.report(
            draft.line,
            "the provider \(draft.slug) needs a region, such as us-east-1: set region, or the variable AWS_REGION")
        return false
    }

    private func value(_ variable: String) -> String? {
        guard let text = environment[variable]?.trimmingSpaces, !text.isEmpty else { return nil }
        return text
    }
}

extension String {
    var trimmingSpaces: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }
}
