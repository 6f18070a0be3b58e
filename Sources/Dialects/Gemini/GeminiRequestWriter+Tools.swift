import Completions
import JSONText

/// Tools: functions in one object, each tool of Google's own in another. Source: wire spec 3, 5.3, 7.
extension GeminiRequestWriter {
    /// Whether the model may call functions of the caller's.
    var hasFunctions: Bool { request.tools.contains { !$0.isNative } }

    mutating func writeTools(_ json: inout JSONWriter) {
        let natives = nativeTools()
        guard hasFunctions || !natives.isEmpty else { return }
        json.key("tools")
        json.beginArray()
        if hasFunctions {
            json.beginObject()
            json.key("functionDeclarations")
            json.beginArray()
            for tool in request.tools where !tool.isNative { write(tool, &json) }
            json.endArray()
            json.endObject()
        }
        for native in natives { json.raw(RawJSON(native)) }
        json.endArray()
        writeToolConfig(mixed: hasFunctions && !natives.isEmpty, &json)
    }

    private mutating func write(_ tool: Tool, _ json: inout JSONWriter) {
        noteCache(tool.cache)
        let name = sentName(tool.name)
        json.beginObject()
        json.member("name", name)
        json.member("description", tool.description)
        if case .custom = tool.kind {
            translation.wrappedTools.insert(name)
            json.key("parametersJsonSchema")
            json.raw(
                "{\"type\":\"object\",\"properties\":{\"input\":{\"type\":\"string\"}},\"required\":[\"input\"]}")
        } else if let parameters = tool.parameters {
            json.key("parametersJsonSchema")
            let missing = writeSchema(parameters, &json)
            if tool.isStrict == true { for keyword in missing { translation.drop("tools.parameters: \(keyword)") } }
        }
        if tool.isStrict == true { translation.drop("tools.strict") }
        json.endObject()
    }

    /// A function's name under Gemini's rules: `[A-Za-z_][A-Za-z0-9_.:-]{0,127}`.
    mutating func sentName(_ name: String) -> String {
        translation.names.sent(for: name, atMost: 128, startsWithLetter: name.utf8.first != UInt8(ascii: "_")) { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: ":"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    /// Tools that Google runs, as JSON objects: its own as written, and searches in any dialect's words.
    private mutating func nativeTools() -> [String] {
        var tools: [String] = []
        var wantsSearch = request.webSearchOptions != nil
        for (index, tool) in request.tools.enumerated() {
            guard case .native(let native) = tool.kind else { continue }
            if native.dialect == Self.dialect {
                tools.append(native.json.text)
            } else if tool.name.hasPrefix("web_search") || native.json.text.contains("\"web_search") {
                wantsSearch = true
            } else {
                translation.drop(tool, as: "tools[\(index)]")
            }
        }
        if wantsSearch { tools.append("{\"googleSearch\":{}}") }
        // Older models take functions or Google's tools, not both; the functions are what a caller cannot do without.
        if hasFunctions, !tools.isEmpty, !isThirdGeneration {
            translation.drop(wantsSearch ? "web_search_options" : "tools")
            return []
        }
        return tools
    }

    private mutating func writeToolConfig(mixed: Bool, _ json: inout JSONWriter) {
        // AI Studio wants to be told that both kinds of tools are meant; Vertex AI does not know the member.
        let sayMixed = mixed && target.platform != .vertex
        let choice = hasFunctions ? calling() : nil
        if hasFunctions, request.allowsParallelToolCalls == false, request.tools.count > 1 {
            translation.drop("parallel_tool_calls")
        }
        guard sayMixed || choice != nil else { return }
        json.memberObject("toolConfig") { json in
            if let choice {
                json.memberObject("functionCallingConfig") { json in
                    json.member("mode", "\(choice.mode)")
                    guard let names = choice.names else { return }
                    json.memberArray("allowedFunctionNames") { json in for name in names { json.string(name) } }
                }
            }
            if sayMixed { json.member("includeServerSideToolInvocations", true) }
        }
    }

    private mutating func calling() -> (mode: StaticString, names: [String]?)? {
        switch request.toolChoice {
        case nil: return nil
        case .auto: return ("AUTO", nil)
        case .none?: return ("NONE", nil)
        case .required: return forced(nil)
        case .named(let name): return forced([sentName(name)])
        case .among(let names, let isRequired):
            var sent: [String] = []
            for name in names { sent.append(sentName(name)) }
            return isRequired ? forced(sent) : ("VALIDATED", sent)
        }
    }

    private mutating func forced(_ names: [String]?) -> (mode: StaticString, names: [String]?) {
        if target.abilities.contains(.forcedTools) { return ("ANY", names) }
        translation.drop("tool_choice")
        return ("AUTO", nil)
    }
}

extension Tool {
    var isNative: Bool {
        if case .native = kind { return true }
        return false
    }
}
