/// Recognises the sentences providers use for a prompt that does not fit their context.
enum ContextLengthPhrases {
    private static let phrases: [String] = [
        "context_length_exceeded",
        "exceed_context_size_error",
        "maximum context length is",
        "exceed context limit",
        "maximum context limit",
        "longer than the model's context length",
        "prompt is too long",
        "prompt: length",
        "input is too long",
        "too many input tokens",
        "too many tokens",
        "input tokens exceed",
        "exceeds the maximum number of tokens allowed",
        "exceeds the available context size",
        "`inputs` tokens + `max_new_tokens` must be",
        "maximum input length is",
    ]

    /// Both parts must be there.
    private static let pairs: [(String, String)] = [
        ("current length is", "while limit is"),
        ("input too long:", "limit is"),
        ("prompt tokens (", ") exceed model maximum ("),
    ]

    /// One field that is too long is not a prompt that is too long.
    private static let exclusions: [String] = ["string_above_max_length", "invalid 'user'"]

    /// - Parameter text: message, code and type of the error, in lower case.
    static func match(_ text: String) -> Bool {
        if exclusions.contains(where: text.contains) { return false }
        return phrases.contains(where: text.contains)
            || pairs.contains { text.contains($0.0) && text.contains($0.1) }
    }
}
