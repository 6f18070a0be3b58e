import JSONText

/// A JSON value that keeps the order of its members and the spelling of its numbers, so that a file that is read and
/// written again stays the same.
package indirect enum FactValue: Equatable, Sendable {
    case text(String)
    /// A number, `true`, `false` or `null`, as it stands in the file.
    case literal(String)
    case list([FactValue])
    case record(FactRecord)

    init(_ value: JSONValue) {
        switch value.kind {
        case .string: self = .text(value.string ?? "")
        case .number, .true, .false, .null: self = .literal(value.rawText)
        case .array: self = .list(value.elements.map { FactValue($0) })
        case .object: self = .record(FactRecord(value))
        }
    }

    package var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    var integer: Int? {
        if case .literal(let text) = self { return Int(text) }
        return nil
    }

    package var list: [FactValue] {
        if case .list(let items) = self { return items }
        return []
    }

    var record: FactRecord? {
        if case .record(let record) = self { return record }
        return nil
    }

    /// On one line, with a space after each comma and colon.
    package var json: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .literal(let text): text
        case .list(let items): "[" + items.map(\.json).joined(separator: ", ") + "]"
        case .record(let record): "{" + record.json(record.keys) + "}"
        }
    }

    package static func quoted(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            default:
                if scalar.value < 0x20 {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        return out + "\""
    }
}

/// The members of an object in their order.
package struct FactRecord: Equatable, Sendable {
    private(set) var keys: [String] = []
    private var values: [String: FactValue] = [:]

    package init() {}

    init(_ value: JSONValue) {
        for member in value.members { self[member.key.string] = FactValue(member.value) }
    }

    /// Setting nil removes the member; a new one comes last.
    package subscript(_ key: String) -> FactValue? {
        get { values[key] }
        set {
            if newValue == nil { keys.removeAll { $0 == key } } else if values[key] == nil { keys.append(key) }
            values[key] = newValue
        }
    }

    /// The given members without braces.
    func json(_ keys: [String]) -> String {
        keys.compactMap { key in values[key].map { "\(FactValue.quoted(key)): \($0.json)" } }.joined(separator: ", ")
    }

    /// The members in the order of `order`, unknown ones last.
    func sorted(by order: [String]) -> FactRecord {
        var result = FactRecord()
        for key in order + keys.filter({ !order.contains($0) }) { result[key] = values[key] }
        return result
    }
}
