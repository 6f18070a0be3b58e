package import Completions

/// How a host differs from the dialect it claims to speak; found once, when the catalogue loads.
///
/// What a shipped provider's host is like stands as data in the catalogue; here is what follows from an address alone.
/// docs/quirks.md has a row for each.
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
    /// The host takes `prompt_cache_breakpoint` markers for models whose cache is written at a price.
    package var takesCacheBreakpoints = false
    /// The host has no `/completions`.
    package var isChatOnly = false
    /// A stream of this host may end properly without any finish reason.
    package var mayOmitFinishReason = false
    /// The host reads no URLs of images: they are fetched here.
    package var wantsImagesInlined = false
    /// The host reads no URLs of files: they are fetched here.
    package var wantsFilesInlined = false

    /// The host knows messages of the role `developer`; elsewhere they are the system's.
    package var takesDeveloper = false
    /// The host knows freeform tools (`type: custom`); elsewhere they are functions with one string.
    package var takesCustomTools = false
    /// Ids of calls are nine letters and digits there.
    package var hasShortCallIDs = false
    /// The host takes one system message, as the first of all.
    package var wantsOneSystemMessage = false
    /// The host refuses `strict`, or reads it as something else.
    package var refusesStrict = false
    /// The host calls `seed` `random_seed`.
    package var wantsRandomSeed = false
    /// The host takes no `tool_choice` that forces a call.
    package var refusesForcedTools = false
    /// The host wants `reasoning_content` in every message of the assistant of a conversation with tools.
    package var wantsReasoningPlaceholder = false
    /// The cost that the host reports is its bill, and is what is charged.
    package var reportsCost = false
    /// Models of the host may begin an answer with `<think>`, which is reasoning.
    package var thinksInline = false

    /// How the host is told to think.
    package var reasoning = ReasoningControl.effort
    /// What marks the beginning of an answer; nil where a last message of the assistant is one as it is.
    package var prefill: PrefillMark?
    /// The version of Anthropic's API that is asked for, where the host speaks that.
    package var anthropicVersion = AnthropicVersion.of2023
    /// How many messages the host takes at most; nil for any number.
    package var messagesMax: Int?

    package init() {}

    /// A quirk that is there or not, by the name it has in files.
    package typealias Flag = (name: String, path: any WritableKeyPath<HostQuirks, Bool> & Sendable)

    package static let flags: [Flag] = [
        ("refuses_stream_options", \.refusesStreamOptions),
        ("only_max_tokens", \.knowsOnlyMaxTokens),
        ("wants_max_completion_tokens", \.wantsCompletionTokens),
        ("takes_router_fields", \.takesRouterFields),
        ("takes_router_messages", \.takesRouterMessages),
        ("takes_reasoning_object", \.takesReasoningObject),
        ("takes_cache_control", \.takesCacheMarkers),
        ("takes_cache_breakpoints", \.takesCacheBreakpoints),
        ("ignores_tool_choice_object", \.ignoresToolChoiceObject),
        ("wants_reasoning_content", \.wantsReasoningContent),
        ("chat_only", \.isChatOnly),
        ("may_omit_finish_reason", \.mayOmitFinishReason),
        ("inline_images", \.wantsImagesInlined),
        ("inline_files", \.wantsFilesInlined),
        ("takes_developer", \.takesDeveloper),
        ("takes_custom_tools", \.takesCustomTools),
        ("short_call_ids", \.hasShortCallIDs),
        ("one_system_message", \.wantsOneSystemMessage),
        ("refuses_strict", \.refusesStrict),
        ("random_seed", \.wantsRandomSeed),
        ("refuses_forced_tools", \.refusesForcedTools),
        ("reasoning_placeholder", \.wantsReasoningPlaceholder),
        ("inline_thinking", \.thinksInline),
        ("reports_cost", \.reportsCost),
    ]

    /// What an address or a slug alone tells, where no shipped provider is at that address.
    /// - Parameter slug: the provider's; `local` is the llama.cpp server that ships with the router.
    package static func known(host: String, slug: String) -> HostQuirks {
        var quirks = HostQuirks()
        switch host {
        // Each resource has a host of its own.
        case _ where host.hasSuffix(".openai.azure.com"):
            quirks.wantsCompletionTokens = true
            quirks.takesDeveloper = true
            quirks.takesCustomTools = true
            quirks.takesCacheBreakpoints = true
        // Where the shipped provider of that name is asked in its own dialect.
        case "api.cohere.ai":
            quirks.refusesStreamOptions = true
            quirks.isChatOnly = true
        // By the slug, since it may be reached through a proxy.
        case _ where slug == "openrouter":
            quirks.takesRouterFields = true
            quirks.takesRouterMessages = true
            quirks.takesReasoningObject = true
            quirks.takesCacheMarkers = true
            quirks.takesDeveloper = true
        case _ where isLocal(host):
            quirks.ignoresToolChoiceObject = slug == "local"
            quirks.mayOmitFinishReason = true
        default:
            break
        }
        if slug == "ollama" || host == "ollama.com" {
            quirks.wantsImagesInlined = true
            quirks.wantsFilesInlined = true
            quirks.refusesStrict = true
        }
        return quirks
    }

    private static func isLocal(_ host: String) -> Bool {
        host == "localhost" || host.hasPrefix("127.") || host == "::1" || host.hasSuffix(".local")
            || host == "host.docker.internal"
    }
}
