/// What a request brings with it, as far as its cost depends on it: the same for every candidate.
package struct RequestSize: Hashable, Sendable {
    /// UTF-8 bytes of everything the model reads as text: messages, tool definitions, schemas.
    package var textBytes = 0
    package var messages = 0
    package var hasTools = false
    package var images = 0
    package var files = 0
    package var audios = 0
    package var videos = 0
    /// Searches of the web that the request allows.
    package var searches = 0
    /// How many completions are asked for, the wire's `n`.
    package var choices = 1
    /// The wire's `max_tokens` or `max_completion_tokens`, per completion.
    package var maxTokens: Int?
    /// Whether nothing is completed, and each input has the context to itself: the whole may be longer than that.
    package var isRetrieval = false
    /// Times that the price of a request is due.
    package var requests = 1

    package init() {}
}
