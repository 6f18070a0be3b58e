import Completions
import JSONText

/// Items of tools that a provider runs itself. Source: openrouter spec 27.3.
extension ResponsesItem {
    func write(_ tool: ServerToolItem, _ json: inout JSONWriter) {
        if status == .completed, tool.dialect == ResponsesRequestReader.dialect, let native = tool.native {
            json.raw(native.onOneLine)
            return
        }
        json.beginObject()
        json.member("id", id)
        switch tool.kind {
        case .webSearch: writeSearch(tool, &json)
        case .fileSearch: writeFileSearch(tool, &json)
        case .codeInterpreter: writeCode(tool, &json)
        case .imageGeneration:
            json.member("type", "image_generation_call")
            json.member("status", word(of: tool))
            json.key("result")
            if text.isEmpty { json.null() } else { json.string(text) }
            if let extras { json.writeMembers(of: extras) }
        }
        json.endObject()
    }

    private func writeSearch(_ tool: ServerToolItem, _ json: inout JSONWriter) {
        json.member("type", "web_search_call")
        json.member("status", word(of: tool))
        json.memberObject("action") { json in
            if let url = tool.url {
                json.member("type", "open_page")
                json.member("url", url)
                return
            }
            json.member("type", "search")
            json.member("query", tool.queries.first ?? "")
            if !tool.queries.isEmpty {
                json.memberArray("queries") { json in for query in tool.queries { json.string(query) } }
            }
            if tool.sources.isEmpty { return }
            json.memberArray("sources") { json in
                for source in tool.sources {
                    json.object { json in
                        json.member("type", "url")
                        json.member("url", source.url)
                    }
                }
            }
        }
    }

    private func writeFileSearch(_ tool: ServerToolItem, _ json: inout JSONWriter) {
        json.member("type", "file_search_call")
        json.member("status", word(of: tool))
        json.memberArray("queries") { json in for query in tool.queries { json.string(query) } }
    }

    private func writeCode(_ tool: ServerToolItem, _ json: inout JSONWriter) {
        json.member("type", "code_interpreter_call")
        json.member("status", word(of: tool))
        json.member("code", tool.code)
        // Clients demand one; where code ran is known to its provider alone.
        json.member("container_id", "")
        json.memberArray("outputs") { json in
            guard let output = tool.output else { return }
            json.object { json in
                json.member("type", "logs")
                json.member("logs", output)
            }
        }
    }

    /// One that was cut off has failed, but for code, which has a word of its own for that.
    private func word(of tool: ServerToolItem) -> String {
        switch status {
        case .inProgress: status.rawValue
        case .completed: tool.status == .failed ? "failed" : "completed"
        case .incomplete: tool.kind == .codeInterpreter ? "incomplete" : "failed"
        }
    }
}
