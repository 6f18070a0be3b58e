import Catalog
import Completions
import JSONText

/// What the caller's wishes about reasoning come to at hosts that have other words than `reasoning_effort`. Source: wire
/// spec 6.1.
struct ReasoningWords {
    /// The keys that are written here, with their quotes, of which the router knows nothing as fields.
    static let all: [String] = [
        "\"thinking\"", "\"enable_thinking\"", "\"thinking_budget\"", "\"disable_reasoning\"",
    ]

    let control: ReasoningControl
    /// Of the model.
    let known: KnownEfforts

    /// Inserts the members for `effort`, each with a comma behind it.
    func insert(
        _ effort: ReasoningPreferences.Effort, for request: CompletionRequest, at offset: Int,
        into edits: inout JSONEdits
    ) {
        let isOff = effort == .none
        switch control {
        case .effort: insert(effort, at: offset, into: &edits)
        case .thinking:
            let on: StaticString = "\"thinking\":{\"type\":\"enabled\"},"
            edits.insert(at: offset, raw: isOff ? "\"thinking\":{\"type\":\"disabled\"}," : on)
            if !isOff, known.isKnown { insert(effort, at: offset, into: &edits) }
        case .enableThinking:
            edits.insert(at: offset, raw: isOff ? "\"enable_thinking\":false," : "\"enable_thinking\":true,")
            if !isOff { insertBudget(request, at: offset, into: &edits) }
        case .disableReasoning:
            if isOff {
                edits.insert(at: offset, raw: "\"disable_reasoning\":true,")
            } else if known.isKnown {
                insert(effort, at: offset, into: &edits)
            }
        case .enabled:
            if !isOff, known.isKnown { return insert(effort, at: offset, into: &edits) }
            edits.insert(
                at: offset, raw: isOff ? "\"reasoning\":{\"enabled\":false}," : "\"reasoning\":{\"enabled\":true},")
        }
    }

    private func insert(_ effort: ReasoningPreferences.Effort, at offset: Int, into edits: inout JSONEdits) {
        edits.insert(at: offset, raw: "\"reasoning_effort\":")
        edits.insert(at: offset, raw: ReasoningEffort.word(effort, known))
        edits.insert(at: offset, raw: ",")
    }

    /// A budget where one was asked for, or an effort whose share of the limit is one.
    private func insertBudget(_ request: CompletionRequest, at offset: Int, into edits: inout JSONEdits) {
        let wishes = request.reasoning
        guard wishes.effort != nil || wishes.maxTokens != nil,
            let budget = ReasoningBudget.tokens(for: wishes, limit: request.maxTokens)
        else { return }
        edits.insert(at: offset, raw: "\"thinking_budget\":")
        edits.insert(at: offset, raw: Array("\(budget),".utf8).span)
    }
}
