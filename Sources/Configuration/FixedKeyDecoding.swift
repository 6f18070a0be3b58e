import Access
import Accounting
import Catalog
import Telemetry

extension ConfigurationReader {
    mutating func fixedKeys(_ node: YAMLNode?) -> [Configuration.FixedKey] {
        guard let node, let items = list(node, "keys") else { return [] }
        var keys: [Configuration.FixedKey] = []
        for item in items {
            guard let values = mapping(item, .fixedKey) else { continue }
            guard let keyNode = values["key"] else {
                report(item.line, "a key needs its key: 16 to 256 visible ASCII characters")
                continue
            }
            guard let secret = text(keyNode, "key", maxBytes: 4096) else { continue }
            guard ConfigurationLimits.keyBytes.contains(secret.utf8.count), NameRules.isVisible(secret) else {
                report(keyNode.line, "key must be 16 to 256 visible ASCII characters")
                continue
            }
            let name = text(values["name"], "name") ?? "configured"
            if keys.contains(where: { $0.key == Secret(secret) }) {
                report(keyNode.line, "the key of \(name) is in the list twice")
            } else {
                keys.append(fixedKey(Secret(secret), name, values))
            }
        }
        return keys
    }

    private mutating func fixedKey(
        _ secret: Secret, _ name: String, _ values: [String: YAMLNode]
    ) -> Configuration.FixedKey {
        var key = Configuration.FixedKey(key: secret, name: name)
        key.isManagement = bool(values["management"], "management") ?? false
        key.limit = dollars(values["limit"], "limit")
        key.limitReset =
            choice(values["limit_reset"], "limit_reset", among: ["daily", "weekly", "monthly"]) { name in
                LimitInterval.allCases.first { $0 != .lifetime && $0.name == name }
            } ?? .lifetime
        if key.limit == nil, let node = values["limit_reset"], values["limit"] == nil {
            report(node.line, "limit_reset says when a limit starts anew, and there is no limit")
        }
        key.expiresAtMs = moment(values["expires_at"], "expires_at")
        key.allowedModels = nameList(values["allowed_models"], "allowed_models")
        key.allowedProviders = nameList(values["allowed_providers"], "allowed_providers")
        key.allowedIPs = networks(values["allowed_ips"], "allowed_ips")
        key.requestsPerMinute = integer(
            values["requests_per_minute"], "requests_per_minute", in: AccessLimits.perMinute)
        key.tokensPerMinute = integer(values["tokens_per_minute"], "tokens_per_minute", in: AccessLimits.perMinute)
        return key
    }

    /// An amount of dollars, not negative, exact to nine decimals.
    mutating func dollars(_ node: YAMLNode?, _ key: String) -> Credits? {
        guard let node, let text = text(node, key) else { return nil }
        guard let amount = Credits(exactly: text), amount >= .zero else {
            report(
                node.line, "\(key) must be an amount of dollars from 0 on with at most nine decimals\(given(node))")
            return nil
        }
        return amount
    }

    private mutating func moment(_ node: YAMLNode?, _ key: String) -> Int64? {
        guard let node, let text = text(node, key) else { return nil }
        guard let moment = UTCTime.moment(text) else {
            report(node.line, "\(key) must be a UTC time such as 2027-01-31T00:00:00Z\(given(node))")
            return nil
        }
        return moment
    }

    private mutating func nameList(_ node: YAMLNode?, _ key: String) -> NameList? {
        guard let node, let names = texts(node, key) else { return nil }
        guard let list = NameList(names) else {
            report(
                node.line,
                "\(key) must be a list of 1 to \(AccessLimits.listedNames) names, with a * only at the end of one")
            return nil
        }
        return list
    }

    mutating func networks(_ node: YAMLNode?, _ key: String) -> [IPNetwork]? {
        guard let node, let texts = texts(node, key) else { return nil }
        let networks = texts.compactMap { IPNetwork($0) }
        guard networks.count == texts.count, (1...AccessLimits.listedNames).contains(networks.count) else {
            let wrong = texts.first { IPNetwork($0) == nil }.map { ", not \"\($0)\"" } ?? ""
            report(
                node.line,
                "\(key) must be a list of IP addresses and networks, such as 192.0.2.7 or 10.0.0.0/8\(wrong)")
            return nil
        }
        return networks
    }
}
