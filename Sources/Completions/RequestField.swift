/// The top-level fields of a chat or text completion request that mean something to the router.
///
/// Everything else in a request is unknown and travels verbatim. The raw value is the bit in a `RequestFieldSet`.
package enum RequestField: UInt8, CaseIterable, Sendable {
    case messages, prompt, model, models, route, preset, provider, plugins, transforms
    case stream, streamOptions, usage
    case maxTokens, maxCompletionTokens, temperature, topP, topK, minP, topA
    case frequencyPenalty, presencePenalty, repetitionPenalty, seed, logitBias, logprobs, topLogprobs, stop
    case responseFormat, structuredOutputs, tools, toolChoice, parallelToolCalls
    case deferredTools, stopServerToolsWhen, maxToolCalls
    case reasoning, reasoningEffort, includeReasoning, verbosity
    case modalities, audio, imageConfig, prediction, serviceTier, speed
    case cacheControl, promptCacheKey, promptCacheOptions, sessionID, user, metadata, trace
    case webSearchOptions, xSearchFilter, debug, count, bestOf, echo, suffix, functions, functionCall, store

    /// The key in a request, which is also the name in `supported_parameters`.
    package var wireName: StaticString {
        switch self {
        case .messages: "messages"
        case .prompt: "prompt"
        case .model: "model"
        case .models: "models"
        case .route: "route"
        case .preset: "preset"
        case .provider: "provider"
        case .plugins: "plugins"
        case .transforms: "transforms"
        case .stream: "stream"
        case .streamOptions: "stream_options"
        case .usage: "usage"
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .topK: "top_k"
        case .minP: "min_p"
        case .topA: "top_a"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .repetitionPenalty: "repetition_penalty"
        case .seed: "seed"
        case .logitBias: "logit_bias"
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .stop: "stop"
        case .responseFormat: "response_format"
        case .structuredOutputs: "structured_outputs"
        case .tools: "tools"
        case .toolChoice: "tool_choice"
        case .parallelToolCalls: "parallel_tool_calls"
        case .deferredTools: "deferred_tools"
        case .stopServerToolsWhen: "stop_server_tools_when"
        case .maxToolCalls: "max_tool_calls"
        case .reasoning: "reasoning"
        case .reasoningEffort: "reasoning_effort"
        case .includeReasoning: "include_reasoning"
        case .verbosity: "verbosity"
        case .modalities: "modalities"
        case .audio: "audio"
        case .imageConfig: "image_config"
        case .prediction: "prediction"
        case .serviceTier: "service_tier"
        case .speed: "speed"
        case .cacheControl: "cache_control"
        case .promptCacheKey: "prompt_cache_key"
        case .promptCacheOptions: "prompt_cache_options"
        case .sessionID: "session_id"
        case .user: "user"
        case .metadata: "metadata"
        case .trace: "trace"
        case .webSearchOptions: "web_search_options"
        case .xSearchFilter: "x_search_filter"
        case .debug: "debug"
        case .count: "n"
        case .bestOf: "best_of"
        case .echo: "echo"
        case .suffix: "suffix"
        case .functions: "functions"
        case .functionCall: "function_call"
        case .store: "store"
        }
    }
}
