package import Completions

/// How a host differs from the dialect it claims to speak; found by its address once, when the catalogue loads.
package struct HostQuirks: Sendable, Equatable {
    /// Request fields the host answers with an error: they are left out, whatever the endpoint lists.
    package var refusedFields: RequestFieldSet = []
    /// The host rejects `stream_options`, and reports usage unasked.
    package var refusesStreamOptions = false
    /// The host knows `max_tokens` and not `max_completion_tokens`.
    package var knowsOnlyMaxTokens = false
    /// The host takes `max_completion_tokens` from every model, and `max_tokens` only from some.
    package var wantsCompletionTokens = false
    /// The host is a router like this one and takes `provider`, `plugins`, `transforms` and `cache_control`.
    package var takesRouterFields = false
    /// The host ignores an object as `tool_choice`.
    package var ignoresToolChoiceObject = false
    /// The host takes the router's own message fields: `reasoning_details`, `annotations`, `images`.
    package var takesRouterMessages = false
    /// The host takes a `reasoning` object as it is.
    package var takesReasoningObject = false
    /// The host wants earlier reasoning back, as `reasoning_content`.
    package var wantsReasoningContent = false
    /// The host takes `cache_control` markers.
    package var takesCacheMarkers = false
    /// The host has no `/completions`.
    package var isChatOnly = false
    /// A stream of this host may end properly without any finish reason.
    package var mayOmitFinishReason = false
    /// The host reads no URLs of images: they are fetched here.
    package var wantsImagesInlined = false
    /// The host reads no URLs of files: they are fetched here.
    package var wantsFilesInlined = false

    /// How many messages the host takes at most; nil for any number.
    package var messagesMax: Int?

    package init() {}

    /// The known quirks of an OpenAI-compatible host; none for one that is not known.
    /// - Parameter slug: the provider's; `local` is the llama.cpp server that ships with the router.
    package static func known(host: String, slug: String) -> HostQuirks {
        var quirks = HostQuirks()
        switch host {
        case "api.openai.com":
            quirks.wantsCompletionTokens = true
            quirks.wantsFilesInlined = true
        case _ where host.hasSuffix(".openai.azure.com"):
            quirks.wantsCompletionTokens = true
        case "api.anthropic.com":
            quirks.messagesMax = 1000
        case "api.groq.com":
            quirks.isChatOnly = true
            quirks.refusedFields = RequestFieldSet(
                .logitBias, .logprobs, .topLogprobs, .frequencyPenalty, .presencePenalty, .metadata, .store)
        case "api.mistral.ai":
            quirks.refusesStreamOptions = true
            quirks.knowsOnlyMaxTokens = true
            quirks.isChatOnly = true
        case "api.perplexity.ai", "api.cohere.ai", "api.cohere.com":
            quirks.refusesStreamOptions = true
            quirks.isChatOnly = true
        case "api.deepseek.com":
            quirks.knowsOnlyMaxTokens = true
            quirks.wantsReasoningContent = true
        // The slug too: it may be reached through a proxy.
        case _ where host == "openrouter.ai" || slug == "openrouter":
            quirks.takesRouterFields = true
            quirks.takesRouterMessages = true
            quirks.takesReasoningObject = true
            quirks.takesCacheMarkers = true
        case _ where isLocal(host):
            quirks.ignoresToolChoiceObject = slug == "local"
            quirks.mayOmitFinishReason = true
        default:
            break
        }
        if slug == "ollama" || host == "ollama.com" {
            quirks.wantsImagesInlined = true
            quirks.wantsFilesInlined = true
        }
        return quirks
    }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host.hasPrefix("127.") || host == "::1" || host.hasSuffix(".local")
            || host == "host.docker.internal"
    }
}
