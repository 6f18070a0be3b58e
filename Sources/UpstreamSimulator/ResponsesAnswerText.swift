/// Answers of OpenAI's Responses API.
struct ResponsesAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    private func event(_ type: String, _ rest: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\",\(rest)}\n\n"
    }

    private var firstTool: Int { scenario.reasoning == nil ? 0 : 1 }
    private var textIndex: Int { firstTool + scenario.toolCalls.count }

    private func response(_ status: String, _ output: [String], rest: String = "") -> String {
        """
        {"id":"resp_\(id)","object":"response","created_at":1700000000,"model":\(quoted(request.model)),\
        "status":"\(status)","error":null,"output":[\(output.joined(separator: ","))]\(rest)}
        """
    }

    private func call(_ position: Int, arguments: String, status: String) -> String {
        let name = quoted(scenario.toolCalls[position].name)
        return """
            {"type":"function_call","id":"fc_\(id)_\(position)","call_id":"call_\(id)_\(position)","name":\(name),\
            "arguments":\(quoted(arguments)),"status":"\(status)"}
            """
    }

    private func reasoning(_ text: String) -> String {
        """
        {"type":"reasoning","id":"rs_\(id)","summary":[{"type":"summary_text","text":\(quoted(text))}],\
        "encrypted_content":"c2VhbGVk"}
        """
    }

    private func message(_ text: String, status: String) -> String {
        let content =
            status == "in_progress"
            ? "" : #"{"type":"output_text","text":\#(quoted(text)),"annotations":[],"logprobs":[]}"#
        return """
            {"type":"message","id":"msg_\(id)","role":"assistant","status":"\(status)","content":[\(content)]}
            """
    }

    private func output(_ text: String) -> [String] {
        var items = scenario.reasoning.map { [reasoning($0)] } ?? []
        for (position, one) in scenario.toolCalls.enumerated() {
            items.append(call(position, arguments: one.arguments, status: "completed"))
        }
        if scenario.hasText, !text.isEmpty { items.append(message(text, status: "completed")) }
        return items
    }

    var opening: String {
        var text = event("response.created", #""response":\#(response("in_progress", []))"#)
        if let thought = scenario.reasoning {
            text += event(
                "response.output_item.added",
                #""output_index":0,"item":{"type":"reasoning","id":"rs_\#(id)","summary":[]}"#)
            text += event(
                "response.reasoning_summary_text.delta",
                #""item_id":"rs_\#(id)","output_index":0,"summary_index":0,"delta":\#(quoted(thought))"#)
            text += event("response.output_item.done", #""output_index":0,"item":\#(reasoning(thought))"#)
        }
        return scenario.toolCalls.isEmpty ? text + textStart : text
    }

    private var textStart: String {
        let item = message("", status: "in_progress")
        return event("response.output_item.added", #""output_index":\#(textIndex),"item":\#(item)"#)
            + event(
                "response.content_part.added",
                #""item_id":"msg_\#(id)","output_index":\#(textIndex),"content_index":0,"#
                    + #""part":{"type":"output_text","text":"","annotations":[],"logprobs":[]}"#)
    }

    var toolCallChunks: [String] {
        var chunks = scenario.toolCalls.enumerated().flatMap { position, one in
            let place = #""output_index":\#(firstTool + position)"#
            let begun = call(position, arguments: "", status: "in_progress")
            let done = call(position, arguments: one.arguments, status: "completed")
            let deltas = Scenario.halves(one.arguments).map {
                event(
                    "response.function_call_arguments.delta",
                    #""item_id":"fc_\#(id)_\#(position)",\#(place),"delta":\#(quoted($0))"#)
            }
            return [event("response.output_item.added", #"\#(place),"item":\#(begun)"#)] + deltas
                + [event("response.output_item.done", #"\#(place),"item":\#(done)"#)]
        }
        if !chunks.isEmpty, scenario.hasText { chunks.append(textStart) }
        return chunks
    }

    func content(_ piece: String) -> String {
        event(
            "response.output_text.delta",
            #""item_id":"msg_\#(id)","output_index":\#(textIndex),"content_index":0,"logprobs":[],"delta":\#(quoted(piece))"#
        )
    }

    private func end(_ text: String, tokens: Int) -> (status: String, response: String)? {
        let status =
            switch scenario.finishReason {
            case nil: nil as String?
            case "length", "content_filter": "incomplete"
            default: "completed"
            }
        guard let status else { return nil }
        var rest = ""
        if status == "incomplete" {
            let reason = scenario.finishReason == "length" ? "max_output_tokens" : "content_filter"
            rest += #","incomplete_details":{"reason":"\#(reason)"}"#
        }
        let prompt = SimulatedUsage.promptTokens
        let usage = scenario.usage(
            #"{"input_tokens":\#(prompt),"output_tokens":\#(tokens),"total_tokens":\#(prompt + tokens)}"#)
        if let usage { rest += #","usage":\#(usage)"# }
        return (status, response(status, output(text), rest: rest))
    }

    func ending(text said: String, tokens: Int) -> String {
        var text = ""
        if scenario.hasText {
            let item = message(said, status: "completed")
            text += event("response.output_item.done", #""output_index":\#(textIndex),"item":\#(item)"#)
        }
        if let end = end(said, tokens: tokens) {
            text += event("response.\(end.status)", #""response":\#(end.response)"#)
        }
        return text
    }

    var errorEvent: String {
        let failed = response("failed", [], rest: "").replacing(#""error":null"#, with: #""error":\#(scenario.error)"#)
        return event("response.failed", #""response":\#(failed)"#)
    }

    var errorBody: String { #"{"error":\#(scenario.error)}"# }

    func plain(_ text: String, tokens: Int) -> String {
        end(text, tokens: tokens)?.response ?? response("in_progress", output(text))
    }
}

extension String {
    /// The text with the first occurrence of one part exchanged.
    fileprivate func replacing(_ part: String, with other: String) -> String {
        guard let range = self.firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
    }
}
