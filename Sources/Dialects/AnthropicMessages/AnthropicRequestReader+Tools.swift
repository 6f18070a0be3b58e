import Completions
import JSONText

extension AnthropicRequestReader {
    mutating func readTools(_ value: JSONValue) throws(APIError) {
        try value.requireArray("tools")
        request.tools.reserveCapacity(value.count)
        for tool in value.elements {
            request.tools.append(try readTool(tool, request.tools.count))
        }
    }

    private func readTool(_ tool: JSONValue, _ index: Int) throws(APIError) -> Tool {
        try tool.requireObject("tools[\(index)]")
        if let type = tool["type"], !type.isNull, !type.equals("custom") {
            let word = try type.requireString("tools[\(index)].type")
            // A function in Chat's words is meant as one.
            if word == "function", let function = tool["function"], var read = Tool(chat: function) {
                read.cache = try readCache(tool["cache_control"], "tools[\(index)].cache_control")
                return read
            }
            let dialect = word.hasPrefix("openrouter:") ? "openrouter" : AnthropicWords.dialect
            return Tool(
                .native(NativeItem(dialect: dialect, json: RawJSON(tool.rawText))),
                name: tool["name"]?.string ?? word)
        }
        guard let name = tool["name"] else {
            throw .invalid("tools[\(index)].name", "'tools[\(index)].name' is missing; name the tool.")
        }
        let text = try name.requireString("tools[\(index)].name")
        guard !text.isEmpty else {
            throw .invalid("tools[\(index)].name", "'tools[\(index)].name' must not be empty; name the tool.")
        }
        guard let schema = tool["input_schema"] else {
            throw .invalid(
                "tools[\(index)].input_schema",
                "'tools[\(index)].input_schema' is missing; send a JSON Schema such as {\"type\": \"object\"}.")
        }
        try schema.requireObject("tools[\(index)].input_schema")
        var result = Tool(.function, name: text, parameters: RawJSON(schema.rawText))
        if let description = tool["description"], !description.isNull {
            result.description = try description.requireString("tools[\(index)].description")
        }
        if let strict = tool["strict"], !strict.isNull {
            result.isStrict = try strict.requireBool("tools[\(index)].strict")
        }
        result.cache = try readCache(tool["cache_control"], "tools[\(index)].cache_control")
        result.extras = extras(
            of: tool, except: ["type", "name", "description", "input_schema", "strict", "cache_control"])
        return result
    }

    mutating func readToolChoice(_ value: JSONValue) throws(APIError) {
        try value.requireObject("tool_choice")
        switch value["type"]?.string {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = ToolChoice.none
        case "tool":
            guard let name = value["name"] else {
                throw .invalid("tool_choice.name", "'tool_choice.name' is missing; it names the tool to call.")
            }
            request.toolChoice = .named(try name.requireString("tool_choice.name"))
        default:
            throw .invalid(
                "tool_choice.type", "'tool_choice.type' must be \"auto\", \"any\", \"tool\" or \"none\".")
        }
        if let isDisabled = value["disable_parallel_tool_use"], !isDisabled.isNull {
            request.allowsParallelToolCalls = try !isDisabled.requireBool("tool_choice.disable_parallel_tool_use")
        }
    }
}
