import Buffers
import Completions
import JSONText

extension ResponsesRequestWriter {
    /// Tools of the provider's own that the chat dialect knows by the same words.
    private static let sharedTools: Set<String> = [
        "web_search", "web_search_preview", "web_search_preview_2025_03_11", "web_search_2025_08_26",
    ]

    mutating func writeTools(_ json: inout JSONWriter) {
        var hasSearch = false
        var isOpen = false
        for tool in request.tools {
            if case .native(let native) = tool.kind {
                let isShared = native.dialect == "openai" && Self.sharedTools.contains(tool.name)
                let isRouters = tool.name.hasPrefix("openrouter:")
                guard native.dialect == ResponsesRequestReader.dialect || isShared, !isRouters else {
                    translation.drop(tool, as: "tools.\(tool.name)")
                    continue
                }
                hasSearch = hasSearch || Self.sharedTools.contains(tool.name)
                open(&isOpen, &json)
                json.raw(native.json.text.utf8Span.span)
            } else {
                open(&isOpen, &json)
                write(tool, &json)
            }
        }
        if let options = request.webSearchOptions, !hasSearch {
            open(&isOpen, &json)
            Self.writeSearch(options, &json)
        }
        if isOpen { json.endArray() }
        hasTools = isOpen
    }

    private func open(_ isOpen: inout Bool, _ json: inout JSONWriter) {
        if isOpen { return }
        isOpen = true
        json.key("tools")
        json.beginArray()
    }

