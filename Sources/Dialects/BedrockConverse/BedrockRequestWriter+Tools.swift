import Completions
import JSONText

extension BedrockRequestWriter {
    /// Freeform tools become functions of one string.
    private static let wrappedSchema = RawJSON(
        #"{"type":"object","properties":{"input":{"type":"string"}},"required":["input"],"additionalProperties":false}"#
    )
    private static let emptySchema = RawJSON(#"{"type":"object","properties":{}}"#)

    mutating func writeTools(_ json: inout JSONWriter) {
        let tools = choice.tools + undeclaredTools
        if tools.isEmpty { return }
        json.memberObject("toolConfig") { json in
            json.memberArray("tools") { json in
                for tool in tools { write(tool, &json) }
            }
            switch choice.kind {
            case .unsaid: break
            case .any: json.memberObject("toolChoice") { $0.memberObject("any") { _ in } }
            case .named(let name):
                json.memberObject("toolChoice") { json in
                    json.memberObject("tool") { $0.member("name", sentName(name)) }
                }
            }
        }
        if let answer = choice.answer { translation.answerTool = sentName(answer.name) }
    }

    /// A conversation with calls in it is refused without tools, so those that were called are declared, in that order.
    private var undeclaredTools: [Tool] {
        guard choice.tools.isEmpty, conversation.hasToolBlocks else { return [] }
        var names: [String] = []
        for call in conversation.turns.flatMap(\.calls) where !names.contains(call.name) { names.append(call.name) }
        return names.map { Tool(name: $0) }
    }

    private mutating func write(_ tool: Tool, _ json: inout JSONWriter) {
        if case .native(let item) = tool.kind {
            json.raw(item.json.text.utf8Span.span)
        } else {
            writeSpecification(of: tool, &json)
        }
        if let marker = tool.cache, family == .claude { writeCachePoint(marker, &json) }
    }

    private mutating func writeSpecification(of tool: Tool, _ json: inout JSONWriter) {
        let name = sentName(tool.name)
        var schema = tool.parameters ?? Self.emptySchema
        if case .custom = tool.kind {
            schema = Self.wrappedSchema
            translation.wrappedTools.insert(name)
        }
        let strict = strictSchema(of: tool)
        json.object { json in
            json.memberObject("toolSpec") { json in
                json.member("name", name)
                if let description = tool.description, !description.isEmpty { json.member("description", description) }
                json.memberObject("inputSchema") { json in
                    json.key("json")
                    json.raw((strict ?? schema).text.utf8Span.span)
                }
                if strict != nil { json.member("strict", true) }
            }
        }
    }

    /// The schema that the model is held to, where that was asked for: Claude alone can be, and to a subset of schemas.
    private mutating func strictSchema(of tool: Tool) -> RawJSON? {
        guard case .function = tool.kind, tool.isStrict == true else { return nil }
        if family == .claude, let schema = AnthropicSchema.strict(tool.parameters ?? Self.emptySchema) { return schema }
        translation.drop("tools.strict")
        return nil
    }

    /// The name under Converse's rules, `[a-zA-Z0-9_-]{1,64}`, with a letter in front as some models want it.
    mutating func sentName(_ name: String) -> String {
        translation.names.sent(
            for: name, atMost: BedrockLimits.nameBytes, startsWithLetter: true, allows: BedrockIdentifier.isNameByte)
    }

    mutating func writeCachePoint(_ marker: CacheMarker, _ json: inout JSONWriter) {
        guard markers.takesNext() else { return }
        json.object { json in
            json.memberObject("cachePoint") { json in
                json.member("type", "default")
                json.member("ttl", markers.ttl(of: marker))
            }
        }
    }
}
