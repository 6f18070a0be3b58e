import JSONText

/// One key as the server lists it.
struct KeyRow: Equatable {
    let hash: String
    let name: String
    let label: String
    let isManagement: Bool
    /// US dollars, as the server wrote them; nil for no limit.
    let limit: String?
    let limitReset: String?
    let usage: String
    let expires: String?
    let isDisabled: Bool
    let isFixed: Bool

    /// Nil for an entry without a hash.
    init?(_ json: JSONValue) {
        guard let hash = json["hash"]?.string else { return nil }
        self.hash = hash
        name = json["name"]?.string ?? ""
        label = json["label"]?.string ?? ""
        isManagement = json["is_management_key"]?.bool ?? false
        limit = json["limit"]?.numberText
        limitReset = json["limit_reset"]?.string
        usage = json["usage"]?.numberText ?? "-"
        expires = json["expires_at"]?.string
        isDisabled = json["disabled"]?.bool ?? false
        isFixed = json["is_fixed"]?.bool ?? false
    }

    /// For a line about this key.
    var shown: String { "\(name) (\(label), \(hash.prefix(16)))" }

    static func table(_ rows: [KeyRow]) -> String {
        var table = TextTable([
            ("NAME", .left), ("KEY", .left), ("HASH", .left), ("CLASS", .left), ("USED $", .right), ("LIMIT $", .right),
            ("RESET", .left), ("EXPIRES", .left), ("STATUS", .left),
        ])
        for row in rows {
            let status = (row.isDisabled ? "disabled" : "enabled") + (row.isFixed ? ", configured" : "")
            table.append([
                row.name, row.label, String(row.hash.prefix(16)), row.isManagement ? "management" : "inference",
                row.usage, row.limit ?? "-", row.limitReset ?? "-", row.expires ?? "-", status,
            ])
        }
        return table.text
    }
}
