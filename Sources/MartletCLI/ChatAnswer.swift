/// What a streamed answer told about itself.
struct ChatAnswer: Equatable {
    var provider: String?
    var model: String?
    var finishReason: String?
    var completionTokens: Int?
    /// US dollars as the server wrote them.
    var cost: String?
    /// The sentence of an error inside the stream.
    var error: String?
    /// The stream ended as it should: with `[DONE]`, or with an error chunk.
    var isComplete = false

    /// `Local · smollm2 · 58.3 tokens/s · $0.0000123`.
    ///
    /// - Parameters:
    ///   - contentMs: from the first content to the end.
    ///   - totalMs: from the request to the end.
    func summary(contentMs: UInt64, totalMs: UInt64) -> String {
        var parts = [provider, model].compactMap(\.self).map(TerminalText.line)
        if let tokens = completionTokens {
            parts.append("\(tokens) tokens")
            // One piece has no duration of its own: then the whole request counts.
            let milliseconds = contentMs > 0 ? contentMs : totalMs
            if tokens > 0, milliseconds > 0 {
                let tenths = (tokens * 10_000 + Int(milliseconds) / 2) / Int(milliseconds)
                parts.append("\(tenths / 10).\(tenths % 10) tokens/s")
            }
        }
        if let cost { parts.append("$" + TerminalText.line(PlainDecimal.normalized(cost) ?? cost)) }
        if let finishReason, finishReason != "stop" { parts.append("finish: \(TerminalText.line(finishReason))") }
        return parts.joined(separator: " · ")
    }
}