    private mutating func write(_ tool: Tool, _ json: inout JSONWriter) {
        let name = sentName(tool.name)
        leaveOut(tool.cache)
        json.object { json in
            defer {
                if let extras = tool.extras, extras.dialect == ResponsesRequestReader.dialect {
                    json.writeMembers(of: extras.json)
                }
            }
            if case .custom(let format) = tool.kind {
                json.member("type", "custom")
                json.member("name", name)
                json.member("description", tool.description)
                if let format {
                    json.key("format")
                    json.raw(format.text.utf8Span.span)
                }
                return
            }
            json.member("type", "function")
            json.member("name", name)
            json.member("description", tool.description)
            json.key("parameters")
            if let parameters = tool.parameters {
                json.raw(parameters.text.utf8Span.span)
            } else {
                json.raw(#"{"type":"object","properties":{}}"#)
            }
            // The provider would make every tool strict that does not say.
            json.member("strict", tool.isStrict ?? false)
        }
    }

    /// `web_search_options` as the tool that does the same: its place is a level flatter.
    private static func writeSearch(_ options: RawJSON, _ json: inout JSONWriter) {
        let scanner = JSONScanner()
        let root = try? scanner.scan(copying: options.text)
        json.object { json in
            json.member("type", "web_search")
            json.member("search_context_size", root?["search_context_size"]?.string)
            guard let location = root?["user_location"], let place = location["approximate"] else { return }
            json.memberObject("user_location") { json in
                json.member("type", "approximate")
                for member in place.members {
                    json.key(text: member.key.string)
                    json.raw(member.value)
                }
            }
        }
    }

    /// The name that a tool goes by at the provider.
    mutating func sentName(_ name: String) -> String {
        translation.names.sent(for: name, atMost: Self.identifierBytes) { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    mutating func writeToolChoice(_ json: inout JSONWriter) {
        // A choice among no tools is refused.
        if !hasTools, !request.tools.isEmpty { return }
        json.member("parallel_tool_calls", request.allowsParallelToolCalls)
        switch request.toolChoice {
        case nil: break
        case .auto: json.member("tool_choice", "auto")
        case .none?: json.member("tool_choice", "none")
        case .required:
            json.member("tool_choice", "required")
        case .named(let name):
            json.key("tool_choice")
            writeReference(name, &json)
        case .among(let names, let isRequired):
            json.memberObject("tool_choice") { json in
                json.member("type", "allowed_tools")
                json.member("mode", isRequired ? "required" : "auto")
                json.memberArray("tools") { json in
                    for name in names { writeReference(name, &json) }
                }
            }
        }
    }

    private mutating func writeReference(_ name: String, _ json: inout JSONWriter) {
        let kind = request.tools.first { $0.name == name }?.kind
        if case .native = kind {
            json.object { $0.member("type", name) }
            return
        }
        let sent = sentName(name)
        var type = "function"
        if case .custom = kind { type = "custom" }
        json.object { json in
            json.member("type", type)
            json.member("name", sent)
        }
    }

    mutating func writeText(_ json: inout JSONWriter) {
        let format = request.outputFormat
        if case .native? = format { translation.drop("response_format") }
        let verbosity = request.verbosity.map { $0 == "xhigh" || $0 == "max" ? "high" : $0 }
        let isPlain: Bool
        switch format {
        case nil, .native: isPlain = true
        default: isPlain = false
        }
        if isPlain, verbosity == nil { return }
        json.memberObject("text") { json in
            switch format {
            case nil, .native: break
            case .text: json.memberObject("format") { $0.member("type", "text") }
            case .jsonObject: json.memberObject("format") { $0.member("type", "json_object") }
            case .jsonSchema(let schema): json.memberObject("format") { Self.write(schema, &$0) }
            }
            json.member("verbosity", verbosity)
        }
    }

    private static func write(_ schema: JSONSchemaFormat, _ json: inout JSONWriter) {
        json.member("type", "json_schema")
        json.member("name", schema.name)
        json.member("description", schema.description)
        json.key("schema")
        if let text = schema.schema { json.raw(text.text.utf8Span.span) } else { json.raw("{}") }
        json.member("strict", schema.isStrict)
    }

    /// The effort that the model knows and that is nearest to the one asked for.
    private var effort: ReasoningPreferences.Effort? { wantedEffort.map(KnownEfforts(target.efforts).nearest) }

    /// The effort as a word; a budget as the effort whose share of the output limit it is.
    private var wantedEffort: ReasoningPreferences.Effort? {
        let wishes = request.reasoning
        if let effort = wishes.effort { return effort }
        if wishes.isEnabled == false { return ReasoningPreferences.Effort.none }
        if let budget = wishes.maxTokens { return ReasoningEffort.effort(budget: budget, of: request.maxTokens) }
        return wishes.isEnabled == true ? .medium : nil
    }

    mutating func writeReasoning(_ json: inout JSONWriter) {
        let effort = effort
        // A summary that will not be shown would be paid for nothing.
        let summary = request.reasoning.isExcluded ? nil : request.reasoningSummary
        if effort == nil, summary == nil, request.reasoningContext == nil, request.reasoningMode == nil { return }
        json.memberObject("reasoning") { json in
            json.member("effort", effort?.rawValue)
            json.member("summary", summary)
            json.member("context", request.reasoningContext)
            json.member("mode", request.reasoningMode)
        }
    }

    /// Sealed reasoning is asked of every model that reasons: without it, its thoughts are lost with each turn.
    mutating func writeInclude(_ json: inout JSONWriter) {
        var words: [String] = []
        let isAsked = effort.map { $0 != .none } ?? false
        if target.abilities.contains(.reasoning) || target.abilities.contains(.alwaysThinks) || isAsked {
            words.append("reasoning.encrypted_content")
        }
        if request.wantsLogprobs == true { words.append("message.output_text.logprobs") }
        if let include = request.others.first(where: { $0.name == "include" }) {
            let scanner = JSONScanner()
            if let root = try? scanner.scan(copying: include.json.text) {
                for word in root.elements { if let text = word.string, !words.contains(text) { words.append(text) } }
            }
        }
        if words.isEmpty { return }
        json.memberArray("include") { json in
            for word in words { json.string(word) }
        }
    }
}
