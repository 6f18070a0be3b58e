import Completions
import JSONText

extension PresetForm {
    /// In the words of `/messages`.
    init(messages fields: JSONValue) {
        self.init()
        for member in fields.members where !member.value.isNull {
            let value = member.value
            switch member.name {
            case "tools": tools = value.elements.map { PresetTool($0, Self.messagesTool($0)) }
            case "max_completion_tokens": add("max_tokens", value)
            case "max_tokens": if fields.given("max_completion_tokens") == nil { add("max_tokens", value) }
            case "stop":
                add("stop_sequences") { json in
                    if value.isArray { json.raw(value) } else { json.array { $0.raw(value) } }
                }
            case "tool_choice": addChoice(value)
            case "reasoning_effort": addEffort(value, of: fields)
            // Both are in `output_config`, schemas at least; other formats keep their name.
            case "verbosity": break
            case "response_format": if Self.schema(of: value) == nil { add("response_format", value) }
            default: add(member.key.string, value)
            }
        }
        addOutput(fields.given("response_format").flatMap(Self.schema), fields.given("verbosity"))
    }

    private static func schema(of format: JSONValue) -> JSONValue? { format["json_schema"]?.given("schema") }

    private mutating func addOutput(_ schema: JSONValue?, _ verbosity: JSONValue?) {
        if schema == nil, verbosity == nil { return }
        add("output_config") { json in
            json.object { json in
                json.member("effort", raw: verbosity)
                guard let schema else { return }
                json.memberObject("format") { json in
                    json.member("type", "json_schema")
                    json.member("schema", raw: schema)
                }
            }
        }
    }

    /// Functions in chat's words are read here too. A freeform tool, which the dialect does not know, is a function with
    /// one string.
    private static func messagesTool(_ tool: JSONValue) -> RawJSON {
        guard tool["type"]?.equals("custom") == true, let inner = tool.given("custom"), let name = inner["name"] else {
            return RawJSON(tool.rawText)
        }
        return RawJSON(
            .json { json in
                json.object { json in
                    json.member("name", raw: name)
                    json.member("description", raw: inner.given("description"))
                    json.member("input_schema", FreeformTool.schema)
                }
            })
    }

    /// A choice among several, which the dialect has no word for, stays as it is, and is refused with the request.
    private mutating func addChoice(_ value: JSONValue) {
        guard let choice = ToolChoice(chat: value) else { return add("tool_choice", value) }
        let type: String
        var chosen: String?
        switch choice {
        case .auto: type = "auto"
        case .none: type = "none"
        case .required: type = "any"
        case .named(let name):
            type = "tool"
            chosen = name
        case .among: return add("tool_choice", value)
        }
        add("tool_choice") { json in
            json.object { json in
                json.member("type", type)
                json.member("name", chosen)
            }
        }
    }
}
