import Completions
import JSONText

extension RequestField {
    /// The field of this name, if the router knows it; the usual ones are compared first.
    init?(_ name: JSONName) {
        switch name {
        case "model": self = .model
        case "messages": self = .messages
        case "stream": self = .stream
        case "temperature": self = .temperature
        case "max_tokens": self = .maxTokens
        case "top_p": self = .topP
        case "tools": self = .tools
        case "tool_choice": self = .toolChoice
        case "stream_options": self = .streamOptions
        case "provider": self = .provider
        case "response_format": self = .responseFormat
        case "stop": self = .stop
        case "user": self = .user
        case "reasoning": self = .reasoning
        case "max_completion_tokens": self = .maxCompletionTokens
        case "models": self = .models
        case "prompt": self = .prompt
        case "route": self = .route
        case "preset": self = .preset
        case "plugins": self = .plugins
        case "transforms": self = .transforms
        case "usage": self = .usage
        case "top_k": self = .topK
        case "min_p": self = .minP
        case "top_a": self = .topA
        case "frequency_penalty": self = .frequencyPenalty
        case "presence_penalty": self = .presencePenalty
        case "repetition_penalty": self = .repetitionPenalty
        case "seed": self = .seed
        case "logit_bias": self = .logitBias
        case "logprobs": self = .logprobs
        case "top_logprobs": self = .topLogprobs
        case "structured_outputs": self = .structuredOutputs
        case "parallel_tool_calls": self = .parallelToolCalls
        case "deferred_tools": self = .deferredTools
        case "stop_server_tools_when": self = .stopServerToolsWhen
        case "max_tool_calls": self = .maxToolCalls
        case "reasoning_effort": self = .reasoningEffort
        case "include_reasoning": self = .includeReasoning
        case "verbosity": self = .verbosity
        case "modalities": self = .modalities
        case "audio": self = .audio
        case "image_config": self = .imageConfig
        case "prediction": self = .prediction
        case "service_tier": self = .serviceTier
        case "speed": self = .speed
        case "cache_control": self = .cacheControl
        case "prompt_cache_key": self = .promptCacheKey
        case "prompt_cache_options": self = .promptCacheOptions
        case "session_id": self = .sessionID
        case "metadata": self = .metadata
        case "trace": self = .trace
        case "web_search_options": self = .webSearchOptions
        case "x_search_filter": self = .xSearchFilter
        case "debug": self = .debug
        case "n": self = .count
        case "best_of": self = .bestOf
        case "echo": self = .echo
        case "suffix": self = .suffix
        case "functions": self = .functions
        case "function_call": self = .functionCall
        case "store": self = .store
        default: return nil
        }
    }
}
