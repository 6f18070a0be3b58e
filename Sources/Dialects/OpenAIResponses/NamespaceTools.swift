package import Completions
import JSONText

/// Tools that a caller of Responses puts into groups of a name (`namespace`), as coding agents do with the tools of each
/// of their servers.
///
/// No other dialect has groups, so each of the tools is one of its own in the canonical request, named by the group and
/// by itself. Its calls come back as the caller names them, by both names apart: clients find the tool by the pair.
/// Source: openrouter schemas, `NamespaceTool` and `FunctionCallItem.namespace`.
package struct NamespaceTools: Sendable, Equatable {
    /// What the caller calls a tool.
    struct Place: Hashable, Sendable {
        var namespace: String
        var name: String
    }

    static let type = "namespace"

    private var places: [String: Place] = [:]
    /// Of tools that earlier turns have called, and that are in none of the request's groups.
    private var earlier: [String: Place] = [:]
    private var names: [Place: String] = [:]
    /// The groups as written, by their names.
    private var groups: [String: [Tool]] = [:]
    /// The last number that tools of one name got, so that many alike do not each count from the first.
    private var numbers: [String: Int] = [:]

    /// Takes the groups of a request apart.
    ///
    /// - Returns: nil for a request without any, which stays as it is.
    package init?(unfolding request: inout CanonicalRequest) {
        guard request.tools.contains(where: \.isNamespace) || request.hasCallsInNamespaces else { return nil }
        let ownNames = Set(request.tools.lazy.filter { !$0.isNamespace }.map(\.name))
        request.tools = request.tools.flatMap { tool in tool.isNamespace ? unfold(tool, besides: ownNames) : [tool] }
        request.editCalls { call in
            guard let namespace = call.namespace else { return }
            let place = Place(namespace: namespace, name: call.name)
            call.name = names[place] ?? add(place, to: \.earlier, besides: ownNames)
        }
        // A choice has no group: of tools alike, the first is meant.
        var sent: [String: String] = [:]
        for tool in request.tools.reversed() { sent[places[tool.name]?.name ?? tool.name] = tool.name }
        request.toolChoice = request.toolChoice?.named { ownNames.contains($0) ? $0 : sent[$0] ?? $0 }
    }

    /// The tools' own names, without their groups'.
    package var toolNames: [String] { places.values.map(\.name) }

    /// Puts the groups together again, for a provider of the same dialect.
    package func fold(_ request: inout CanonicalRequest) {
        var written: Set<String> = []
        request.tools = request.tools.flatMap { tool in
            guard let place = places[tool.name], let group = groups[place.namespace] else { return [tool] }
            return written.insert(place.namespace).inserted ? group : []
        }
        request.editCalls { call in
            guard let place = place(of: call.name) else { return }
            call.name = place.name
            if call.namespace == nil { call.extras = place.extras }
        }
        request.toolChoice = request.toolChoice?.named { places[$0]?.name ?? $0 }
    }

    func place(of name: String) -> Place? { places[name] ?? earlier[name] }

    private mutating func unfold(_ group: Tool, besides ownNames: Set<String>) -> [Tool] {
        groups[group.name, default: []].append(group)
        guard case .native(let native) = group.kind else { return [] }
        return native.json.scanned { root in
            guard let tools = root?["tools"], tools.isArray else { return [] }
            // Said once, by the first tool that says nothing itself: a description may be long, and the tools many.
            var description = root?["description"]?.string
            return tools.elements.compactMap { element in
                // Groups are read before they are taken apart, so that nothing in them is wrong.
                guard var tool = try? ResponsesRequestReader.readTool(element, "") else { return nil }
                tool.name = add(Place(namespace: group.name, name: tool.name), to: \.places, besides: ownNames)
                if tool.description == nil { swap(&tool.description, &description) }
                return tool
            }
        }
    }

    /// Finds a name for a tool that no other has.
    private mutating func add(
        _ place: Place, to table: WritableKeyPath<Self, [String: Place]>, besides ownNames: Set<String>
    ) -> String {
        let joined = Self.joined(place)
        var name = joined
        while ownNames.contains(name) || self.place(of: name) != nil {
            numbers[joined, default: 1] += 1
            name = "\(joined)_\(numbers[joined]!)"
        }
        self[keyPath: table][name] = place
        names[place] = name
        return name
    }

    /// As clients write the names of such tools where there are no groups.
    private static func joined(_ place: Place) -> String {
        place.namespace.hasSuffix("__") ? place.namespace + place.name : "\(place.namespace)__\(place.name)"
    }
}

extension NamespaceTools.Place {
    /// What a call of the tool says beside its name.
    var extras: NativeItem {
        NativeItem(
            dialect: ResponsesRequestReader.dialect,
            json: RawJSON(.json { json in json.object { $0.member("namespace", namespace) } }))
    }
}

extension Tool {
    var isNamespace: Bool {
        guard case .native(let native) = kind, native.dialect == ResponsesRequestReader.dialect else { return false }
        return native.type == NamespaceTools.type
    }
}

extension ToolCallItem {
    /// The group of its tool, where the caller said one.
    fileprivate var namespace: String? {
        guard let extras, extras.dialect == ResponsesRequestReader.dialect else { return nil }
        return extras.json.scanned { $0?["namespace"]?.string }
    }
}

extension CanonicalRequest {
    fileprivate var hasCallsInNamespaces: Bool {
        messages.contains { message in
            message.items.contains { item in
                if case .toolCall(let call) = item { return call.namespace != nil }
                return false
            }
        }
    }

    fileprivate mutating func editCalls(_ edit: (inout ToolCallItem) -> Void) {
        for message in messages.indices where messages[message].role == .assistant {
            for index in messages[message].items.indices {
                guard case .toolCall(var call) = messages[message].items[index] else { continue }
                edit(&call)
                messages[message].items[index] = .toolCall(call)
            }
        }
    }
}

extension ToolChoice {
    fileprivate func named(_ name: (String) -> String) -> ToolChoice {
        switch self {
        case .auto, .none, .required: self
        case .named(let tool): .named(name(tool))
        case .among(let tools, let isRequired): .among(tools.map(name), isRequired: isRequired)
        }
    }
}
