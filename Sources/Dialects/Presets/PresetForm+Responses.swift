import Completions
import JSONText

extension PresetForm {
    /// In the words of `/responses`.
    init(responses fields: JSONValue) {
        self.init()
        for member in fields.members where !member.value.isNull {
            let value = member.value
            switch member.name {
            case "tools": tools = value.elements.map { PresetTool($0, Self.responsesTool($0)) }
            case "max_tokens": if fields.given("max_completion_tokens") == nil { add("max_output_tokens", value) }
            case "max_completion_tokens": add("max_output_tokens", value)
            case "tool_choice": addChoice(value)
            case "reasoning_effort": addEffort(value, of: fields)
            // Both are in `text`.
            case "response_format", "verbosity": break
            case "logprobs":
                if value.bool == true {
                    add("include") { json in
                        json.array { $0.string("message.output_text.logprobs") }
                    }
                }
            default: add(member.key.string, value)
            }
        }
        addText(fields.given("response_format"), fields.given("verbosity"))
    }

    private mutating func addText(_ format: JSONValue?, _ verbosity: JSONValue?) {
        if format == nil, verbosity == nil { return }
        add("text") { json in
            json.object { json in
                json.member("verbosity", raw: verbosity)
                guard let format else { return }
                json.memberObject("format") { json in
                    json.member("type", raw: format["type"])
                    for member in format["json_schema"]?.members ?? format.members where !member.key.equals("type") {
                        json.key(text: member.key.string)
                        json.raw(member.value)
                    }
                }
            }
        }
    }

    /// What a tool of chat holds in an object of its own stands here in the tool itself.
    private static func responsesTool(_ tool: JSONValue) -> RawJSON {
        guard let inner = tool.given("function") ?? tool.given("custom"), inner.isObject else {
            return RawJSON(tool.rawText)
        }
        return RawJSON(
            .json { json in
                json.object { json in
                    for member in tool.members where !member.key.equals("function") && !member.key.equals("custom") {
                        json.key(text: member.key.string)
                        json.raw(member.value)
                    }
                    for member in inner.members where !member.key.equals("type") {
                        json.key(text: member.key.string)
                        json.raw(member.value)
                    }
                }
            })
    }

    private mutating func addChoice(_ value: JSONValue) {
        guard let choice = ToolChoice(chat: value) else { return add("tool_choice", value) }
        add("tool_choice") { json in
            switch choice {
            case .auto: json.string("auto")
            case .none: json.string("none")
            case .required: json.string("required")
            case .named(let name): Self.write(name, &json)
            case .among(let names, let isRequired):
                json.object { json in
                    json.member("type", "allowed_tools")
                    json.member("mode", isRequired ? "required" : "auto")
                    json.memberArray("tools") { json in
                        for name in names { Self.write(name, &json) }
                    }
                }
            }
        }
    }

    private static func write(_ name: String, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "function")
            json.member("name", name)
        }
    }
}
