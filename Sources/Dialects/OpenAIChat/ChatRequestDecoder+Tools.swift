import Completions
import JSONText

extension ChatRequestDecoder {
    mutating func readTools(_ value: JSONValue) throws(APIError) {
        guard value.kind == .array else { throw value.wrongType("tools", "an array of tools") }
        var index = 0
        for tool in value.elements {
            guard tool.kind == .object else { throw tool.wrongType("tools[\(index)]", "an object") }
            var type: JSONValue?
            var function: JSONValue?
            var cuts = MemberCuts()
            for member in tool.members {
                var kind: RequestLayout.Extra.Kind?
                switch member.name {
                case "type": type = type ?? member.value
                case "function": function = function ?? member.value
                case "cache_control": kind = .cacheMarker
                default: break
                }
                cuts.visit(member, cut: kind, into: &request.layout.extras)
            }
            guard let type else {
                throw .invalid("tools[\(index)].type", "'tools[\(index)].type' is missing; it is usually \"function\".")
            }
            try type.checkString("tools[\(index)].type")
            if type.equals("function") {
                try readFunction(function, index)
            } else {
                request.promptSize.serverTools += 1
                if type.equals("custom") { request.layout.rewrites.formUnion(.hostRules) }
            }
            index += 1
        }
        request.promptSize.tools = index
        if index > 0 { request.layout.rewrites.formUnion(.withoutStrict) }
        request.promptSize.toolBytes = value.range.count
    }

    private mutating func readFunction(_ function: JSONValue?, _ index: Int) throws(APIError) {
        guard let function else {
            throw .invalid(
                "tools[\(index)].function",
                "'tools[\(index)].function' is missing; send {\"name\": ..., \"parameters\": ...}.")
        }
        guard function.kind == .object else { throw function.wrongType("tools[\(index)].function", "an object") }
        guard let name = function["name"] else {
            throw .invalid(
                "tools[\(index)].function.name", "'tools[\(index)].function.name' is missing; name the function.")
        }
        guard name.kind == .string, !name.isEmptyString else {
            throw name.wrongType("tools[\(index)].function.name", "a string that is not empty")
        }
        if let name = name.string {
            request.toolNames.append(name)
            if !ChatHostRules.takes(name: name) { request.layout.rewrites.formUnion(.hostRules) }
        }
    }

    func readToolChoice(_ value: JSONValue) throws(APIError) {
        switch value.kind {
        case .object:
            try checkToolChoice(value)
        case .string where value.equals("none") || value.equals("auto") || value.equals("required"):
            return
        case .string:
            throw .invalid(
                "tool_choice", "'tool_choice' must be \"none\", \"auto\", \"required\" or an object that names a tool.")
        default:
            throw value.wrongType("tool_choice", "\"none\", \"auto\", \"required\" or an object that names a tool")
        }
    }

    /// Any other type than these is that of a tool which the provider or the router runs.
    private func checkToolChoice(_ value: JSONValue) throws(APIError) {
        guard let type = value["type"] else {
            throw .invalid(
                "tool_choice.type",
                "'tool_choice.type' is missing; send {\"type\": \"function\", \"function\": {\"name\": ...}}, or \"none\", "
                    + "\"auto\" or \"required\".")
        }
        try type.checkString("tool_choice.type")
        if type.equals("allowed_tools") {
            try (value["allowed_tools"] ?? value)["tools"]?.requireCount(
                atMost: DialectLimits.allowedTools, "tool_choice.allowed_tools.tools")
        }
        if ToolChoice(chat: value) != nil { return }
        if type.equals("function") || type.equals("custom") || type.equals("tool") {
            let name = type.equals("custom") ? "custom" : "function"
            throw .invalid(
                "tool_choice.\(name).name", "'tool_choice.\(name).name' is missing; name the tool that is to be called."
            )
        }
        if type.equals("allowed_tools") {
            throw .invalid(
                "tool_choice.allowed_tools",
                "'tool_choice.allowed_tools' is missing; send {\"mode\": \"auto\", \"tools\": [...]}.")
        }
    }

    mutating func readResponseFormat(_ value: JSONValue) throws(APIError) {
        try value.requireObject("response_format")
        guard let type = value["type"] else {
            throw .invalid(
                "response_format.type",
                "'response_format.type' is missing; it is \"text\", \"json_object\" or \"json_schema\".")
        }
        try type.checkString("response_format.type")
        if type.equals("json_schema") {
            request.responseFormat = .jsonSchema
            try readJSONSchema(value["json_schema"])
        } else if type.equals("json_object") {
            request.responseFormat = .jsonObject
        } else if type.equals("text") {
            request.responseFormat = .text
        } else if type.equals("grammar") {
            request.responseFormat = .grammar
        } else if type.equals("python") {
            request.responseFormat = .python
        } else {
            throw .invalid(
                "response_format.type",
                "'response_format.type' must be \"text\", \"json_object\", \"json_schema\", \"grammar\" or \"python\".")
        }
    }

    private mutating func readJSONSchema(_ value: JSONValue?) throws(APIError) {
        guard let value, !value.isNull else {
            throw .invalid(
                "response_format.json_schema",
                "'response_format.json_schema' is missing; send {\"name\": ..., \"schema\": ...}.")
        }
        try value.requireObject("response_format.json_schema")
        guard let name = value["name"] else {
            throw .invalid(
                "response_format.json_schema.name", "'response_format.json_schema.name' is missing; name the schema.")
        }
        let text = try name.requireString("response_format.json_schema.name")
        guard (1...DialectLimits.schemaNameBytes).contains(text.utf8.count), text.utf8.allSatisfy(\.isSchemaNameByte)
        else {
            throw .invalid(
                "response_format.json_schema.name",
                "'response_format.json_schema.name' must be 1 to 64 letters, digits, underscores or hyphens.")
        }
        if let schema = value["schema"], !schema.isNull, schema.kind != .object {
            throw schema.wrongType("response_format.json_schema.schema", "an object")
        }
        if let strict = value["strict"], !strict.isNull {
            _ = try strict.requireBool("response_format.json_schema.strict")
            request.layout.rewrites.formUnion(.withoutStrict)
        }
    }
}

extension UInt8 {
    var isSchemaNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
