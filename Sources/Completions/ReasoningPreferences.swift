/// How much the caller wants the model to think, and whether the thoughts come back: the joint meaning of
/// `reasoning`, `reasoning_effort` and `include_reasoning`.
package struct ReasoningPreferences: Sendable, Equatable {
    package enum Effort: String, CaseIterable, Sendable {
        case max, xhigh, high, medium, low, minimal, none
    }

    /// The effort asked for; nil where the request gave none.
    package var effort: Effort?
    /// A budget in tokens; excludes `effort`.
    package var maxTokens: Int?
    /// Reason, but do not return the reasoning.
    package var isExcluded = false
    /// `enabled` as sent: true alone means medium effort, false means none.
    package var isEnabled: Bool?

    package init() {}

    /// Whether the model is not to think at all.
    package var isOff: Bool { effort == Effort.none || isEnabled == false || maxTokens == 0 }
}
