package import Completions
package import JSONText

/// Reads a chat request that `ChatRequestDecoder` has checked into the form that every dialect is written from.
///
/// Nothing is lost: what has no meaning shared by the dialects is in `others`, of the request, a message or a tool.
/// Source: openrouter spec 3.1, 3.2; wire spec 2.1.
package struct ChatRequestReader {
    var request = CanonicalRequest()
    /// Calls of the legacy dialect have no ids; results name the function. The id that each got, latest last.
    var legacyCalls: [(name: String, id: String)] = []
    private var toolChoice: JSONValue?
    private var functions: JSONValue?
    private var functionCall: JSONValue?

    /// - Throws: a 400 with `param` for a `prompt` that cannot be a message: tokens, or several texts.
    package static func read(_ root: JSONValue) throws(APIError) -> CanonicalRequest {
        var reader = ChatRequestReader()
        for member in root.members {
            guard let field = RequestField(member.name) else {
                reader.keep(member.key.string, member.value)
                continue
            }
            if !member.value.isNull { try reader.read(field, member.value) }
        }
        reader.readFunctions()
        return reader.request
    }

    private mutating func keep(_ name: String, _ value: JSONValue) {
        request.others.append(NamedJSON(name, RawJSON(value.rawText)))
    }

    private mutating func read(_ field: RequestField, _ value: JSONValue) throws(APIError) {
        switch field {
        case .messages: readMessages(value)
        case .prompt: try readPrompt(value)
        case .model: request.model = value.string
        case .stream: request.isStream = value.bool ?? false
        // The newer spelling wins where both are sent.
        case .maxTokens: if request.maxTokens == nil { request.maxTokens = value.int }
        case .maxCompletionTokens: request.maxTokens = value.int
        case .stop: request.stop = value.string.map { [$0] } ?? value.elements.compactMap(\.string)
        case .tools: for tool in value.elements { readTool(tool) }
        case .toolChoice: toolChoice = value
        case .parallelToolCalls: request.allowsParallelToolCalls = value.bool
        case .functions: functions = value
        case .functionCall: functionCall = value
        case .responseFormat: readResponseFormat(value)
        case .reasoning: readReasoning(value)
        case .reasoningEffort: request.reasoning.effort = value.effort
        case .includeReasoning: if value.bool == false { request.reasoning.isExcluded = true }
        case .verbosity: request.verbosity = value.string
        case .modalities: readModalities(value)
        case .cacheControl: request.cache = CacheMarker(chat: value)
        case .promptCacheKey: request.promptCacheKey = value.string
        case .user: request.user = value.string
        case .metadata: readMetadata(value)
        case .serviceTier: request.serviceTier = value.string
        case .count: request.choiceCount = value.int ?? 1
        case .logprobs:
            // The legacy dialect says in the same member how many others it wants beside each token: it may be none.
            request.wantsLogprobs = value.bool ?? value.int.map { _ in true }
            if let count = value.int { request.topLogprobs = count }
        case .topLogprobs: request.topLogprobs = value.int
        case .prediction: request.predictedOutput = RawJSON(value.rawText)
        case .audio: request.audioOptions = RawJSON(value.rawText)
        case .imageConfig: request.imageOptions = RawJSON(value.rawText)
        case .webSearchOptions: request.webSearchOptions = RawJSON(value.rawText)
        case .temperature, .topP, .topK, .minP, .topA, .frequencyPenalty, .presencePenalty, .repetitionPenalty, .seed,
            .logitBias:
            readSampling(field, value)
        case .models, .route, .preset, .provider, .plugins, .transforms, .streamOptions, .usage, .structuredOutputs,
            .deferredTools, .stopServerToolsWhen, .maxToolCalls, .speed, .promptCacheOptions, .sessionID, .trace,
            .xSearchFilter, .debug, .bestOf, .echo, .suffix, .store:
            keep("\(field.wireName)", value)
        }
    }

    private mutating func readSampling(_ field: RequestField, _ value: JSONValue) {
        switch field {
        case .temperature: request.sampling.temperature = value.double
        case .topP: request.sampling.topP = value.double
        case .topK: request.sampling.topK = value.int
        case .minP: request.sampling.minP = value.double
        case .topA: request.sampling.topA = value.double
        case .frequencyPenalty: request.sampling.frequencyPenalty = value.double
        case .presencePenalty: request.sampling.presencePenalty = value.double
        case .repetitionPenalty: request.sampling.repetitionPenalty = value.double
        case .seed: request.sampling.seed = value.integer
        default: request.sampling.logitBias = RawJSON(value.rawText)
        }
    }

    /// A prompt is one message of the user's.
    private mutating func readPrompt(_ value: JSONValue) throws(APIError) {
        guard let text = value.string ?? (value.count == 1 ? value[0]?.string : nil) else {
            throw .invalid(
                "prompt",
                "'prompt' must be one text here: the model's provider takes messages, which neither tokens nor several "
                    + "prompts can become.")
        }
        request.messages.append(Message(.user, [.text(TextItem(text))]))
    }

    private mutating func readReasoning(_ value: JSONValue) {
        for member in value.members {
            switch member.name {
            case "effort": if let effort = member.value.effort { request.reasoning.effort = effort }
            case "max_tokens": request.reasoning.maxTokens = member.value.int
            case "exclude": if member.value.bool == true { request.reasoning.isExcluded = true }
            case "enabled": request.reasoning.isEnabled = member.value.bool
            case "summary": request.reasoningSummary = member.value.string
            case "context": request.reasoningContext = member.value.string
            case "mode": request.reasoningMode = member.value.string
            default: break
            }
        }
    }

    private mutating func readModalities(_ value: JSONValue) {
        var modalities: CompletionRequest.Modalities = []
        for word in value.elements {
            if word.equals("text") { modalities.insert(.text) }
            if word.equals("image") { modalities.insert(.image) }
            if word.equals("audio") { modalities.insert(.audio) }
        }
        if !modalities.isEmpty { request.outputModalities = modalities }
    }

    private mutating func readMetadata(_ value: JSONValue) {
        for member in value.members {
            if let text = member.value.string { request.metadata.append(StringPair(member.key.string, text)) }
        }
    }

    /// `functions` and `function_call` are what `tools` and `tool_choice` were once called; the newer names win.
    private mutating func readFunctions() {
        if let functions, request.tools.isEmpty {
            for function in functions.elements { if let tool = Tool(chat: function) { request.tools.append(tool) } }
        }
        if let toolChoice { readToolChoice(toolChoice) }
        guard let functionCall, request.toolChoice == nil else { return }
        if let name = functionCall["name"]?.string {
            request.toolChoice = .named(name)
        } else {
            request.toolChoice = ToolChoice(word: functionCall)
        }
    }
}

extension JSONValue {
    var int: Int? { integer.flatMap { Int(exactly: $0) } }

    fileprivate var effort: ReasoningPreferences.Effort? { string.flatMap(ReasoningPreferences.Effort.init) }
}
