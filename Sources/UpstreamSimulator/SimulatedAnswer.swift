/// A provider's dialect, from the provider's side: what a scenario's answer looks like in it.
///
/// A stream is `opening`, then the tool calls, then pieces of text, then `ending`.
protocol SimulatedAnswer {
    /// What comes before text and tool calls: the answer's head, its reasoning.
    var opening: String { get }
    /// Each tool call in the pieces that providers send it in.
    var toolCallChunks: [String] { get }
    func content(_ piece: String) -> String
    /// Finish reason, usage and the stream's own end, as far as the scenario has them.
    /// - Parameter said: the text that was sent.
    func ending(text said: String, tokens: Int) -> String
    /// An error inside a stream.
    var errorEvent: String { get }
    /// The body of an answer with an error status.
    var errorBody: String { get }
    /// A whole answer.
    func plain(_ text: String, tokens: Int) -> String
    /// What stands for the text above on the wire, where that is no text.
    func framed(_ text: String) -> [UInt8]
    /// Of streams.
    var streamType: String { get }
    /// What a whole answer has in its head beside, each field with its line end.
    var headFields: String { get }
}

extension SimulatedAnswer {
    func framed(_ text: String) -> [UInt8] { Array(text.utf8) }
    var streamType: String { "text/event-stream" }
    var headFields: String { "" }
}

/// Token counts that every dialect reports in its own words.
enum SimulatedUsage {
    static let promptTokens = 11
}

extension SimulatedRequest {
    /// The answer in the dialect that the request's path belongs to.
    func answer(_ scenario: Scenario, id: String) -> any SimulatedAnswer {
        if isRetrieval { return RetrievalAnswerText(request: self, scenario: scenario, id: id) }
        if path.hasSuffix("/messages") { return MessagesAnswerText(request: self, scenario: scenario, id: id) }
        if path.hasSuffix("/responses") { return ResponsesAnswerText(request: self, scenario: scenario, id: id) }
        if path.contains(":generateContent") || path.contains(":streamGenerateContent") {
            return GeminiAnswerText(request: self, scenario: scenario, id: id)
        }
        if path.hasSuffix("/converse") || path.hasSuffix("/converse-stream") {
            return ConverseAnswerText(request: self, scenario: scenario, id: id)
        }
        if path.hasSuffix("/v2/chat") { return CohereAnswerText(request: self, scenario: scenario, id: id) }
        return ChatAnswerText(request: self, scenario: scenario, id: id)
    }
}

extension Scenario {
    /// Arguments in two halves, as streams cut them.
    static func halves(_ arguments: String) -> [String] {
        let middle = arguments.index(arguments.startIndex, offsetBy: arguments.count / 2)
        return [String(arguments[..<middle]), String(arguments[middle...])]
    }

    /// The finish reason in other words than the chat dialect's; one that has no other word stays.
    func finish(_ words: [String: String]) -> String? { finishReason.map { words[$0] ?? $0 } }

    /// Usage as the scenario gives it, or as the dialect writes what was counted.
    func usage(_ counted: String) -> String? {
        switch usage {
        case .none: nil
        case .given(let usage): usage
        case .asked, .always: counted
        }
    }

    /// Whether text follows the tool calls.
    var hasText: Bool { toolCalls.isEmpty || chunks != nil }
}
