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
    private let readFile: (String) -> String?

    /// - Returns: nil where something is wrong, which is then reported.
    init?(_ draft: ProviderDraft, isListed: Bool, reader: inout ConfigurationReader, _ source: ConfigurationSource) {
        self.draft = draft
        environment = source.environment
        readFile = source.readFile
        var drafts = draft.apiKeys ?? draft.apiKey.map { [$0] } ?? []
        if draft.apiKeys == nil, draft.apiKey?.secret.isEmpty ?? true {
            guard let found = environmentKeys(isListed: isListed, &reader) else { return nil }
            drafts = found
        }
        guard findAddress(&reader) else { return nil }
        guard checkFit(drafts, &reader) else { return nil }
        let dialect = draft.dialect ?? .openAI
        if dialect == .bedrock {
            guard findRegion(isSigning: drafts.contains(where: \.isSigning), &reader) else { return nil }
        } else if dialect.isVertex, missing.isEmpty {
            guard findProject(drafts, isListed: isListed, &reader) else { return nil }
        }
        keys = drafts.compactMap { $0.key(in: region) }
    }

    // MARK: Keys

    private mutating func environmentKeys(isListed: Bool, _ reader: inout ConfigurationReader) -> [KeyDraft]? {
        let isAmazons = draft.dialect == .bedrock && !draft.isElsewhere
        let isGoogles = draft.dialect?.isVertex == true && !draft.isElsewhere
        let usual = isAmazons ? Self.bearerVariable : isGoogles ? Self.accountVariable : nil
        guard let variable = draft.keyVariable ?? usual else { return [] }
        if isGoogles, variable == Self.accountVariable { return environmentAccount(isListed: isListed, &reader) }
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
    private static let accountVariable = "GOOGLE_APPLICATION_CREDENTIALS"

    /// The variable names a file, which may be there for other programs: only who lists the provider must have it right.
    private mutating func environmentAccount(isListed: Bool, _ reader: inout ConfigurationReader) -> [KeyDraft]? {
        guard let path = value(Self.accountVariable) else {
            missing.append(Self.accountVariable)
            return []
        }
        do throws(ServiceAccountFile.Problem) {
            return [KeyDraft(credential: .account(try ServiceAccountFile.read(path, readFile)))]
        } catch {
            if isListed {
                reader.report(draft.line, "the provider \(draft.slug): \(Self.accountVariable) \(error)")
                return nil
            }
            reader.note(nil, "the provider \(draft.slug) stays off: \(Self.accountVariable) \(error)")
            missing.append(Self.accountVariable)
            return []
        }
    }

    /// What is said must be of use in the dialect that is spoken.
    private func checkFit(_ drafts: [KeyDraft], _ reader: inout ConfigurationReader) -> Bool {
        let dialect = draft.dialect ?? .openAI
        var wrong: [(field: String, of: ProviderDialect)] = []
        if dialect != .bedrock {
            if drafts.contains(where: \.isSigning) { wrong.append(("access_key_id", .bedrock)) }
            if draft.region != nil { wrong.append(("region", .bedrock)) }
        }
        if !dialect.isVertex {
            if drafts.contains(where: { $0.account != nil }) { wrong.append(("credentials", .vertex)) }
            if draft.project != nil { wrong.append(("project", .vertex)) }
            if draft.location != nil { wrong.append(("location", .vertex)) }
        }
        for (field, wanted) in wrong {
            reader.report(
                draft.line,
                "\(field) is for providers of the dialect \(wanted.rawValue), and \(draft.slug) speaks \(dialect.rawValue)"
            )
        }
        return wrong.isEmpty
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

    /// Google's addresses name the project that is billed, and where the model runs.
    private mutating func findProject(
        _ drafts: [KeyDraft], isListed: Bool, _ reader: inout ConfigurationReader
    ) -> Bool {
        let project = draft.project ?? value("GOOGLE_CLOUD_PROJECT") ?? drafts.lazy.compactMap(\.account?.project).first
        guard let project, NameRules.isProject(project) else {
            if !isListed {
                missing.append("GOOGLE_CLOUD_PROJECT")
                return true
            }
            reader.report(
                draft.line,
                "the provider \(draft.slug) needs the id of a project of Google Cloud: set project, or the variable "
                    + "GOOGLE_CLOUD_PROJECT; its key file has no project_id")
            return false
        }
        let location = draft.location ?? value("GOOGLE_CLOUD_LOCATION") ?? "global"
        guard NameRules.isRegion(location) else {
            reader.report(draft.line, "the variable GOOGLE_CLOUD_LOCATION must be a name such as europe-west4")
            return false
        }
        region = location
        baseURL = VertexAddress.baseURL(
            project: project, location: location, base: draft.isElsewhere ? draft.baseURL : nil)
        return true
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
