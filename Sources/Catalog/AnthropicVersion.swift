/// The versions of Anthropic's Messages API, by the dates that `anthropic-version` names. Source: wire spec 2.4.
package enum AnthropicVersion: String, Sendable, CaseIterable {
    /// Takes all that the later one does, and more.
    case of2023 = "2023-06-01"
    /// Refuses `temperature`, `top_p` and `top_k` of every model, documents in turns of the assistant, and citations in
    /// texts of the user.
    case of2026 = "2026-10-21"
}
