import Catalog

/// Takes values out of YAML nodes, and remembers everything that is wrong with them instead of stopping at the first.
///
/// A value that is wrong reads as nil; the problem is on the list. Messages show what the file says, not what a
/// variable held, so that a secret in the wrong place does not end up in a log.
struct ConfigurationReader {
    let interpolation: Interpolation
    let systemMemoryBytes: Int
    /// Whether the nodes are of the catalogue's files, which say more than a configuration and hold no variables.
    let isCatalogue: Bool
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var notes: [ConfigurationProblem] = []

    init(interpolation: Interpolation, systemMemoryBytes: Int) {
        self.interpolation = interpolation
        self.systemMemoryBytes = systemMemoryBytes
        isCatalogue = false
    }

    /// A reader for the catalogue's files.
    static func forCatalogue() -> ConfigurationReader { ConfigurationReader() }

    private init() {
        interpolation = .verbatim
        systemMemoryBytes = 0
        isCatalogue = true
    }

    mutating func report(_ line: Int?, _ message: String) {
        problems.append(ConfigurationProblem(line: line, message))
    }

    mutating func note(_ line: Int?, _ message: String) {
        notes.append(ConfigurationProblem(line: line, message))
    }

    /// The values of a mapping by key, those that are null left out; reports every key that does not belong there.
    mutating func mapping(_ node: YAMLNode, _ keys: KeySet) -> [String: YAMLNode]? {
        guard case .mapping(let entries) = node.content else {
            report(node.line, "\(keys.place) must be a mapping, not \(node.kindName)")
            return nil
        }
        var values: [String: YAMLNode] = [:]
        for entry in entries {
            if keys.refused.contains(entry.key) {
                report(
                    entry.line, "\(entry.key) in \(keys.place) is not acted on by this version; remove it")
            } else if keys.misplaced.contains(entry.key) {
                report(
                    entry.line, "\(entry.key) does not belong in \(keys.place): it comes with each request; remove it")
            } else if !keys.accepted.contains(entry.key) {
                let nearest = NearestNames.nearest(to: entry.key, among: keys.accepted, limit: 1).first
                let hint = nearest.map { "did you mean \($0)?" } ?? "it takes \(keys.accepted.joined(separator: ", "))"
                report(entry.line, "unknown key \"\(entry.key)\" in \(keys.place); \(hint)")
            } else if !entry.value.isNull {
                values[entry.key] = entry.value
            }
        }
        return values
    }

    mutating func list(_ node: YAMLNode, _ key: String) -> [YAMLNode]? {
        guard case .sequence(let items) = node.content else {
            report(node.line, "\(key) must be a list, not \(node.kindName)")
            return nil
        }
        return items
    }

    /// The text of a scalar with its variables replaced.
    mutating func text(_ node: YAMLNode?, _ key: String, maxBytes: Int = ConfigurationLimits.nameBytes) -> String? {
        guard let node else { return nil }
        guard case .scalar(let raw, _) = node.content else {
            report(node.line, "\(key) must be a single value, not \(node.kindName)")
            return nil
        }
        do throws(Interpolation.Failure) {
            let text = try interpolation.expand(raw)
            if text.utf8.count > maxBytes {
                report(node.line, "\(key) is longer than \(maxBytes) bytes")
                return nil
            }
            return text
        } catch {
            report(node.line, "\(key) \(error.message)")
            return nil
        }
    }

    mutating func texts(_ node: YAMLNode?, _ key: String) -> [String]? {
        guard let node, let items = list(node, key) else { return nil }
        return items.compactMap { text($0, key) }
    }

    mutating func integer(_ node: YAMLNode?, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node, let text = text(node, key) else { return nil }
        let digits = text.filter { $0 != "_" }
        guard let value = Int(digits), range.contains(value) else {
            report(
                node.line, "\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound)\(given(node))"
            )
            return nil
        }
        return value
    }

    mutating func bool(_ node: YAMLNode?, _ key: String) -> Bool? {
        guard let node, let text = text(node, key) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            report(node.line, "\(key) must be true or false\(given(node))")
            return nil
        }
    }

    mutating func milliseconds(
        _ node: YAMLNode?, _ key: String, in range: ClosedRange<UInt64> = ConfigurationLimits.durationMs
    ) -> UInt64? {
        guard let node, let text = text(node, key) else { return nil }
        if range.contains(0), text == "0" { return 0 }
        guard let value = QuantityText.milliseconds(text) else {
            report(node.line, "\(key) must be a duration such as 300ms, 10s or 5m\(given(node))")
            return nil
        }
        guard range.contains(value) else {
            report(node.line, "\(key) must be from \(range.lowerBound) ms to \(range.upperBound) ms\(given(node))")
            return nil
        }
        return value
    }

    mutating func bytes(_ node: YAMLNode?, _ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node, let text = text(node, key) else { return nil }
        guard let value = QuantityText.bytes(text, of: systemMemoryBytes) else {
            report(node.line, "\(key) must be a size such as 32KiB, 64MiB or 25%\(given(node))")
            return nil
        }
        guard range.contains(value) else {
            report(node.line, "\(key) must be from \(range.lowerBound) to \(range.upperBound) bytes\(given(node))")
            return nil
        }
        return value
    }

    /// One of a few words; the nearest is named where none of them is meant exactly.
    mutating func choice<Choice>(
        _ node: YAMLNode?, _ key: String, among names: [String], _ make: (String) -> Choice?
    ) -> Choice? {
        guard let node, let text = text(node, key) else { return nil }
        if let value = make(text) { return value }
        let nearest = NearestNames.nearest(to: text, among: names, limit: 1).first
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        report(node.line, "\(key) must be \(Self.either(names))\(given(node))\(hint)")
        return nil
    }

    /// `, not "x"`: what the file says, or nothing where a variable said it.
    func given(_ node: YAMLNode) -> String {
        guard case .scalar(let raw, _) = node.content, raw.utf8.count <= 80 else { return "" }
        return ", not \"\(raw)\""
    }

    static func either(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " or " + last
    }
}
