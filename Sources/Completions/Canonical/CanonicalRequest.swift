/// What a caller asks of a model, in no dialect: every dialect is read into this and written from it, and none into
/// another.
///
/// It holds what the dialects share, by meaning. What only one of them knows is in `others`, as written. A request of
/// the chat dialect for a provider that speaks it never becomes one: its bytes are spliced. Every other request does,
/// those among them whose caller and provider both speak Messages or both Responses.
/// Source: wire spec 1, 3.
package struct CanonicalRequest: Sendable, Equatable {
    /// `model` as the caller sent it.
    package var model: String?
    package var messages: [Message] = []
    package var tools: [Tool] = []
    package var toolChoice: ToolChoice?
    /// Whether several tools may be called in one turn; nil leaves it to the provider.
    package var allowsParallelToolCalls: Bool?
    package var isStream = false
    /// The limit on output tokens, thinking included.
    package var maxTokens: Int?
    package var sampling = SamplingParameters()
    package var stop: [String] = []
    package var outputFormat: OutputFormat?
    package var reasoning = ReasoningPreferences()
    /// `auto`, `concise`, `detailed`: the summary of its thinking that the caller wants.
    package var reasoningSummary: String?
    /// `auto`, `all_turns`, `current_turn`: whose earlier thinking the model sees.
    package var reasoningContext: String?
    /// `standard`, `pro`.
    package var reasoningMode: String?
    /// `low`, `medium`, `high`, …
    package var verbosity: String?
    package var outputModalities: CompletionRequest.Modalities = .text
    /// Marks the last cacheable block, wherever that is.
    package var cache: CacheMarker?
    package var promptCacheKey: String?
    /// The caller's own user, as sent.
    package var user: String?
    package var metadata: [StringPair] = []
    package var serviceTier: String?
    /// How many answers; 1 when omitted.
    package var choiceCount = 1
    package var wantsLogprobs: Bool?
    package var topLogprobs: Int?
    package var predictedOutput: RawJSON?
    package var audioOptions: RawJSON?
    package var imageOptions: RawJSON?
    package var webSearchOptions: RawJSON?
    /// Top-level members that are the router's own (`provider`, `plugins`, `models`, `trace`, `session_id`, …) or
    /// unknown, in the order sent. Members that have a meaning above are never here.
    package var others: [NamedJSON] = []

    package init() {}
}

/// How the next token is drawn; nil is left to the provider.
package struct SamplingParameters: Sendable, Equatable {
    package var temperature: Double?
    package var topP: Double?
    package var topK: Int?
    package var minP: Double?
    package var topA: Double?
    package var frequencyPenalty: Double?
    package var presencePenalty: Double?
    package var repetitionPenalty: Double?
    package var seed: Int64?
    /// An object of token ids to biases.
    package var logitBias: RawJSON?

    package init() {}
}

package struct StringPair: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

package struct NamedJSON: Sendable, Equatable {
    package var name: String
    package var json: RawJSON

    package init(_ name: String, _ json: RawJSON) {
        self.name = name
        self.json = json
    }
}

/// A tool the model may call.
package struct Tool: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case function
        /// Freeform input; the format as written, where one was given.
        case custom(format: RawJSON?)
        /// Run by the provider, in the words of the dialect it came in.
        case native(NativeItem)
    }

    package var kind: Kind
    package var name: String
    package var description: String?
    /// The JSON Schema of the arguments; nil for none.
    package var parameters: RawJSON?
    package var isStrict: Bool?
    package var cache: CacheMarker?
    /// Members that only its dialect knows, as an object in that dialect's words: for a provider of the same one.
    package var extras: NativeItem?

    package init(
        _ kind: Kind = .function, name: String, description: String? = nil, parameters: RawJSON? = nil,
        isStrict: Bool? = nil, cache: CacheMarker? = nil, extras: NativeItem? = nil
    ) {
        self.kind = kind
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
        self.cache = cache
        self.extras = extras
    }
}

package enum ToolChoice: Sendable, Equatable {
    case auto, none, required
    case named(String)
    /// One of these, or, where `isRequired` is false, none.
    case among([String], isRequired: Bool)
}

package enum OutputFormat: Sendable, Equatable {
    case text
    case jsonObject
    case jsonSchema(JSONSchemaFormat)
    /// A format that one dialect alone knows (`grammar`, `python`): the member as written.
    case native(RawJSON)
}

package struct JSONSchemaFormat: Sendable, Equatable {
    package var name: String
    package var description: String?
    package var schema: RawJSON?
    package var isStrict: Bool?

    package init(name: String, description: String? = nil, schema: RawJSON? = nil, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isStrict = isStrict
    }
}
