/// Answers in Gemini's dialect.
struct GeminiAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    private func event(_ json: String) -> String { "data: \(json)\r\n\r\n" }

    private func answer(_ parts: [String], rest: String = "", after: String = "") -> String {
        """
        {"candidates":[{"content":{"role":"model","parts":[\(parts.joined(separator: ","))]},"index":0\(rest)}],\
        "modelVersion":\(quoted(request.model)),"responseId":"\(id)"\(after)}
        """
    }

    private func thought(_ text: String) -> String { #"{"thought":true,"text":\#(quoted(text))}"# }

    private func call(_ position: Int) -> String {
        let call = scenario.toolCalls[position]
        let signature = position == 0 ? #","thoughtSignature":"c2ln""# : ""
        return """
            {"functionCall":{"id":"fc_\(id)_\(position)","name":\(quoted(call.name)),"args":\(call.arguments)}\(signature)}
            """
    }

    var opening: String { scenario.reasoning.map { event(answer([thought($0)])) } ?? "" }

    /// Whole, each in one event.
    var toolCallChunks: [String] { scenario.toolCalls.indices.map { event(answer([call($0)])) } }

    func content(_ piece: String) -> String { event(answer([#"{"text":\#(quoted(piece))}"#])) }

    private static let words = [
        "stop": "STOP", "length": "MAX_TOKENS", "tool_calls": "STOP", "content_filter": "SAFETY",
    ]

    private func usage(tokens: Int) -> String {
        let prompt = SimulatedUsage.promptTokens
        let counted = """
            {"promptTokenCount":\(prompt),"candidatesTokenCount":\(tokens),"totalTokenCount":\(prompt + tokens)}
            """
        return scenario.usage(counted).map { #","usageMetadata":\#($0)"# } ?? ""
    }

    private var finish: String {
        scenario.finish(Self.words).map { #","finishReason":\#(quoted($0))"# } ?? ""
    }

    func ending(text said: String, tokens: Int) -> String {
        if scenario.finishReason == nil, case .none = scenario.usage { return "" }
        return event(answer([#"{"text":""}"#], rest: finish, after: usage(tokens: tokens)))
    }

    var errorEvent: String { event(errorBody) }

    var errorBody: String { #"{"error":\#(scenario.error)}"# }

    func plain(_ text: String, tokens: Int) -> String {
        var parts = scenario.reasoning.map { [thought($0)] } ?? []
        parts += scenario.toolCalls.indices.map(call)
        if scenario.hasText, !text.isEmpty { parts.append(#"{"text":\#(quoted(text))}"#) }
        return answer(parts, rest: finish, after: usage(tokens: tokens))
    }
}
