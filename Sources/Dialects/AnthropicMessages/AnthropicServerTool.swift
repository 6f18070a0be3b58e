import Buffers
import Completions
import JSONText

/// Tools that Anthropic runs itself, between their blocks and the canonical form: a call, and behind it a block with what
/// came of it. Source: wire spec 8.
enum AnthropicServerTool {
    private static let dialect = AnthropicWords.dialect

    // MARK: Reading

    /// A use of the tool of that name; nil where other dialects have no words for it.
    static func begun(_ name: String, id: String) -> ServerToolItem? {
        switch name {
        case "web_search", "web_fetch": ServerToolItem(.webSearch, id: id, .inProgress, dialect: dialect)
        case "code_execution", "bash_code_execution":
            ServerToolItem(.codeInterpreter, id: id, .inProgress, dialect: dialect)
        default: nil
        }
    }

    /// The use with what it was asked.
    ///
    /// - Parameter input: the whole input of the call, as JSON.
    static func asked(_ tool: ServerToolItem, _ input: String) -> ServerToolItem {
        var tool = tool
        tool.status = .running
        let scanner = JSONScanner()
        guard let root = try? scanner.scan(copying: input) else { return tool }
        tool.queries = [root["query"]?.string].compactMap { $0 }
        tool.url = tool.kind == .webSearch ? root["url"]?.string : nil
        tool.code = tool.kind == .codeInterpreter ? (root["code"] ?? root["command"])?.string ?? "" : ""
        return tool
    }

    /// What came of a use; nil for blocks that are no result of one.
    static func ended(_ block: JSONValue, _ type: String) -> ServerToolItem? {
        guard let kind = kind(ofResult: type), let id = block["tool_use_id"]?.string, !id.isEmpty else { return nil }
        let content = block["content"]
        let hasFailed = content?["type"]?.string?.hasSuffix("_error") == true
        var tool = ServerToolItem(kind, id: id, hasFailed ? .failed : .completed, dialect: dialect)
        switch kind {
        case .codeInterpreter:
            if hasFailed { break }
            tool.output = (content?["stdout"]?.string ?? "") + (content?["stderr"]?.string ?? "")
        default:
            tool.sources =
                content?.elements.compactMap { result in
                    result["url"]?.string.map { ServerToolItem.Source(url: $0, title: result["title"]?.string) }
                } ?? []
        }
        return tool
    }

    private static func kind(ofResult type: String) -> ServerToolItem.Kind? {
        switch type {
        case "web_search_tool_result", "web_fetch_tool_result": .webSearch
        case "code_execution_tool_result", "bash_code_execution_tool_result": .codeInterpreter
        default: nil
        }
    }

    // MARK: Writing

    /// The call and the result that a use of another family's tool is for callers of this dialect; nil while it goes on,
    /// and where the dialect has no words for it: the page that was opened would be a document that nobody has.
    static func blocks(_ tool: ServerToolItem) -> (name: String, input: RawJSON, result: RawJSON)? {
        guard tool.status.isEnd, tool.dialect != dialect, tool.url == nil else { return nil }
        switch tool.kind {
        case .webSearch:
            let query = tool.queries.joined(separator: "; ")
            return ("web_search", json { $0.member("query", query) }, searchResult(tool))
        case .codeInterpreter:
            return ("code_execution", json { $0.member("code", tool.code) }, codeResult(tool))
        case .fileSearch, .imageGeneration: return nil
        }
    }

    private static func searchResult(_ tool: ServerToolItem) -> RawJSON {
        result("web_search_tool_result", of: tool) { json in
            if tool.status == .failed { return error("web_search_tool_result_error", &json) }
            json.array { json in
                for source in tool.sources {
                    json.object { json in
                        json.member("type", "web_search_result")
                        json.member("url", source.url)
                        json.member("title", source.title ?? source.url)
                        json.member("encrypted_content", "")
                        json.memberNull("page_age")
                    }
                }
            }
        }
    }

    private static func codeResult(_ tool: ServerToolItem) -> RawJSON {
        result("code_execution_tool_result", of: tool) { json in
            if tool.status == .failed, tool.output == nil { return error("code_execution_tool_result_error", &json) }
            let output = tool.output ?? ""
            let code: Int = tool.status == .failed ? 1 : 0
            json.object { json in
                json.member("type", "code_execution_result")
                json.member("stdout", code == 0 ? output : "")
                json.member("stderr", code == 0 ? "" : output)
                json.member("return_code", code)
                json.memberArray("content") { _ in }
            }
        }
    }

    private static func error(_ type: StaticString, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "\(type)")
            json.member("error_code", "unavailable")
        }
    }

    private static func result(
        _ type: StaticString, of tool: ServerToolItem, _ content: (inout JSONWriter) -> Void
    ) -> RawJSON {
        json { json in
            json.member("type", "\(type)")
            json.member("tool_use_id", tool.id)
            json.memberObject("caller") { $0.member("type", "direct") }
            json.key("content")
            content(&json)
        }
    }

    private static func json(_ members: (inout JSONWriter) -> Void) -> RawJSON {
        var json = JSONWriter()
        json.object { members(&$0) }
        return RawJSON(json.finish().text)
    }
}
