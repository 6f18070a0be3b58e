import Completions
import JSONText

/// The tools and the choice among them, as sent.
struct AnthropicTools {
    enum Entry {
        /// A function, and its schema where that is not the one it came with.
        case function(name: String, Tool, RawJSON?)
        case native(RawJSON)
    }

    enum Choice {
        case auto, any, none
        case tool(String)
    }

    var list: [Entry] = []
    var forced: Choice?
    /// Whether at most one call is allowed.
    var isSerial = false

    var isForced: Bool {
        switch forced {
        case .any, .tool: true
        default: false
        }
    }

    func write(_ blocks: AnthropicBlocks, _ json: inout JSONWriter) {
        if list.isEmpty { return }
        json.memberArray("tools") { json in
            for entry in list {
                switch entry {
                case .native(let raw): json.raw(raw)
                case .function(let name, let tool, let schema): write(name, tool, schema, blocks, &json)
                }
            }
        }
    }

    private func write(
        _ name: String, _ tool: Tool, _ schema: RawJSON?, _ blocks: AnthropicBlocks, _ json: inout JSONWriter
    ) {
        json.object { json in
            json.member("name", name)
            json.member("description", tool.description)
            json.member("input_schema", schema ?? tool.parameters ?? AnthropicSchema.empty)
            if tool.isStrict == true { json.member("strict", true) }
            if let cache = tool.cache { AnthropicBlocks.writeCache(cache, &json) }
            blocks.writeExtras(tool.extras, &json)
        }
    }

    func writeChoice(_ json: inout JSONWriter) {
        if list.isEmpty || forced == nil && !isSerial { return }
        json.memberObject("tool_choice") { json in
            switch forced ?? .auto {
            case .auto: json.member("type", "auto")
            case .any: json.member("type", "any")
            case .none:
                json.member("type", "none")
                return
            case .tool(let name):
                json.member("type", "tool")
                json.member("name", name)
            }
            if isSerial { json.member("disable_parallel_tool_use", true) }
        }
    }
}

extension AnthropicRequestWriter {
    mutating func planTools() {
        var allowed: [String]?
        if case .among(let names, _)? = request.toolChoice { allowed = names }
        for tool in request.tools {
            if let allowed, !allowed.contains(tool.name) { continue }
            plan(tool)
        }
        planWebSearch()
    }

    private mutating func plan(_ tool: Tool) {
        switch tool.kind {
        case .native(let native):
            if native.dialect == AnthropicWords.dialect {
                tools.list.append(.native(native.json))
            } else {
                translation.drop(tool, as: "tools")
            }
        case .custom:
            let name = translation.names.anthropicName(tool.name)
            translation.wrappedTools.insert(name)
            var wrapped = tool
            wrapped.isStrict = nil
            tools.list.append(.function(name: name, wrapped, FreeformTool.schema))
        case .function:
            let name = translation.names.anthropicName(tool.name)
            var sent = tool
            if tool.isStrict == true, let parameters = tool.parameters {
                if let schema = AnthropicSchema.strict(parameters) {
                    return tools.list.append(.function(name: name, tool, schema))
                }
                sent.isStrict = nil
                translation.drop("tools.strict")
            }
            tools.list.append(.function(name: name, sent, tool.parameters.map(AnthropicSchema.ofObject)))
        }
    }

    /// `web_search_options` of the chat dialect: the search that Anthropic runs itself.
    private mutating func planWebSearch() {
        guard let options = request.webSearchOptions else { return }
        tools.list.append(.native(AnthropicSchema.webSearch(options)))
    }

    /// A conversation with calls needs tools, even where none may be called any more.
    mutating func planMissingTools() {
        guard tools.list.isEmpty, turns.hasTools else { return }
        let name = translation.names.anthropicName("no_tool")
        tools.list = [
            .function(name: name, Tool(name: name, description: "There is nothing to call any more."), nil)
        ]
        tools.forced = AnthropicTools.Choice.none
    }

    mutating func planToolChoice() {
        if tools.list.isEmpty || translation.answerTool != nil || tools.forced != nil { return }
        switch request.toolChoice {
        case nil: break
        case .auto?: tools.forced = .auto
        case ToolChoice.none?: tools.forced = AnthropicTools.Choice.none
        case .required?: tools.forced = .any
        case .named(let name)?: tools.forced = .tool(translation.names.anthropicName(name))
        case .among(_, let isRequired)?: tools.forced = isRequired ? .any : .auto
        }
        if tools.isForced, !target.abilities.contains(.forcedTools) {
            tools.forced = .auto
            translation.drop("tool_choice")
        }
        tools.isSerial = request.allowsParallelToolCalls == false
    }
}
