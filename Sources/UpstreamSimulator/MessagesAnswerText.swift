/// Answers in Anthropic's dialect.
struct MessagesAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    private func event(_ type: String, _ rest: String) -> String {
        "event: \(type)\ndata: {\"type\":\"\(type)\"\(rest.isEmpty ? "" : ",")\(rest)}\n\n"
    }

    private func block(_ index: Int, _ start: String, _ deltas: [String]) -> String {
        event("content_block_start", #""index":\#(index),"content_block":\#(start)"#)
            + deltas.map { event("content_block_delta", #""index":\#(index),"delta":\#($0)"#) }.joined()
    }

    private func stop(_ index: Int) -> String { event("content_block_stop", #""index":\#(index)"#) }

    private var firstTool: Int { scenario.reasoning == nil ? 0 : 1 }
    private var textIndex: Int { firstTool + scenario.toolCalls.count }

    private func usage(tokens: Int) -> String? {
        scenario.usage(#"{"input_tokens":\#(SimulatedUsage.promptTokens),"output_tokens":\#(tokens)}"#)
    }

    private func message(_ content: String, stop: String?, tokens: Int) -> String {
        let reason = stop.map(quoted) ?? "null"
        let usage = usage(tokens: tokens).map { #","usage":\#($0)"# } ?? ""
        return """
            {"id":"msg_\(id)","type":"message","role":"assistant","model":\(quoted(request.model)),\
            "content":[\(content)],"stop_reason":\(reason),"stop_sequence":null\(usage)}
            """
    }

    var opening: String {
        var text = event("message_start", #""message":\#(message("", stop: nil, tokens: 1))"#) + event("ping", "")
        if let reasoning = scenario.reasoning {
            text +=
                block(
                    0, #"{"type":"thinking","thinking":"","signature":""}"#,
                    [
                        #"{"type":"thinking_delta","thinking":\#(quoted(reasoning))}"#,
                        #"{"type":"signature_delta","signature":"c2ln"}"#,
                    ]) + stop(0)
        }
        return scenario.toolCalls.isEmpty ? text + textStart : text
    }

    private var textStart: String { block(textIndex, #"{"type":"text","text":""}"#, []) }

    var toolCallChunks: [String] {
        var chunks = scenario.toolCalls.enumerated().flatMap { position, call in
            let index = firstTool + position
            let deltas = Scenario.halves(call.arguments).map {
                #"{"type":"input_json_delta","partial_json":\#(quoted($0))}"#
            }
            let start = #"{"type":"tool_use","id":"toolu_\#(id)_\#(position)","name":\#(quoted(call.name)),"input":{}}"#
            return [block(index, start, []), block(index, deltas[0]), block(index, deltas[1]), stop(index)]
        }
        if !chunks.isEmpty, scenario.hasText { chunks.append(textStart) }
        return chunks
    }

    private func block(_ index: Int, _ delta: String) -> String {
        event("content_block_delta", #""index":\#(index),"delta":\#(delta)"#)
    }

    func content(_ piece: String) -> String { block(textIndex, #"{"type":"text_delta","text":\#(quoted(piece))}"#) }

    private static let words = [
        "stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal",
    ]

    func ending(text said: String, tokens: Int) -> String {
        var text = scenario.hasText ? stop(textIndex) : ""
        if let reason = scenario.finish(Self.words) {
            let usage = usage(tokens: tokens).map { #","usage":\#($0)"# } ?? ""
            text += event(
                "message_delta", #""delta":{"stop_reason":\#(quoted(reason)),"stop_sequence":null}\#(usage)"#)
        }
        return scenario.sendsDone ? text + event("message_stop", "") : text
    }

    var errorEvent: String { event("error", #""error":\#(scenario.error)"#) }

    var errorBody: String { #"{"type":"error","error":\#(scenario.error),"request_id":"req_\#(id)"}"# }

    func plain(_ text: String, tokens: Int) -> String {
        var blocks: [String] = []
        if let reasoning = scenario.reasoning {
            blocks.append(#"{"type":"thinking","thinking":\#(quoted(reasoning)),"signature":"c2ln"}"#)
        }
        for (position, call) in scenario.toolCalls.enumerated() {
            blocks.append(
                #"{"type":"tool_use","id":"toolu_\#(id)_\#(position)","name":\#(quoted(call.name)),"input":\#(call.arguments)}"#
            )
        }
        if scenario.hasText, !text.isEmpty { blocks.append(#"{"type":"text","text":\#(quoted(text))}"#) }
        return message(blocks.joined(separator: ","), stop: scenario.finish(Self.words), tokens: tokens)
    }
}
