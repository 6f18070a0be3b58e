package import Completions

extension ProviderDialect {
    /// The optional parameters that it has no word for, whatever the model takes elsewhere. Source: wire spec 3.
    package var unsaid: RequestFieldSet {
        switch self {
        case .openAI, .azure: []
        case .openAIResponses:
            RequestFieldSet(
                .topK, .minP, .topA, .frequencyPenalty, .presencePenalty, .repetitionPenalty, .seed, .logitBias, .stop)
        case .anthropic, .vertexAnthropic:
            RequestFieldSet(
                .minP, .topA, .frequencyPenalty, .presencePenalty, .repetitionPenalty, .seed, .logitBias, .logprobs,
                .topLogprobs)
        case .gemini, .vertex: RequestFieldSet(.minP, .topA, .repetitionPenalty, .logitBias, .verbosity)
        case .bedrock:
            RequestFieldSet(
                .minP, .topA, .frequencyPenalty, .presencePenalty, .repetitionPenalty, .seed, .logitBias, .logprobs,
                .topLogprobs, .verbosity, .webSearchOptions)
        case .cohere:
            RequestFieldSet(.minP, .topA, .repetitionPenalty, .logitBias, .topLogprobs, .verbosity, .webSearchOptions)
        }
    }
}
