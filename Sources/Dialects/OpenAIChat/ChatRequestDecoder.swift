package import Completions
package import JSONText

/// Reads a chat or text completion request: everything the router acts on, checked, in one pass over its members.
///
/// What it does not know stays in the body. The first fault ends the reading with a 400 that names the field.
package struct ChatRequestDecoder {
    /// The route a request came in by.
    package enum Surface: Sendable {
        /// `/chat/completions`
        case chat
        /// `/completions`
        case completions
        /// `/route/explain`: either of them, and without messages too.
        case explanation
    }

    var request = CompletionRequest(kind: .chat)
    /// `logprobs` is a boolean for chat and a count for text; which it is shows only at the end.
    var logprobs: JSONValue?
    var bestOf = 1
    var prompts = 1
    /// `reasoning.effort` as against the shorthand `reasoning_effort`.
    var effortShorthand: ReasoningPreferences.Effort?
    /// `plugins` says it better than the older `transforms`.
    var hasCompressionPlugin = false
    /// Keys in `provider.options`, to be compared with the top level at the end.
    var optionKeys: [OptionKey] = []

    /// Decodes a request body.
    ///
    /// - Throws: a 400 with `param` for the first field that is missing, of a wrong type, out of range or repeated.
    package static func decode(
        _ root: JSONValue, surface: Surface
    ) throws(APIError) -> CompletionRequest {
        try root.requireRequest()
        var decoder = ChatRequestDecoder()
        decoder.request.layout.members.reserveCapacity(root.count)
        for member in root.members {
            let field = RequestField(member.name)
            decoder.request.layout.members.append(
                RequestLayout.Member(field: field, range: member.range, value: member.value.range))
            if let field, !member.value.isNull {
                decoder.request.fields.insert(field)
                try decoder.read(field, member.value)
            }
        }
        try decoder.finish(surface)
        decoder.finishOptions(root)
        return decoder.request
    }

    private mutating func read(_ field: RequestField, _ value: JSONValue) throws(APIError) {
        switch field {
        case .messages: try readMessages(value)
        case .prompt: try readPrompt(value)
        case .model: request.model = try value.requireString("model")
        case .models: request.models = try value.requireStrings(atMost: DialectLimits.fallbackModels, "models")
        case .preset: request.preset = try value.requireString("preset")
        case .provider: try readProvider(value)
        case .plugins: try readPlugins(value)
        case .transforms: try readTransforms(value)
        case .stream: request.isStream = try value.requireBool("stream")
        case .streamOptions: try readStreamOptions(value)
        case .usage: try readUsage(value)
        case .reasoning: try readReasoning(value)
        case .reasoningEffort:
            effortShorthand = try value.requireWord(ReasoningPreferences.Effort.self, "reasoning_effort")
        case .includeReasoning:
            if try !value.requireBool("include_reasoning") { request.reasoning.isExcluded = true }
        case .tools: try readTools(value)
        case .toolChoice: try readToolChoice(value)
        case .responseFormat: try readResponseFormat(value)
        case .modalities: try readModalities(value)
        case .metadata: try readMetadata(value)
        case .trace: try readTrace(value)
        case .user: request.user = try value.requireString(atMost: DialectLimits.userCharacters, "user")
        case .sessionID:
            request.sessionID = try value.requireString(atMost: DialectLimits.sessionIDCharacters, "session_id")
        case .serviceTier: request.serviceTier = try value.requireString("service_tier")
        default: try readParameter(field, value)
        }
    }

    /// What can only be judged once every field is known.
    private mutating func finish(_ surface: Surface) throws(APIError) {
        let hasMessages = request.fields.contains(.messages)
        let hasPrompt = request.fields.contains(.prompt)
        switch (hasMessages, hasPrompt) {
        case (true, false): request.kind = .chat
        case (false, true): request.kind = .text
        case (true, true):
            throw .invalid("prompt", "'messages' and 'prompt' exclude each other; send one of them.")
        case (false, false):
            if surface == .explanation { break }
            let wanted = surface == .chat ? "messages" : "prompt"
            throw .invalid(wanted, "'\(wanted)' is missing; send \(surface.promptDescription).")
        }
        if let logprobs {
            if request.kind == .chat {
                _ = try logprobs.requireBool("logprobs")
            } else {
                _ = try logprobs.requireInteger(DialectLimits.legacyLogprobs, "logprobs")
            }
        }
        request.choiceCount = max(request.choiceCount, bestOf) * prompts
        try finishReasoning()
    }
}

extension ChatRequestDecoder.Surface {
    fileprivate var promptDescription: String {
        switch self {
        case .chat: "an array of messages such as [{\"role\": \"user\", \"content\": \"Hello\"}]"
        case .completions, .explanation: "the text to complete"
        }
    }
}
