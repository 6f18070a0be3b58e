import Completions
import JSONText

extension ChatRequestWriter {
    mutating func writeTools(into json: inout JSONWriter) {
        if !request.tools.isEmpty {
            for tool in request.tools { write(tool, into: &json) }
            // Hosts refuse an empty list, and a choice among no tools.
            if !hasTools { return }
            json.endArray()
        }
        if let choice = request.toolChoice { write(choice, into: &json) }
        json.member("parallel_tool_calls", request.allowsParallelToolCalls)
    }

    private mutating func write(_ tool: Tool, into json: inout JSONWriter) {
        switch tool.kind {
        case .function:
            write(tool, as: "function", into: &json) { $0.member("parameters", tool.parameters) }
        case .custom(let format):
            if wrapsCustomTools {
                translation.wrappedTools.insert(toolName(tool.name))
                write(tool, as: "function", into: &json) { $0.member("parameters", FreeformTool.schema) }
            } else {
                write(tool, as: "custom", into: &json) { $0.member("format", format) }
            }
        case .native(let item):
            guard item.isChatTool else { return translation.drop(tool, as: "tools.\(tool.name)") }
            openTools(&json)
            json.raw(item.json)
        }
    }

    /// Begins the list with the first tool that is written.
    private mutating func openTools(_ json: inout JSONWriter) {
        if hasTools { return }
        hasTools = true
        json.key("tools")
        json.beginArray()
    }

    private mutating func write(
        _ tool: Tool, as type: StaticString, into json: inout JSONWriter, last: (inout JSONWriter) -> Void
    ) {
        openTools(&json)
        json.object { json in
            json.member("type", "\(type)")
            json.memberObject(type) { json in
                json.member("name", toolName(tool.name))
                json.member("description", tool.description)
                json.member("strict", tool.isStrict)
                last(&json)
            }
            if let cache = tool.cache { cache.writeControl(into: &json) }
            json.members(kept: tool.extras)
        }
    }

    /// The name under the host's rules, which the reader of its answers turns back.
    mutating func toolName(_ name: String) -> String {
        if host == nil { return name }
        return translation.names.sent(
            for: name, atMost: ChatHostRules.nameBytes, allows: ChatHostRules.isNameByte)
    }

    func callID(_ id: String) -> String { host?.callID(id) ?? id }

    /// Whether freeform tools have to be functions.
    var wrapsCustomTools: Bool { host.map { !$0.takesCustomTools } ?? false }

    private mutating func write(_ choice: ToolChoice, into json: inout JSONWriter) {
        switch choice {
        case .auto: json.member("tool_choice", "auto")
        case .none: json.member("tool_choice", "none")
        case .required: json.member("tool_choice", "required")
        case .named(let name):
            json.key("tool_choice")
            writeName(name, into: &json)
        case .among(let names, let isRequired):
            json.memberObject("tool_choice") { json in
                json.member("type", "allowed_tools")
                json.memberObject("allowed_tools") { json in
                    json.member("mode", isRequired ? "required" : "auto")
                    json.memberArray("tools") { json in
                        for name in names { writeName(name, into: &json) }
                    }
                }
            }
        }
    }

    /// A reference to a tool, in the form that its kind has.
    private mutating func writeName(_ name: String, into json: inout JSONWriter) {
        let kind = request.tools.first { $0.name == name }?.kind
        json.object { json in
            switch kind {
            case .native: json.member("type", name)
            case .custom where !wrapsCustomTools:
                json.member("type", "custom")
                json.memberObject("custom") { $0.member("name", toolName(name)) }
            case .function, .custom, nil:
                json.member("type", "function")
                json.memberObject("function") { $0.member("name", toolName(name)) }
            }
        }
    }
}

extension NativeItem {
    /// Whether this dialect knows the tool: the router's own, and the web search under OpenAI's names.
    /// Source: openrouter spec 27.5.
    fileprivate var isChatTool: Bool {
        if dialect == Self.chat { return true }
        guard let type else { return false }
        if type.hasPrefix("openrouter:") { return true }
        switch type {
        case "web_search", "web_search_preview", "web_search_preview_2025_03_11", "web_search_2025_08_26": return true
        default: return false
        }
    }
}
