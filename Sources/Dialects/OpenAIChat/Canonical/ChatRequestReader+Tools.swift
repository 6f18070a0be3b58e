import Completions
import JSONText

extension ChatRequestReader {
    mutating func readTool(_ value: JSONValue) {
        let type = value["type"]
        guard var tool = Tool(type, value) else {
            // A tool that the provider or the router runs, known by its type.
            let native = NativeItem(chat: value)
            request.tools.append(Tool(.native(native), name: type?.string ?? ""))
            return
        }
        var kept = KeptMembers()
        for member in value.members where !member.value.isNull {
            switch member.name {
            case "type", "function", "custom": break
            case "cache_control": tool.cache = CacheMarker(chat: member.value)
            default: kept.append(member)
            }
        }
        tool.extras = kept.item
        request.tools.append(tool)
    }

    /// Reads `tool_choice`, once the tools are known: one that the provider or the router runs goes by its type. What names
    /// none of them stays as it is, for hosts of this dialect.
    mutating func readToolChoice(_ value: JSONValue) {
        if let choice = ToolChoice(chat: value) {
            request.toolChoice = choice
        } else if let tool = request.tools.first(where: { $0.isNative && value["type"]?.string == $0.name }) {
            request.toolChoice = .named(tool.name)
        } else {
            request.others.append(NamedJSON("tool_choice", RawJSON(value.rawText)))
        }
    }

    mutating func readResponseFormat(_ value: JSONValue) {
        guard let type = value["type"] else { return }
        if type.equals("text") {
            request.outputFormat = .text
        } else if type.equals("json_object") {
            request.outputFormat = .jsonObject
        } else if type.equals("json_schema"), let schema = value["json_schema"], let name = schema["name"]?.string {
            request.outputFormat = .jsonSchema(
                JSONSchemaFormat(
                    name: name, description: schema["description"]?.string,
                    schema: schema["schema"].flatMap(RawJSON.init(unlessNull:)), isStrict: schema["strict"]?.bool))
        } else {
            request.outputFormat = .native(RawJSON(value.rawText))
        }
    }
}

extension Tool {
    fileprivate init?(_ type: JSONValue?, _ value: JSONValue) {
        if type?.equals("function") == true, let function = value["function"] {
            self.init(chat: function)
        } else if type?.equals("custom") == true, let custom = value["custom"] {
            self.init(chat: custom)
            kind = .custom(format: custom["format"].flatMap(RawJSON.init(unlessNull:)))
        } else {
            return nil
        }
    }

    /// The object under `function`, or one of the legacy `functions`; nil where it has no name.
    init?(chat function: JSONValue) {
        self.init(name: "")
        for member in function.members {
            switch member.name {
            case "name": name = member.value.string ?? ""
            case "description": description = member.value.string
            case "parameters": parameters = RawJSON(unlessNull: member.value)
            case "strict": isStrict = member.value.bool
            default: break
            }
        }
        if name.isEmpty { return nil }
    }
}

extension ToolChoice {
    init?(word value: JSONValue) {
        if value.equals("auto") {
            self = .auto
        } else if value.equals("none") {
            self = .none
        } else if value.equals("required") {
            self = .required
        } else {
            return nil
        }
    }

    /// `tool_choice` in all its forms; nil where it names nothing, or a type of tool. Objects of a word alone, and names
    /// beside the type, are how Responses and Messages have it. Source: openrouter spec 7.2.
    init?(chat value: JSONValue) {
        guard value.isObject, let type = value["type"] else {
            self.init(word: value)
            return
        }
        if type.equals("function") || type.equals("custom") || type.equals("tool") {
            guard let name = Self.name(in: value) else { return nil }
            self = .named(name)
        } else if type.equals("any") {
            self = .required
        } else if type.equals("allowed_tools") {
            let allowed = value["allowed_tools"] ?? value
            guard let tools = allowed["tools"], tools.isArray else { return nil }
            self = .among(
                tools.elements.compactMap { Self.name(in: $0) ?? $0["type"]?.string },
                isRequired: allowed["mode"]?.equals("required") == true)
        } else {
            self.init(word: type)
        }
    }

    private static func name(in value: JSONValue) -> String? {
        guard let name = (value["function"] ?? value["custom"] ?? value)["name"]?.string, !name.isEmpty else {
            return nil
        }
        return name
    }
}

extension CanonicalRequest {
    /// Refuses a choice of tools that nobody here understands: left out, it would be another request.
    ///
    /// - Throws: a 400 with `param`.
    func checkToolChoice() throws(APIError) {
        guard let choice = others.first(where: { $0.name == "tool_choice" }) else { return }
        throw .invalid(
            "tool_choice",
            "'tool_choice' names none of 'tools': \(choice.json.text.prefix(Self.shownChoiceCharacters)). Name one of them, "
                + "or send \"none\", \"auto\" or \"required\".")
    }

    private static let shownChoiceCharacters = 80
}

extension RawJSON {
    init?(unlessNull value: JSONValue) {
        if value.isNull { return nil }
        self.init(value.rawText)
    }
}
