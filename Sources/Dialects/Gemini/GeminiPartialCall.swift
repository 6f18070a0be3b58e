import Buffers
import JSONText

/// A call whose arguments arrive as values at JSON paths: `{"jsonPath":"$.a[0].b","stringValue":"…"}`.
///
/// The arguments are put together when the call ends. Source: `partialArgs` of google-genai 3.4.0, wire spec 7.
struct GeminiPartialCall: Sendable {
    let slot: Int
    /// As Gemini calls the tool.
    let name: String
    private var root: Node = .object([])
    private var values = 0

    init(slot: Int, name: String) {
        self.slot = slot
        self.name = name
    }

    /// The arguments as JSON text; an object always.
    var arguments: String {
        var out = ByteBuffer()
        out.appendJSON { root.write(&$0) }
        return out.text
    }

    /// Adds pieces: each a value at a path, where text goes on with the text that is there.
    mutating func add(_ pieces: JSONValue) {
        for piece in pieces.elements {
            guard let path = piece["jsonPath"]?.string.flatMap(Self.steps) else { continue }
            values += root.missing(path[...])
            if values > DialectLimits.argumentValues { return }
            if let text = piece["stringValue"]?.string {
                root.set(path[...]) { node in
                    if case .text(let before)? = node { .text(before + text) } else { .text(text) }
                }
            } else if let number = piece["numberValue"]?.numberText {
                root.set(path[...]) { _ in .literal(number) }
            } else if let flag = piece["boolValue"]?.bool {
                root.set(path[...]) { _ in .literal(flag ? "true" : "false") }
            } else if piece["nullValue"] != nil {
                root.set(path[...]) { _ in .literal("null") }
            }
        }
    }

    fileprivate enum Step: Equatable { case key(String), index(Int) }

    /// `$.operations[0].action`, `$['a key'][1]`; nil for what is no such path, is too deep or too far.
    private static func steps(_ path: String) -> [Step]? {
        var rest = path[...]
        guard rest.first == "$" else { return nil }
        rest = rest.dropFirst()
        var steps: [Step] = []
        while let sign = rest.first {
            guard steps.count < DialectLimits.argumentDepth else { return nil }
            rest = rest.dropFirst()
            if sign == "." {
                let key = rest.prefix { $0 != "." && $0 != "[" }
                steps.append(.key(String(key)))
                rest = rest.dropFirst(key.count)
            } else if sign == "[", let quote = rest.first, quote == "'" || quote == "\"" {
                guard let end = rest.dropFirst().firstIndex(of: quote) else { return nil }
                steps.append(.key(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
                guard rest.first == "]" else { return nil }
                rest = rest.dropFirst()
            } else if sign == "[", let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end]) {
                guard (0..<DialectLimits.argumentElements).contains(index) else { return nil }
                steps.append(.index(index))
                rest = rest[rest.index(after: end)...]
            } else {
                return nil
            }
        }
        return steps.isEmpty ? nil : steps
    }

    fileprivate indirect enum Node: Sendable {
        case object([(key: String, value: Node)])
        case array([Node])
        case text(String)
        /// A number, `true`, `false` or `null` as JSON.
        case literal(String)

        /// How many values a change at the path would add.
        func missing(_ path: ArraySlice<Step>) -> Int {
            guard let step = path.first else { return 0 }
            switch (step, self) {
            case (.key(let key), .object(let members)):
                if let member = members.first(where: { $0.key == key }) {
                    return member.value.missing(path.dropFirst())
                }
            case (.index(let index), .array(let elements)):
                if index < elements.count { return elements[index].missing(path.dropFirst()) }
                return index - elements.count + 1 + Self.size(path.dropFirst())
            default: break
            }
            return Self.size(path)
        }

        /// How many values a path makes where nothing is.
        private static func size(_ path: ArraySlice<Step>) -> Int {
            path.reduce(0) { if case .index(let index) = $1 { $0 + index + 1 } else { $0 + 1 } }
        }

        /// Changes what stands at the path, making the containers on the way.
        mutating func set(_ path: ArraySlice<Step>, _ change: (Node?) -> Node) {
            guard let step = path.first else { return self = change(self) }
            let rest = path.dropFirst()
            switch step {
            case .key(let key):
                var members: [(key: String, value: Node)] = []
                // Taken out, so that it is changed in its place.
                if case .object(let known) = self {
                    members = known
                    self = .literal("null")
                }
                if let place = members.firstIndex(where: { $0.key == key }) {
                    members[place].value.set(rest, change)
                } else {
                    members.append((key, Self.fresh(rest, change)))
                }
                self = .object(members)
            case .index(let index):
                var elements: [Node] = []
                if case .array(let known) = self {
                    elements = known
                    self = .literal("null")
                }
                while elements.count < index { elements.append(.literal("null")) }
                if index < elements.count {
                    elements[index].set(rest, change)
                } else {
                    elements.append(Self.fresh(rest, change))
                }
                self = .array(elements)
            }
        }

        private static func fresh(_ path: ArraySlice<Step>, _ change: (Node?) -> Node) -> Node {
            guard !path.isEmpty else { return change(nil) }
            var node = Node.object([])
            node.set(path, change)
            return node
        }

        func write(_ json: inout JSONWriter) {
            switch self {
            case .literal(let text): json.raw(text.utf8.span)
            case .text(let text): json.string(text)
            case .object(let members):
                json.beginObject()
                for member in members {
                    json.key(text: member.key)
                    member.value.write(&json)
                }
                json.endObject()
            case .array(let elements):
                json.beginArray()
                for element in elements { element.write(&json) }
                json.endArray()
            }
        }
    }
}
