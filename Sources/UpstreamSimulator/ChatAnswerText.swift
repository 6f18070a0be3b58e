/// Answers in the OpenAI dialect, chat and legacy.
struct ChatAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    private func envelope(_ object: String, _ rest: String) -> String {
        let tier = scenario.serviceTier.map { #""service_tier":\#(quoted($0)),"# } ?? ""
        return """
            {"id":"\(id)","object":"\(object)","created":1700000000,"model":\(quoted(request.model)),\
            "system_fingerprint":"fp_simulator",\(tier)\(rest)}
            """
    }

    private func event(_ json: String) -> String { "data: \(json)\n\n" }

    private func chunk(delta: String, finish: String? = nil) -> String {
        let reason = finish.map(quoted) ?? "null"
        if request.isLegacy {
            return event(
                envelope(
                    "text_completion",
                    #""choices":[{"index":0,"text":\#(delta),"logprobs":null,"finish_reason":\#(reason)}]"#))
        }
        return event(
            envelope(
                "chat.completion.chunk",
                #""choices":[{"index":0,"delta":\#(delta),"logprobs":null,"finish_reason":\#(reason)}]"#))
    }

    /// The chunks before the text: role, reasoning.
    var opening: String {
        if request.isLegacy { return "" }
        var text = chunk(delta: #"{"role":"assistant","content":""}"#)
        if let reasoning = scenario.reasoning {
            text += chunk(delta: #"{"reasoning_content":\#(quoted(reasoning))}"#)
        }
        return text
    }

    func content(_ piece: String) -> String {
        chunk(delta: request.isLegacy ? quoted(piece) : #"{"content":\#(quoted(piece))}"#)
    }

    /// Each tool call as providers send it: first its name, then its arguments in two halves.
    var toolCallChunks: [String] {
        scenario.toolCalls.enumerated().flatMap { index, call in
            let middle = call.arguments.index(call.arguments.startIndex, offsetBy: call.arguments.count / 2)
            let start = """
                {"tool_calls":[{"index":\(index),"id":"call_\(id)_\(index)","type":"function",\
                "function":{"name":\(quoted(call.name)),"arguments":""}}]}
                """
            let halves = [call.arguments[..<middle], call.arguments[middle...]].map { half in
                #"{"tool_calls":[{"index":\#(index),"function":{"arguments":\#(quoted(String(half)))}}]}"#
            }
            return ([start] + halves).map { chunk(delta: $0) }
        }
    }

    /// Finish reason, usage, `[DONE]`, as far as the scenario has them.
    func ending(text said: String, tokens: Int) -> String {
        var text = ""
        if let reason = scenario.finishReason {
            text += chunk(delta: request.isLegacy ? "\"\"" : "{}", finish: reason)
        }
        if let usage = usage(tokens: tokens, inStream: true) {
            let object = request.isLegacy ? "text_completion" : "chat.completion.chunk"
            text += event(envelope(object, #""choices":[],"usage":\#(usage)"#))
        }
        return scenario.sendsDone ? text + "data: [DONE]\n\n" : text
    }

    var errorEvent: String { event(#"{"error":\#(scenario.error)}"#) }

    var errorBody: String { #"{"error":\#(scenario.error)}"# }

    /// A whole answer.
    func plain(_ text: String, tokens: Int) -> String {
        let reason = scenario.finishReason.map(quoted) ?? "null"
        let usage = usage(tokens: tokens, inStream: false).map { #","usage":\#($0)"# } ?? ""
        if request.isLegacy {
            return envelope(
                "text_completion",
                #""choices":[{"index":0,"text":\#(quoted(text)),"logprobs":null,"finish_reason":\#(reason)}]\#(usage)"#)
        }
        var message = #""role":"assistant","content":\#(quoted(text)),"refusal":null"#
        if let reasoning = scenario.reasoning { message += #","reasoning_content":\#(quoted(reasoning))"# }
        if !scenario.toolCalls.isEmpty {
            let calls = scenario.toolCalls.enumerated().map { index, call in
                """
                {"id":"call_\(id)_\(index)","type":"function",\
                "function":{"name":\(quoted(call.name)),"arguments":\(quoted(call.arguments))}}
                """
            }
            message += #","tool_calls":[\#(calls.joined(separator: ","))]"#
        }
        return envelope(
            "chat.completion",
            #""choices":[{"index":0,"message":{\#(message)},"logprobs":null,"finish_reason":\#(reason)}]\#(usage)"#)
    }

    private func usage(tokens: Int, inStream: Bool) -> String? {
        switch scenario.usage {
        case .none: return nil
        case .given(let usage): return usage
        case .asked where inStream && !request.wantsUsage: return nil
        case .asked, .always:
            return """
                {"prompt_tokens":\(SimulatedUsage.promptTokens),"completion_tokens":\(tokens),\
                "total_tokens":\(SimulatedUsage.promptTokens + tokens)}
                """
        }
    }
}
