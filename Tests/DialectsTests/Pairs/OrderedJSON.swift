import JSONText

/// A JSON value whose members keep their order and whose numbers and strings their spelling, for files that people read.
indirect enum OrderedJSON: Equatable {
    case leaf(String)
    case array([OrderedJSON])
    case object([Member])

    struct Member: Equatable {
        /// With its quotes; names here need no escapes.
        var name: String
        var value: OrderedJSON
    }

    /// The longest line, where there is a choice.
    static let width = 118

    init(_ text: String) throws {
        let scanner = JSONScanner()
        self = try withExtendedLifetime(scanner) { OrderedJSON(try scanner.scan(copying: text)) }
    }

    private init(_ value: JSONValue) {
        if value.isObject {
            self = .object(value.members.map { Member(name: "\"\($0.key.string)\"", value: OrderedJSON($0.value)) })
        } else if value.isArray {
            self = .array(value.elements.map { OrderedJSON($0) })
        } else {
            self = .leaf(value.rawText)
        }
    }

    subscript(_ name: String) -> OrderedJSON? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.name == "\"\(name)\"" }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            if let index = members.firstIndex(where: { $0.name == "\"\(name)\"" }) {
                if let newValue { members[index].value = newValue } else { members.remove(at: index) }
            } else if let newValue {
                members.insert(Member(name: "\"\(name)\"", value: newValue), at: 0)
            }
            self = .object(members)
        }
    }

    /// On one line, without white space.
    var compact: String {
        switch self {
        case .leaf(let text): text
        case .array(let elements): "[" + elements.map(\.compact).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { $0.name + ":" + $0.value.compact }.joined(separator: ",") + "}"
        }
    }

    /// In lines of about `width` characters, of which only the first begins in column 0.
    /// - Parameters:
    ///   - column: where the value begins, for the lines that follow the first.
    ///   - taken: characters that stand before it on its first line, beyond that column.
    func layout(from column: Int = 0, after taken: Int = 0) -> String {
        let line = compact
        if column + taken + line.count <= Self.width { return line }
        switch self {
        case .leaf: return line
        case .array(let elements):
            return "[" + Self.fill(elements.map { ("", $0) }, column + 1) + "]"
        case .object(let members):
            return "{" + Self.fill(members.map { ($0.name + ":", $0.value) }, column + 1) + "}"
        }
    }

    /// As many parts in a line as fit; what takes several lines begins one.
    private static func fill(_ parts: [(head: String, value: OrderedJSON)], _ column: Int) -> String {
        var text = ""
        var used = column
        for (index, part) in parts.enumerated() {
            let length = part.head.count + part.value.compact.count + 1
            if index > 0 {
                text += ","
                used += 1
                if used + length > width {
                    text += "\n" + String(repeating: " ", count: column)
                    used = column
                }
            }
            let body = part.head + part.value.layout(from: column + 1)
            text += body
            used = body.contains("\n") ? width : used + body.count
        }
        return text
    }
}

extension OrderedJSON {
    /// The members that another object does not have alike; the whole where this one lacks some of the other's.
    func differing(from other: OrderedJSON?) -> OrderedJSON {
        guard case .object(let members) = self, case .object(let others)? = other,
            Set(others.map(\.name)).isSubset(of: Set(members.map(\.name)))
        else { return self }
        return .object(members.filter { !others.contains($0) })
    }
}
