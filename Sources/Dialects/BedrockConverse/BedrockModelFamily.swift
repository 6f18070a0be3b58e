/// Whose model it is: what Converse leaves to the model differs from maker to maker.
enum BedrockModelFamily {
    case claude, nova, nova2, openAI, qwen, other

    /// Told from the model's id or inference profile: `anthropic.claude-…`, `us.amazon.nova-2-lite-v1:0`,
    /// `openai.gpt-oss-120b-1:0`. An application inference profile does not say, and is `other`.
    init(model: String) {
        if model.contains("anthropic.") || model.contains("claude") {
            self = .claude
        } else if model.contains("amazon.nova-2") {
            self = .nova2
        } else if model.contains("amazon.nova") {
            self = .nova
        } else if model.contains("openai.") {
            self = .openAI
        } else if model.contains("qwen.") {
            self = .qwen
        } else {
            self = .other
        }
    }

    /// Whether `cachePoint` blocks mean something; other models refuse them.
    var takesCachePoints: Bool {
        switch self {
        case .claude, .nova, .nova2: true
        case .openAI, .qwen, .other: false
        }
    }

    /// The `format` of its reasoning. Source: wire spec 6.2.
    var reasoningFormat: String { self == .claude ? "anthropic-claude-v1" : "unknown" }
}
