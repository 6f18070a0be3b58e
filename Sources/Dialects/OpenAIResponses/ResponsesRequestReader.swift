package import Completions
package import JSONText

/// Reads a request of `/responses`.
///
/// The dialect is stateless here: what refers to a stored response, conversation or prompt is a 400 that says how to
/// send the whole input instead. `background` is accepted and has no effect: the answer is whole when it comes.
/// Source: wire spec 2.3, openrouter spec 17.2.
package struct ResponsesRequestReader {
    /// The format of reasoning that says none: what OpenAI itself writes.
    static let reasoningFormat = "openai-responses-v1"
    /// The dialect's name in a `NativeItem`.
    static let dialect = "openai-responses"

    var request = CanonicalRequest()
    /// What `input` says.
    var messages: [Message] = []
    /// What the last message holds, where it is the model's.
    var turn = Turn()
    private var instructions: String?
    private var hasInput = false
    private var safetyIdentifier: String?
    /// The type of tool that `tool_choice` names.
    var chosenType: String?

    /// Counts of one turn of the model's, kept because its items may be many.
    struct Turn {
        /// Code points of all its texts.
        var textLength = 0
        var reasoningPieces = 0
    }

    /// Reads a request body.
    ///
    /// - Throws: a 400 with `param` for the first field that is missing, of a wrong type, out of range or repeated.
    package static func read(_ root: JSONValue) throws(APIError) -> CanonicalRequest {
        try root.requireRequest()
        var reader = ResponsesRequestReader()
        for member in root.members where !member.value.isNull { try reader.read(member) }
        return try reader.finish()
    }

    private mutating func read(_ member: JSONMember) throws(APIError) {
        let value = member.value
        switch member.name {
        case "model": request.model = try value.requireString("model")
        case "input":
            hasInput = true
            try readInput(value)
        case "instructions": instructions = try value.requireString("instructions")
        case "stream": request.isStream = try value.requireBool("stream")
        case "max_output_tokens":
            request.maxTokens = try value.requireInteger(DialectLimits.outputTokens, "max_output_tokens")
        case "tools": try readTools(value)
        case "tool_choice": request.toolChoice = try readToolChoice(value)
        case "parallel_tool_calls":
            request.allowsParallelToolCalls = try value.requireBool("parallel_tool_calls")
        case "text": try readText(value)
        case "reasoning": try request.readReasoning(value)
        case "include": try readInclude(value)
        case "metadata": try readMetadata(value)
        case "user": request.user = try value.requireString(atMost: DialectLimits.userCharacters, "user")
        case "safety_identifier":
            safetyIdentifier = try value.requireString(atMost: DialectLimits.userCharacters, "safety_identifier")
        case "service_tier": request.serviceTier = try value.requireString("service_tier")
        case "prompt_cache_key": request.promptCacheKey = try value.requireString("prompt_cache_key")
        case "cache_control":
            try value.requireObject("cache_control")
            request.cache = CacheMarker(ttl: value["ttl"]?.string)
        case "modalities": try readModalities(value)
        case "image_config":
            try value.requireObject("image_config")
            request.imageOptions = RawJSON(value.rawText)
        case "messages":
            throw .invalid("messages", "'messages' belongs to /chat/completions; send 'input' here.")
        default: try readOther(member)
        }
    }

    private mutating func readOther(_ member: JSONMember) throws(APIError) {
        if try readSampling(member) { return }
        try Self.rejectStored(member)
        switch member.name {
        case "background", "store": _ = try member.value.requireBool(member.key.string)
        // Chunks are not padded here.
        case "stream_options": try member.value.requireObject("stream_options")
        default: request.others.append(NamedJSON(member.key.string, RawJSON(member.value.rawText)))
        }
    }

    /// Puts together what only all members together tell.
    private consuming func finish() throws(APIError) -> CanonicalRequest {
        guard hasInput else {
            throw .invalid(
                "input",
                "'input' is missing; send a string, or an array of items such as "
                    + "{\"role\": \"user\", \"content\": \"Hello\"}.")
        }
        try settleToolChoice()
        request.messages = messages
        if let instructions { request.messages.insert(Message(.system, [.text(TextItem(instructions))]), at: 0) }
        if request.user == nil {
            request.user = safetyIdentifier
        } else if let safetyIdentifier {
            request.others.append(NamedJSON("safety_identifier", .string(safetyIdentifier)))
        }
        if request.topLogprobs ?? 0 > 0 { request.wantsLogprobs = true }
        return request
    }
}

extension RawJSON {
    /// A text as a JSON string.
    static func string(_ text: String) -> RawJSON {
        RawJSON(.json { $0.string(text) })
    }
}
