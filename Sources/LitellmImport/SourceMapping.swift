import Configuration

/// A mapping of the source that remembers which of its keys were taken, so that what is left can be named.
final class SourceMapping {
    let path: String
    let line: Int
    private let entries: [YAMLEntry]
    private var taken: Set<String> = []
    /// Answers for keys that this mapping does not have.
    private let defaults: SourceMapping?

    /// - Parameter node: something other than a mapping counts as an empty one.
    init(_ node: YAMLNode?, path: String, defaults: SourceMapping? = nil) {
        self.path = path
        self.defaults = defaults
        line = node?.line ?? 0
        entries = Self.entries(of: node)
    }

    /// The entries, those of YAML's merge keys (`<<: *anchor`) behind the mapping's own.
    private static func entries(of node: YAMLNode?) -> [YAMLEntry] {
        guard case .mapping(let entries) = node?.content else { return [] }
        var result = entries.filter { $0.key != "<<" }
        for merge in entries where merge.key == "<<" {
            var sources = [merge.value]
            if case .sequence(let items) = merge.value.content { sources = items }
            for entry in sources.flatMap({ Self.entries(of: $0) })
            where !result.contains(where: { $0.key == entry.key }) {
                result.append(entry)
            }
        }
        return result
    }

    /// The entry of a key, which counts as taken from now on; nil where it is missing or null.
    func take(_ keys: String...) -> YAMLEntry? {
        var found: YAMLEntry?
        for key in keys {
            taken.insert(key)
            if found == nil { found = entries.first { $0.key == key && !$0.value.isNull } }
        }
        if found == nil, let defaults {
            for key in keys where found == nil { found = defaults.take(key) }
        }
        return found
    }

    /// A mapping in this one.
    func mapping(_ key: String) -> SourceMapping { SourceMapping(take(key)?.value, path: "\(path).\(key)") }

    /// What nobody took.
    var rest: [YAMLEntry] { entries.filter { !taken.contains($0.key) && !$0.value.isNull } }
    /// Every key with its value.
    var all: [YAMLEntry] { entries }
}

extension YAMLNode {
    /// The text of a single value.
    var scalar: String? {
        if case .scalar(let text, _) = content, !isNull { return text }
        return nil
    }

    /// A number as LiteLLM takes it: whole or not, in quotes or not.
    var number: Double? {
        guard let value = scalar.flatMap({ Double($0.filter { $0 != "_" }) }), value.isFinite else { return nil }
        return value
    }

    var items: [YAMLNode] {
        if case .sequence(let items) = content { return items }
        return []
    }

    var isTrue: Bool { scalar.map { ["true", "yes", "on"].contains($0.lowercased()) } ?? false }
    var isFalse: Bool { scalar.map { ["false", "no", "off"].contains($0.lowercased()) } ?? false }
}
