/// Answers of Cohere's second API.
struct CohereAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    private func event(_ type: String, _ rest: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(rest.isEmpty ? "" : ",")\(rest)}\n\n"
    }

    var opening: String {
        var text = event("message-start", #""id":"\#(id)","delta":{"message":{"role":"assistant","content":[]}}"#)
        if let reasoning = scenario.reasoning {
            text += event(
                "content-start",
                #""index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}"#)
            text += event(
                "content-delta", #""index":0,"delta":{"message":{"content":{"thinking":\#(quoted(reasoning))}}}"#)
            text += event("content-end", #""index":0"#)
        }
        return scenario.toolCalls.isEmpty ? text + textStart : text
    }

    private var textIndex: Int { scenario.reasoning == nil ? 0 : 1 }

    private var textStart: String {
        event("content-start", #""index":\#(textIndex),"delta":{"message":{"content":{"type":"text","text":""}}}"#)
    }

    private func call(_ position: Int, arguments: String) -> String {
        """
        {"id":"call_\(id)_\(position)","type":"function","function":{\
        "name":\(quoted(scenario.toolCalls[position].name)),"arguments":\(quoted(arguments))}}
        """
    }

    var toolCallChunks: [String] {
        var chunks = scenario.toolCalls.enumerated().flatMap { position, one in
            let start = call(position, arguments: "")
            let deltas = Scenario.halves(one.arguments).map {
                event(
                    "tool-call-delta",
                    #""index":\#(position),"delta":{"message":{"tool_calls":{"function":{"arguments":\#(quoted($0))}}}}"#
                )
            }
            return [
                event("tool-call-start", #""index":\#(position),"delta":{"message":{"tool_calls":\#(start)}}"#)
            ] + deltas + [event("tool-call-end", #""index":\#(position)"#)]
        }
        if !chunks.isEmpty, scenario.hasText { chunks.append(textStart) }
        return chunks
    }

    func content(_ piece: String) -> String {
        event("content-delta", #""index":\#(textIndex),"delta":{"message":{"content":{"text":\#(quoted(piece))}}}"#)
    }

    private static let words = [
        "stop": "COMPLETE", "length": "MAX_TOKENS", "tool_calls": "TOOL_CALL", "content_filter": "ERROR_TOXIC",
    ]

    private func usage(tokens: Int) -> String {
        let counts = #"{"input_tokens":\#(SimulatedUsage.promptTokens),"output_tokens":\#(tokens)}"#
        return scenario.usage(#"{"billed_units":\#(counts),"tokens":\#(counts)}"#).map { #","usage":\#($0)"# } ?? ""
    }

    func ending(text said: String, tokens: Int) -> String {
        let text = scenario.hasText ? event("content-end", #""index":\#(textIndex)"#) : ""
        guard let reason = scenario.finish(Self.words) else { return text }
        return text
            + event(
                "message-end",
                #""id":"\#(id)","delta":{"finish_reason":\#(quoted(reason))\#(usage(tokens: tokens))}"#)
    }

    /// Cohere ends a broken stream by a reason.
    var errorEvent: String {
        event("message-end", #""id":"\#(id)","delta":{"finish_reason":"ERROR","error":\#(scenario.error)}"#)
    }

    var errorBody: String { scenario.error }

    func plain(_ text: String, tokens: Int) -> String {
        var content: [String] = []
        if let reasoning = scenario.reasoning {
            content.append(#"{"type":"thinking","thinking":\#(quoted(reasoning))}"#)
        }
        if scenario.hasText, !text.isEmpty { content.append(#"{"type":"text","text":\#(quoted(text))}"#) }
        var message = #""role":"assistant","content":[\#(content.joined(separator: ","))]"#
        if !scenario.toolCalls.isEmpty {
            let calls = scenario.toolCalls.enumerated().map { call($0, arguments: $1.arguments) }
            message += #","tool_calls":[\#(calls.joined(separator: ","))]"#
        }
        let reason = scenario.finish(Self.words).map { #","finish_reason":\#(quoted($0))"# } ?? ""
        return #"{"id":"\#(id)","message":{\#(message)}\#(reason)\#(usage(tokens: tokens))}"#
    }
}
