package import Catalog
package import Completions

/// What a request splice must know about the endpoint it is for; built once per endpoint and catalogue snapshot.
package struct UpstreamChatTarget: Sendable {
    /// Ways in which OpenAI-compatible hosts differ.
    package struct Traits: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// The host refuses `stream_options`, and reports usage unasked.
        package static let refusesStreamOptions = Traits(rawValue: 1)
        /// The host takes OpenRouter's own message fields: `reasoning_details`, `annotations`, `images`.
        package static let takesRouterMessages = Traits(rawValue: 2)
        /// The host takes a `reasoning` object as it is.
        package static let takesReasoningObject = Traits(rawValue: 4)
        /// The host wants earlier reasoning back, as `reasoning_content`.
        package static let wantsReasoningContent = Traits(rawValue: 8)
        /// The host takes `cache_control` markers.
        package static let takesCacheMarkers = Traits(rawValue: 16)
        /// The host has no `/completions`: a prompt becomes one user message.
        package static let isChatOnly = Traits(rawValue: 32)
        /// The host knows `max_tokens` and not `max_completion_tokens`.
        package static let knowsOnlyMaxTokens = Traits(rawValue: 64)
        /// The host takes `max_completion_tokens` from every model, and `max_tokens` only from some.
        package static let wantsCompletionTokens = Traits(rawValue: 256)
        /// The host is a router like this one and takes its fields.
        package static let takesRouterFields = Traits(rawValue: 512)
        /// The host ignores an object as `tool_choice`: it gets the word `required` instead.
        package static let ignoresToolChoiceObject = Traits(rawValue: 128)
        /// The host calls `seed` `random_seed`.
        package static let wantsRandomSeed = Traits(rawValue: 1024)
        /// The host takes no `tool_choice` that forces a call: it gets `auto`.
        package static let refusesForcedTools = Traits(rawValue: 2048)
        /// Models of the host may begin an answer with `<think>`: it is read for that.
        package static let thinksInline = Traits(rawValue: 4096)
        /// The endpoint takes `prompt_cache_breakpoint` markers.
        package static let takesCacheBreakpoints = Traits(rawValue: 8192)
    }

    /// The provider's own name of the model, as a JSON string with its quotes.
    package var modelJSON: [UInt8]
    /// The parameters the endpoint lists; nil where it lists none, which means that it takes all.
    package var parameters: RequestFieldSet?
    /// Fields that the host answers with an error.
    package var refused: RequestFieldSet
    /// Whose `provider.options` apply.
    package var providerSlug: String
    package var traits: Traits
    /// The service tier that the endpoint's price is of, as a JSON string with its quotes; nil for the usual one.
    package var serviceTier: StaticString?
    /// How the host is told to think.
    package var reasoning = ReasoningControl.effort
    /// The efforts of thinking that the model knows.
    package var efforts = KnownEfforts()
    /// What the host wants said differently inside of messages and tools.
    package var rewrites = RequestRewrites()

    package init(
        modelJSON: [UInt8], parameters: RequestFieldSet? = nil, refused: RequestFieldSet = [],
        providerSlug: String = "", traits: Traits = []
    ) {
        self.modelJSON = modelJSON
        self.parameters = parameters
        self.refused = refused
        self.providerSlug = providerSlug
        self.traits = traits
    }

    /// Whether the request can be expressed for this endpoint at all. Only one text prompt can become a message.
    package func canExpress(_ request: CompletionRequest) -> Bool {
        !wraps(request) || request.promptForm == .string
    }

    /// Fields that a request gets on its way although its caller did not send them.
    /// - Parameter wishes: what the model's name asks for.
    package func fieldsAdded(to request: CompletionRequest, _ wishes: AddedWishes) -> RequestFieldSet {
        var added = RequestFieldSet()
        if sendsStreamOptions(of: request) { added.insert(.streamOptions) }
        if request.unsaid(wishes).contains(.reasoning) { added.insert(.reasoning) }
        return added
    }

    func sendsStreamOptions(of request: CompletionRequest) -> Bool {
        request.isStream && !traits.contains(.refusesStreamOptions)
    }

    /// Whether a prompt has to become a message.
    package func wraps(_ request: CompletionRequest) -> Bool {
        request.kind == .text && traits.contains(.isChatOnly)
    }
}
