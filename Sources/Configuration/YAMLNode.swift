/// A piece of a YAML document, with the line it stands on.
struct YAMLNode: Sendable, Equatable {
    indirect enum Content: Sendable, Equatable {
        /// A text; plain ones may stand for null, numbers and booleans.
        case scalar(text: String, isPlain: Bool)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    let content: Content
    /// 1-based.
    let line: Int
    /// This node and everything in it, aliases expanded.
    let nodeCount: Int

    var isNull: Bool {
        guard case .scalar(let text, true) = content else { return false }
        return text.isEmpty || text == "~" || text == "null" || text == "Null" || text == "NULL"
    }

    /// What the node is, for messages.
    var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a single value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// One `key: value` of a mapping.
struct YAMLEntry: Sendable, Equatable {
    let key: String
    let line: Int
    let value: YAMLNode
}
