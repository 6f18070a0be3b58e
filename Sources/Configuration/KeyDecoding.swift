import Catalog

/// Keys at providers: texts that are sent, and access keys that sign.
extension ConfigurationReader {
    mutating func apiKeys(_ node: YAMLNode?) -> [KeyDraft]? {
        guard let node, let items = list(node, "api_keys") else { return nil }
        if items.isEmpty || items.count > CatalogLimits.keysPerProvider {
            report(node.line, "api_keys must hold 1 to \(CatalogLimits.keysPerProvider) keys")
        }
        var keys: [KeyDraft] = []
        for item in items {
            guard let values = mapping(item, .providerKey) else { continue }
            let before = problems.count
            let credential = credential(values, key: "key", place: "a key of a provider", line: item.line)
            guard let credential, credential != .key(Secret("")) else {
                if problems.count == before {
                    report(item.line, "a key of a provider needs a key, as {key: ..., weight: 1}")
                }
                continue
            }
            let draft = KeyDraft(
                credential: credential, weight: weight(values["weight"]) ?? 1,
                limits: usageLimits(values["limits"]) ?? UsageLimits())
            if keys.contains(where: { $0.secret == draft.secret }) {
                report(item.line, "this key is already in the list")
                continue
            }
            keys.append(draft)
        }
        return keys
    }

    /// A text under `key`, or access keys; nil where neither is said, or what is said is wrong.
    mutating func credential(
        _ values: [String: YAMLNode], key: String, place: String, line: Int
    ) -> KeyDraft.Credential? {
        let sent = headerSecret(values[key], key, isKey: true)
        let id = headerSecret(values["access_key_id"], "access_key_id", isKey: true)?.reveal() ?? ""
        let secret = headerSecret(values["secret_access_key"], "secret_access_key", isKey: true) ?? Secret("")
        let token = headerSecret(values["session_token"], "session_token", isKey: true) ?? Secret("")
        if let node = values["credentials"] {
            let others = [key, "access_key_id", "secret_access_key"].filter { values[$0] != nil }
            if let other = others.first {
                report(line, "\(place) takes credentials or \(other), not both")
                return nil
            }
            return serviceAccount(node).map { .account($0) }
        }
        // One whose value is wrong is on the list of problems already.
        func isGiven(_ name: String) -> Bool { values[name] != nil }
        if let sent, !sent.isEmpty, !id.isEmpty || !secret.isEmpty {
            report(line, "\(place) takes \(key) or access_key_id with secret_access_key, not both")
            return nil
        }
        if id.isEmpty, secret.isEmpty {
            if !token.isEmpty, !isGiven("access_key_id"), !isGiven("secret_access_key") {
                report(line, "session_token needs access_key_id and secret_access_key beside it")
            }
            return sent.map { .key($0) }
        }
        if id.isEmpty {
            report(line, "secret_access_key needs access_key_id beside it\(Self.emptied(isGiven("access_key_id")))")
            return nil
        }
        if secret.isEmpty {
            report(
                line, "access_key_id needs secret_access_key beside it\(Self.emptied(isGiven("secret_access_key")))")
            return nil
        }
        guard !id.contains("/"), !id.contains(",") else {
            report(line, "access_key_id must be an id such as AKIAIOSFODNN7EXAMPLE: letters and digits")
            return nil
        }
        return .access(id: id, secret: secret, token: token.isEmpty ? nil : token)
    }

    private static func emptied(_ isGiven: Bool) -> String { isGiven ? ", and it is empty" : "" }

    /// A service account's key file, by its path; reported where it is none.
    private mutating func serviceAccount(_ node: YAMLNode) -> ServiceAccount? {
        guard let path = text(node, "credentials", maxBytes: 4096) else { return nil }
        guard path.hasPrefix("/") else {
            report(node.line, "credentials must be the absolute path of a service account's key file")
            return nil
        }
        do throws(ServiceAccountFile.Problem) {
            return try ServiceAccountFile.read(path, interpolation.readFile)
        } catch {
            report(node.line, "credentials \(error)")
            return nil
        }
    }

    /// A region of Amazon's, or a location of Google's.
    mutating func region(_ node: YAMLNode?, _ key: String) -> String? {
        guard let node, let text = text(node, key), !text.isEmpty else { return nil }
        guard NameRules.isRegion(text) else {
            let example = key == "region" ? "us-east-1" : "global or europe-west4"
            report(node.line, "\(key) must be a name such as \(example): lower-case letters, digits and -")
            return nil
        }
        return text
    }

    mutating func project(_ node: YAMLNode?) -> String? {
        guard let node, let text = text(node, "project"), !text.isEmpty else { return nil }
        guard NameRules.isProject(text) else {
            report(node.line, "project must be the id of a project of Google Cloud, such as my-project-123")
            return nil
        }
        return text
    }
}
