package import Accounting
package import Buffers
package import Catalog
package import Completions
package import JSONText

/// Which code speaks which dialect: the one place that knows them all.
package enum DialectTable {
    /// Reads the request of a caller who does not speak the chat dialect.
    ///
    /// - Throws: a 400 with `param` for the first field that is wrong.
    package static func readRequest(_ root: JSONValue, of caller: CallerDialect) throws(APIError) -> CanonicalRequest {
        switch caller {
        case .messages: try AnthropicRequestReader.read(root)
        case .responses: try ResponsesRequestReader.read(root)
        case .chat, .completions: try ChatRequestReader.read(root)
        }
    }

    /// Writes a request for a provider that does not speak the chat dialect.
    ///
    /// - Throws: a 400 with `param` for what the provider's dialect cannot say and must not be left out.
    package static func writeRequest(
        _ request: CanonicalRequest, in dialect: ProviderDialect, for target: TranslationTarget,
        into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        try request.checkParts(for: dialect)
        try request.checkToolChoice()
        var request = request
        if request.maxTokens == 0, dialect != .anthropic, dialect != .vertexAnthropic {
            // Anthropic takes it to fill its cache; the least that others can be asked for is one.
            request.maxTokens = 1
        }
        return switch dialect {
        case .anthropic, .vertexAnthropic: try AnthropicRequestWriter.write(request, for: target, into: &out)
        case .openAIResponses: try ResponsesRequestWriter.write(request, for: target, into: &out)
        case .gemini, .vertex: try GeminiRequestWriter.write(request, for: target, into: &out)
        case .bedrock: try BedrockRequestWriter.write(request, for: target, into: &out)
        case .cohere: try CohereRequestWriter.write(request, for: target, into: &out)
        case .openAI, .azure: try ChatRequestWriter.write(request, for: target, into: &out)
        }
    }

    /// What reads a provider's answers.
    package static func reader(of dialect: ProviderDialect, _ translation: Translation) -> any AnswerReading {
        switch dialect {
        case .anthropic, .vertexAnthropic: AnthropicEventReader(translation: translation)
        case .openAIResponses: ResponsesEventReader(translation: translation)
        case .gemini, .vertex: GeminiEventReader(translation: translation)
        case .bedrock: BedrockEventReader(translation: translation)
        case .cohere: CohereEventReader(translation: translation)
        case .openAI, .azure: ChatEventReader(translation: translation)
        }
    }

    /// Appends the body of an error answer.
    package static func writeError(
        _ error: APIError, in caller: CallerDialect, generation: String?, into out: inout ByteBuffer
    ) {
        switch caller {
        case .chat, .completions: ErrorEnvelope.write(error, generation: generation, into: &out)
        case .messages: AnthropicErrorEnvelope.write(error, generation: generation, into: &out)
        case .responses: ResponsesErrorEnvelope.write(error, generation: generation, into: &out)
        }
    }

    /// Appends a whole answer.
    ///
    /// - Parameter completedAt: Unix seconds, for dialects that say when an answer was complete.
    package static func writeAnswer(
        _ answer: CompletionAnswer, in caller: CallerDialect, stamp: ResponseStamp, hidesReasoning: Bool,
        usage: TokenUsage, charge: Charge, echo: ResponsesEcho, completedAt: Int64? = nil,
        into out: inout ByteBuffer
    ) {
        switch caller {
        case .chat, .completions:
            ChatAnswerWriter.write(
                answer, stamp: stamp, hidesReasoning: hidesReasoning, usage: usage, charge: charge, into: &out)
        case .messages:
            AnthropicAnswerWriter.write(
                answer, stamp: stamp, hidesReasoning: hidesReasoning, usage: usage, charge: charge, into: &out)
        case .responses:
            ResponsesAnswerWriter.write(
                answer, stamp: stamp, hidesReasoning: hidesReasoning, usage: usage, charge: charge, echo: echo,
                completedAt: completedAt, into: &out)
        }
    }

    /// What writes a caller's stream.
    package static func writer(
        of caller: CallerDialect, stamp: ResponseStamp, hidesReasoning: Bool, echo: ResponsesEcho
    ) -> any AnswerWriting {
        switch caller {
        case .chat, .completions: ChatEventWriter(stamp: stamp, hidesReasoning: hidesReasoning)
        case .messages: AnthropicEventWriter(stamp: stamp, hidesReasoning: hidesReasoning)
        case .responses: ResponsesEventWriter(stamp: stamp, hidesReasoning: hidesReasoning, echo: echo)
        }
    }
}
