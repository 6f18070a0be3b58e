/// How a host of the chat dialect is told to think. Source: wire spec 6.1, 12.
package enum ReasoningControl: String, Sendable, CaseIterable {
    /// `reasoning_effort`, as OpenAI has it.
    case effort
    /// `thinking: {"type": "enabled"}`, and `reasoning_effort` where the model knows efforts.
    case thinking
    /// `enable_thinking` and `thinking_budget`.
    case enableThinking = "enable_thinking"
    /// `disable_reasoning: true`, and `reasoning_effort` where the model knows efforts.
    case disableReasoning = "disable_reasoning"
    /// `reasoning: {"enabled": true}`, or `reasoning_effort` where the model knows efforts.
    case enabled = "reasoning_enabled"
}
