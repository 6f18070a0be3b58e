/// The dialect a caller speaks, which is the route that a request came in by.
package enum CallerDialect: UInt8, Sendable, CaseIterable {
    /// `/chat/completions`
    case chat
    /// `/completions`
    case completions
    /// `/messages`, in Anthropic's words.
    case messages
    /// `/responses`
    case responses

    /// Whether requests are decoded, and answers spliced, in the words of the chat dialect.
    package var isChat: Bool { self == .chat || self == .completions }
}
