package import Completions

/// How a host differs from the dialect it claims to speak; found by its address once, when the catalogue loads.
package struct HostQuirks: Sendable, Equatable {
    /// Request fields the host answers with an error: they are left out, whatever the endpoint lists.
    package var refusedFields: RequestFieldSet = []
    /// False where the host rejects or ignores `stream_options`, and reports usage on its own.
    package var takesStreamOptions = true
    /// False where only `max_tokens` is known.
    package var takesMaxCompletionTokens = true
    /// False where an object as `tool_choice` is ignored: the forced function's name is then sent as `required`.
    package var takesToolChoiceObject = true
    /// False where a message may hold only what the dialect's first version had: reasoning echoes are cut.
    package var takesReasoningEcho = false
    /// True where a stream may end properly without any finish reason.
    package var mayOmitFinishReason = false

    package init() {}

    /// The known quirks of an OpenAI-compatible host.
    package static func known(host: String) -> HostQuirks {
        var quirks = HostQuirks()
        if isLocal(host) {
            quirks.mayOmitFinishReason = true
            return quirks
        }
        if host == "api.groq.com" {
            quirks.refusedFields = RequestFieldSet(
                .logitBias, .logprobs, .topLogprobs, .frequencyPenalty, .presencePenalty, .metadata, .store)
        } else if host == "api.mistral.ai" {
            quirks.takesStreamOptions = false
            quirks.takesMaxCompletionTokens = false
        } else if host == "api.perplexity.ai" || host == "api.cohere.ai" {
            quirks.takesStreamOptions = false
        } else if host == "api.deepseek.com" {
            quirks.takesMaxCompletionTokens = false
            quirks.takesReasoningEcho = true
        } else if host == "openrouter.ai" {
            quirks.takesReasoningEcho = true
        }
        return quirks
    }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host.hasPrefix("127.") || host == "::1" || host.hasSuffix(".local")
            || host == "host.docker.internal"
    }
}
