import CYAML

/// Reads one YAML document into nodes with line numbers, by libyaml's events.
///
/// Stricter than YAML: repeated keys, tags, keys that are no plain texts and a second document are errors. Aliases are
/// followed, and bounded by what they expand to.
package struct YAMLParser: ~Copyable {
    /// On the heap: libyaml keeps a pointer to it.
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private var anchors: [String: YAMLNode] = [:]
    private var nodeCount = 0

    /// - Returns: nil for a document without content.
    package static func parse(_ text: String) throws(ConfigurationProblem) -> YAMLNode? {
        if text.utf8.count > ConfigurationLimits.fileBytes {
            throw ConfigurationProblem(line: nil, "is larger than \(ConfigurationLimits.fileBytes >> 20) MiB")
        }
        var parser = YAMLParser()
        let bytes = Array(text.utf8)
        // The parser reads from `bytes` while it runs, and nowhere else.
        let result = bytes.withUnsafeBufferPointer { input -> Result<YAMLNode?, ConfigurationProblem> in
            yaml_parser_set_input_string(parser.parser, input.baseAddress, input.count)
            do throws(ConfigurationProblem) {
                return .success(try parser.document())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private init() {
        yaml_parser_initialize(parser)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    private mutating func document() throws(ConfigurationProblem) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return root
            case .documentStart:
                if root != nil {
                    throw ConfigurationProblem(line: event.line, "begins a second document; only one is read")
                }
            case .scalar, .sequenceStart, .mappingStart, .alias: root = try node(event, depth: 0)
            case .streamStart, .documentEnd, .sequenceEnd, .mappingEnd: break
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        if depth > ConfigurationLimits.depth {
            throw ConfigurationProblem(line: event.line, "is nested more than \(ConfigurationLimits.depth) deep")
        }
        if event.hasTag { throw ConfigurationProblem(line: event.line, "has a tag (!…); tags are not read") }
        let node: YAMLNode
        switch event.kind {
        case .alias:
            guard let target = anchors[event.anchor ?? ""] else {
                throw ConfigurationProblem(line: event.line, "refers to an unknown anchor *\(event.anchor ?? "")")
            }
            node = target
            nodeCount += target.nodeCount
        case .scalar:
            node = YAMLNode(
                content: .scalar(text: event.text, isPlain: event.isPlain), line: event.line, nodeCount: 1)
            nodeCount += 1
        case .sequenceStart: node = try sequence(event, depth: depth)
        case .mappingStart: node = try mapping(event, depth: depth)
        case .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
            throw ConfigurationProblem(line: event.line, "ends in the middle of a value")
        }
        if nodeCount > ConfigurationLimits.nodes {
            throw ConfigurationProblem(
                line: event.line, "makes the file more than \(ConfigurationLimits.nodes) values large")
        }
        if event.kind != .alias, let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func sequence(_ start: YAMLEvent, depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        var items: [YAMLNode] = []
        var count = 1
        nodeCount += 1
        while true {
            let event = try next()
            if event.kind == .sequenceEnd { break }
            let item = try node(event, depth: depth + 1)
            count += item.nodeCount
            items.append(item)
        }
        return YAMLNode(content: .sequence(items), line: start.line, nodeCount: count)
    }

    private mutating func mapping(_ start: YAMLEvent, depth: Int) throws(ConfigurationProblem) -> YAMLNode {
        var entries: [YAMLEntry] = []
        var seen: [String: Int] = [:]
        var count = 1
        nodeCount += 1
        while true {
            let key = try next()
            if key.kind == .mappingEnd { break }
            guard key.kind == .scalar, !key.hasTag else {
                throw ConfigurationProblem(line: key.line, "has a key that is no plain text")
            }
            if let first = seen[key.text] {
                throw ConfigurationProblem(line: key.line, "repeats the key \(key.text) of line \(first)")
            }
            seen[key.text] = key.line
            let value = try node(try next(), depth: depth + 1)
            count += 1 + value.nodeCount
            entries.append(YAMLEntry(key: key.text, line: key.line, value: value))
        }
        return YAMLNode(content: .mapping(entries), line: start.line, nodeCount: count)
    }

    private mutating func next() throws(ConfigurationProblem) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(event)
    }

    /// What libyaml has to say.
    private var problem: ConfigurationProblem {
        let what = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
        let context = parser.pointee.context.map { ", " + String(cString: $0) } ?? ""
        let line = parser.pointee.error == YAML_READER_ERROR ? nil : Int(parser.pointee.problem_mark.line) + 1
        return ConfigurationProblem(line: line, "is no valid YAML: \(what)\(context)")
    }
}

extension ConfigurationProblem: Error {}
