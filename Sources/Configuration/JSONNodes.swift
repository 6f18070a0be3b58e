import JSONText

/// Turns JSON values into the nodes that configurations are read from, so that one decoder serves both.
///
/// Values must come in the order of the text: line numbers are counted on the way.
struct JSONNodes {
    private let text: [UInt8]
    private var offset = 0
    private var line = 1

    init(_ text: [UInt8]) {
        self.text = text
    }

    mutating func node(_ value: JSONValue) throws(ConfigurationProblem) -> YAMLNode {
        let line = line(at: value.range.lowerBound)
        switch value.kind {
        case .string:
            return YAMLNode(content: .scalar(text: value.string ?? "", isPlain: false), line: line, nodeCount: 1)
        case .number, .true, .false, .null:
            return YAMLNode(content: .scalar(text: value.rawText, isPlain: true), line: line, nodeCount: 1)
        case .array:
            var items: [YAMLNode] = []
            items.reserveCapacity(value.count)
            for element in value.elements { items.append(try node(element)) }
            return YAMLNode(content: .sequence(items), line: line, nodeCount: 1 + value.count)
        case .object:
            if let repeated = value.firstRepeatedKey {
                throw ConfigurationProblem(
                    line: self.line(at: repeated.range.lowerBound), "repeats the key \(repeated.key.string)")
            }
            var entries: [YAMLEntry] = []
            entries.reserveCapacity(value.count)
            for member in value.members {
                let line = self.line(at: member.range.lowerBound)
                entries.append(YAMLEntry(key: member.key.string, line: line, value: try node(member.value)))
            }
            return YAMLNode(content: .mapping(entries), line: line, nodeCount: 1 + value.count)
        }
    }

    mutating func line(at target: Int) -> Int {
        while offset < min(target, text.count) {
            if text[offset] == UInt8(ascii: "\n") { line += 1 }
            offset += 1
        }
        return line
    }
}
