import Catalog

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
                keys.append(Configuration.FixedKey(key: Secret(secret), name: name))
            }
        }
        return keys
    }
}
