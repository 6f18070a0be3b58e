import Completions
import JSONText

extension FinishReason {
    /// The finish reasons of OpenAI-compatible hosts, beside the words of other dialects that their
    /// compatibility layers let through. A word that nobody knows ends an answer properly: `stop`.
    private static let natives: [(StaticString, FinishReason)] = [
        ("stop", .stop), ("tool_calls", .toolCalls), ("length", .length), ("content_filter", .contentFilter),
        ("error", .error), ("function_call", .toolCalls), ("tool_use", .toolCalls), ("tool_call", .toolCalls),
        ("max_tokens", .length), ("model_length", .length), ("MAX_TOKENS", .length), ("max_output_tokens", .length),
        ("model_context_window_exceeded", .length), ("CONTINUATION", .length),
        ("SAFETY", .contentFilter), ("RECITATION", .contentFilter), ("BLOCKLIST", .contentFilter),
        ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter), ("LANGUAGE", .contentFilter),
        ("refusal", .contentFilter), ("sensitive", .contentFilter), ("guardrail_intervened", .contentFilter),
        ("content_filtered", .contentFilter), ("ERROR_TOXIC", .contentFilter),
        ("insufficient_system_resource", .error), ("network_error", .error), ("abort", .error), ("ERROR", .error),
        ("TIMEOUT", .error), ("MALFORMED_FUNCTION_CALL", .error), ("MALFORMED_RESPONSE", .error),
        ("TOOL_CALLS", .toolCalls),
    ]

    /// The normalised reason for a native one; a value that is no string counts as unknown.
    init(native: JSONValue) {
        self = Self.natives.first { native.equals($0.0) }?.1 ?? .stop
    }
}
