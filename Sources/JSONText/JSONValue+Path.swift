import CSimdJSON

extension JSONValue {
    /// The value's place in its text, `messages[2].content`; empty for the root. Walks the text: for messages only.
    package var path: String {
        var current = root
        var path = ""
        while current.node != node {
            guard let step = current.child(around: node, path: &path) else { return path }
            current = step
        }
        return path
    }

    /// The value of the whole text. Walks back to the first node: for messages only.
    package var root: JSONValue {
        var first = node
        while !JSONValue(text: text, node: first - 1).has(martlet_json_kind_boundary) { first -= 1 }
        return JSONValue(text: text, node: first)
    }

    private func child(around target: UnsafePointer<martlet_json_node>, path: inout String) -> JSONValue? {
        for member in members where member.value.contains(target) {
            path = Self.path(path, adding: member.key.string)
            return member.value
        }
        for (index, element) in elements.enumerated() where element.contains(target) {
            path += "[\(index)]"
            return element
        }
        return nil
    }

    private func contains(_ target: UnsafePointer<martlet_json_node>) -> Bool {
        target >= node && target < node + Int(node.pointee.span)
    }

    static func path(_ path: String, adding key: String) -> String {
        path.isEmpty ? key : path + "." + key
    }
}
