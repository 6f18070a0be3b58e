import Completions
import JSONText

extension ResponsesRequestReader {
    mutating func readTools(_ value: JSONValue) throws(APIError) {
        guard value.kind == .array else { throw value.wrongType("tools", "an array of tools") }
        for tool in value.elements {
            let path = "tools[\(request.tools.count)]"
            try tool.requireObject(path)
            if tool["type"]?.equals("namespace") == true { try Self.checkNamespace(tool, path) }
            request.tools.append(try Self.readTool(tool, path))
        }
    }

    /// That each tool of a group can be read, and the group has a name.
    private static func checkNamespace(_ group: JSONValue, _ path: String) throws(APIError) {
        _ = try group.requireMember("name", in: path)
            .requireString(atMost: DialectLimits.toolGroupCharacters, "\(path).name")
        let tools = try group.requireMember("tools", in: path)
        guard tools.kind == .array else { throw tools.wrongType("\(path).tools", "an array of tools") }
        var number = 0
        for tool in tools.elements {
            try tool.requireObject("\(path).tools[\(number)]")
            _ = try readTool(tool, "\(path).tools[\(number)]")
            number += 1
        }
    }

    /// - Parameter path: where it stands in the request.
    static func readTool(_ tool: JSONValue, _ path: String) throws(APIError) -> Tool {
        guard let type = tool["type"], !type.isNull else {
            throw .invalid("\(path).type", "'\(path).type' is missing; it is usually \"function\".")
        }
        let word = try type.requireString("\(path).type")
        guard word == "function" || word == "custom" else {
            // Tools that the provider runs, or the router: theirs to judge.
            let native = NativeItem(dialect: dialect, json: RawJSON(tool.rawText))
            return Tool(.native(native), name: tool["name"]?.string ?? word)
        }
        guard let name = tool["name"], !name.isNull else {
            let hint = tool["function"] == nil ? "name the tool" : "put what 'function' holds into the tool itself"
            throw .invalid("\(path).name", "'\(path).name' is missing; \(hint).")
        }
        guard name.kind == .string, !name.isEmptyString, let text = name.string else {
            throw name.wrongType("\(path).name", "a string that is not empty")
        }
        var read = Tool(name: text, description: try tool.optionalString("description", in: path))
        read.cache = cacheMarker(tool)
        read.extras = extras(of: tool) { name in
            switch name {
            case "type", "name", "description", "parameters", "strict", "format", "cache_control": true
            default: false
            }
        }
        if word == "custom" {
            let format = tool["format"].flatMap { $0.isNull ? nil : RawJSON($0.rawText) }
            read.kind = .custom(format: format)
            return read
        }
        read.isStrict = try tool.optionalBool("strict", in: path)
        if let parameters = tool["parameters"], !parameters.isNull {
            guard parameters.kind == .object else { throw parameters.wrongType("\(path).parameters", "an object") }
            read.parameters = RawJSON(parameters.rawText)
        }
        return read
    }

    /// The members that nothing canonical stands for, as an object; nil where all are known.
    static func extras(of value: JSONValue, isKnown: (String) -> Bool) -> NativeItem? {
        var isEmpty = true
        let json: String = .json { json in
            json.object { json in
                for member in value.members where !member.value.isNull {
                    let name = member.key.string
                    if isKnown(name) { continue }
                    isEmpty = false
                    json.key(text: name)
                    json.raw(member.value)
                }
            }
        }
        return isEmpty ? nil : NativeItem(dialect: dialect, json: RawJSON(json))
    }

    /// What calls of one tool say that nothing canonical stands for: a namespace, a caller.
    static func callExtras(_ item: JSONValue) -> NativeItem? {
        extras(of: item) { name in
            switch name {
            case "type", "id", "call_id", "name", "arguments", "input", "status": true
            default: false
            }
        }
    }

    /// A marker in either spelling; nil where there is none. Times are kept as written.
    static func cacheMarker(_ value: JSONValue) -> CacheMarker? {
        guard let marker = value["prompt_cache_breakpoint"] ?? value["cache_control"], marker.isObject else {
            return nil
        }
        return CacheMarker(ttl: marker["ttl"]?.string)
    }

    mutating func readToolChoice(_ value: JSONValue) throws(APIError) -> ToolChoice {
        if value.kind == .string {
            if value.equals("auto") { return .auto }
            if value.equals("none") { return .none }
            if value.equals("required") { return .required }
            throw .invalid(
                "tool_choice", "'tool_choice' must be \"none\", \"auto\", \"required\" or an object that names a tool.")
        }
        guard value.kind == .object else {
            throw value.wrongType("tool_choice", "\"none\", \"auto\", \"required\" or an object that names a tool")
        }
        try value.rejectRepeatedKeys("tool_choice")
        let type = try value.requireMember("type", in: "tool_choice").requireString("tool_choice.type")
        switch type {
        case "function", "custom":
            return .named(try value.requireMember("name", in: "tool_choice").requireString("tool_choice.name"))
        case "allowed_tools": return try Self.readAllowedTools(value)
        // As Chat and Messages have it.
        case "auto": return .auto
        case "none": return .none
        case "required", "any": return .required
        default:
            chosenType = type
            return .named(type)
        }
    }

    /// A tool that the provider runs is chosen by its type, and has to be there.
    mutating func settleToolChoice() throws(APIError) {
        guard let chosenType else { return }
        guard let tool = request.tools.first(where: { $0.isHosted(chosenType) }) else {
            throw .invalid(
                "tool_choice",
                "'tool_choice' is a tool of type \"\(chosenType)\", and 'tools' has none; add it, or name another one.")
        }
        request.toolChoice = .named(tool.name)
    }

    private static func readAllowedTools(_ value: JSONValue) throws(APIError) -> ToolChoice {
        var isRequired = false
        if let mode = value["mode"], !mode.isNull {
            isRequired = mode.equals("required")
            guard isRequired || mode.equals("auto") else {
                throw .invalid("tool_choice.mode", "'tool_choice.mode' must be \"auto\" or \"required\".")
            }
        }
        let tools = try value.requireMember("tools", in: "tool_choice")
        guard tools.kind == .array else { throw tools.wrongType("tool_choice.tools", "an array of tools") }
        try tools.requireCount(atMost: DialectLimits.allowedTools, "tool_choice.tools")
        var names: [String] = []
        for tool in tools.elements {
            guard let name = tool["name"]?.string ?? tool["type"]?.string else {
                throw .invalid(
                    "tool_choice.tools[\(names.count)]",
                    "'tool_choice.tools[\(names.count)]' must name a tool, as in "
                        + "{\"type\": \"function\", \"name\": \"get_weather\"}.")
            }
            names.append(name)
        }
        return .among(names, isRequired: isRequired)
    }
}

extension Tool {
    /// Whether it is of that type, in one of its versions (`web_search_preview`).
    fileprivate func isHosted(_ type: String) -> Bool {
        guard case .native(let native) = kind, let own = native.type else { return false }
        return own == type || ["web_search", "computer"].contains { own.hasPrefix($0) && type.hasPrefix($0) }
    }
}
