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

    mutating func readToolChoice(_ value: JSONValue) {
        if let choice = ToolChoice(chat: value) {
            request.toolChoice = choice
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

    /// `tool_choice` in all its forms; nil where it names nothing.
    fileprivate init?(chat value: JSONValue) {
        guard value.isObject else {
            self.init(word: value)
            return
        }
        guard let type = value["type"]?.string else { return nil }
        switch type {
        case "function", "custom":
            guard let name = Self.name(in: value) else { return nil }
            self = .named(name)
        case "allowed_tools":
            guard let allowed = value["allowed_tools"], let tools = allowed["tools"] else { return nil }
            self = .among(
                tools.elements.compactMap(Self.name), isRequired: allowed["mode"]?.equals("required") == true)
        default:
            // A tool that is known by its type. Source: openrouter spec 7.2.
            self = .named(type)
        }
    }

    private static func name(in value: JSONValue) -> String? {
        (value["function"] ?? value["custom"])?["name"]?.string ?? value["type"]?.string
    }
}

extension RawJSON {
    init?(unlessNull value: JSONValue) {
        if value.isNull { return nil }
        self.init(value.rawText)
    }
}
