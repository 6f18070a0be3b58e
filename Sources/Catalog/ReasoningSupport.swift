package import Completions

/// How a model can be told to think.
package struct ReasoningSupport: Sendable, Equatable {
    /// Whether the model always thinks.
    package var isMandatory: Bool
    package var defaultEffort: ReasoningPreferences.Effort?
    /// nil where unknown.
    package var efforts: [ReasoningPreferences.Effort]?
    /// Whether a budget in tokens is taken.
    package var takesTokenBudget: Bool

    package init(
        isMandatory: Bool = false, defaultEffort: ReasoningPreferences.Effort? = nil,
        efforts: [ReasoningPreferences.Effort]? = nil, takesTokenBudget: Bool = false
    ) {
        self.isMandatory = isMandatory
        self.defaultEffort = defaultEffort
        self.efforts = efforts
        self.takesTokenBudget = takesTokenBudget
    }
}
