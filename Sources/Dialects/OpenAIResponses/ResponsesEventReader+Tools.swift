import Completions
import JSONText

/// Tools that the provider runs itself: each use is an item with events of its own. Source: wire spec 9.3.
extension ResponsesEventReader {
    /// Begins a use; nothing for items of other types, and for one that has begun.
    mutating func openTool(_ type: JSONValue?, _ id: String?, at place: Int, into events: inout [CompletionEvent]) {
        guard items[place].tool == nil, let kind = ServerToolItem.Kind(responses: type) else { return }
        items[place].tool = kind
        let own = id.flatMap { $0.isEmpty || toolIDs.contains($0) ? nil : $0 }
        let id = own ?? "\(kind.responsesPrefix)_\(madeID(place))"
        toolIDs.insert(id)
        items[place].id = id
        tell(.inProgress, of: place, into: &events)
    }

    /// Reads an event of a use: `response.web_search_call.searching`, `response.code_interpreter_call_code.delta`, …
    /// Events that nobody knows are passed over.
    mutating func readTool(_ root: JSONValue, _ type: String, into events: inout [CompletionEvent]) {
        // Ends of texts come by here too, and nearly no answer has such a tool.
        if toolIDs.isEmpty { return }
        let words = type.split(separator: ".")
        guard words.count == 3 else { return }
        if words[1] == "code_interpreter_call_code" {
            return readCode(root, isWhole: words[2] == "done", into: &events)
        }
        guard ServerToolItem.Kind(responses: words[1]) != nil else { return }
        let place = place(root)
        guard items[place].tool != nil, !items[place].isDone else { return }
        switch words[2] {
        case "searching", "interpreting", "generating": tell(.running, of: place, into: &events)
        case "partial_image":
            guard let data = root["partial_image_b64"]?.string, !data.isEmpty else { break }
            let index = root["partial_image_index"]?.providerIndex ?? 0
            tell(.running, of: place, into: &events) { $0.draft = ServerToolItem.Draft(index: index, data: data) }
        default: break
        }
    }

    private mutating func readCode(_ root: JSONValue, isWhole: Bool, into events: inout [CompletionEvent]) {
        let place = place(root)
        guard items[place].tool == .codeInterpreter, !items[place].isDone else { return }
        let said = items[place].arguments
        let text = isWhole ? Self.rest(of: root["code"]?.string, after: said) : root["delta"]?.string
        guard let text, !text.isEmpty else { return }
        items[place].arguments += text
        tell(.inProgress, of: place, into: &events) { $0.code = text }
    }

    /// Takes what came of a use from its whole item.
    mutating func closeTool(_ value: JSONValue, at place: Int, into events: inout [CompletionEvent]) {
        openTool(value["type"], value["id"]?.string, at: place, into: &events)
        guard let kind = items[place].tool, let id = items[place].id else { return }
        if kind == .imageGeneration, let data = value["result"]?.string, !data.isEmpty {
            tell(.running, of: place, into: &events)
            events.append(CompletionEvent(.media(.image(Self.drawing(value, data)))))
            return
        }
        // An answer that was cut off has uses in it that still go on.
        let isCompleted = value["status"].map { $0.isNull || $0.equals("completed") } ?? true
        let said = items[place].arguments
        tell(isCompleted ? .completed : .failed, of: place, into: &events) { tool in
            tool.native = value["id"]?.equals(id.utf8Span.span) == true ? RawJSON(value.rawText) : Self.whole(value, id)
            tool.queries = Self.queries(value)
            tool.url = value["action"]?["url"]?.string
            tool.sources = Self.sources(value)
            tool.code = Self.rest(of: value["code"]?.string, after: said) ?? ""
            tool.output = Self.output(value["outputs"])
        }
        let action = value["action"]?["type"]
        if kind == .webSearch, action == nil || action?.equals("search") == true { searches += 1 }
    }

    private func tell(
        _ status: ServerToolItem.Status, of place: Int, into events: inout [CompletionEvent],
        _ more: (inout ServerToolItem) -> Void = { _ in }
    ) {
        guard let kind = items[place].tool, let id = items[place].id else { return }
        var tool = ServerToolItem(kind, id: id, status, dialect: ResponsesRequestReader.dialect)
        more(&tool)
        events.append(CompletionEvent(.serverTool(tool)))
    }

    // MARK: Whole items

    /// What was drawn, with all that the item says of it.
    private static func drawing(_ value: JSONValue, _ data: String) -> MediaItem {
        let extras = ResponsesRequestReader.extras(of: value) { name in
            switch name {
            case "type", "id", "status", "result": true
            default: false
            }
        }
        return MediaItem(
            .base64(data), mediaType: "image/\(value["output_format"]?.string ?? "png")", extras: extras)
    }

    /// The item under the id that its first event gave it: some hosts give another one in each.
    private static func whole(_ value: JSONValue, _ id: String) -> RawJSON {
        RawJSON(
            .json { json in
                json.object { json in
                    json.member("id", id)
                    for member in value.members where !member.key.equals("id") {
                        json.key(text: member.key.string)
                        json.raw(member.value)
                    }
                }
            })
    }

    private static func queries(_ value: JSONValue) -> [String] {
        let list = value["queries"] ?? value["action"]?["queries"]
        let queries = list.map { $0.elements.compactMap(\.string) } ?? []
        return queries.isEmpty ? [value["action"]?["query"]?.string].compactMap { $0 } : queries
    }

    private static func sources(_ value: JSONValue) -> [ServerToolItem.Source] {
        guard let sources = value["action"]?["sources"] else { return [] }
        return sources.elements.compactMap { source in
            source["url"]?.string.map { ServerToolItem.Source(url: $0, title: source["title"]?.string) }
        }
    }

    /// What the code printed; nil where that was not said.
    private static func output(_ outputs: JSONValue?) -> String? {
        guard let outputs, outputs.isArray else { return nil }
        return outputs.elements.compactMap { $0["logs"]?.string }.joined()
    }
}

extension ServerToolItem.Kind {
    /// The kind of an item; nil for items that are no such use.
    fileprivate init?(responses type: JSONValue?) {
        guard let word = type?.string else { return nil }
        self.init(responses: Substring(word))
    }

    fileprivate init?(responses type: Substring) {
        switch type {
        case "web_search_call": self = .webSearch
        case "file_search_call": self = .fileSearch
        case "code_interpreter_call": self = .codeInterpreter
        case "image_generation_call": self = .imageGeneration
        default: return nil
        }
    }

    /// How ids of such items begin.
    var responsesPrefix: String {
        switch self {
        case .webSearch: "ws"
        case .fileSearch: "fs"
        case .codeInterpreter: "ci"
        case .imageGeneration: "ig"
        }
    }
}
