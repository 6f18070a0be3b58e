package import Completions

/// How a model can be told to think.
package struct ReasoningSupport: Sendable, Equatable {
    /// Whether the model always thinks.
    package var isMandatory: Bool
    package var defaultEffort: ReasoningPreferences.Effort?
    /// Whether the model thinks when nothing is said about it; nil where that is told by nothing.
    package var isOnByDefault: Bool? {
        statedDefault ?? (isMandatory ? true : defaultEffort.map { $0 != ReasoningPreferences.Effort.none })
    }
    /// What is said of it, where the other facts do not tell.
    private let statedDefault: Bool?
    /// nil where unknown.
    package var efforts: [ReasoningPreferences.Effort]?
    /// Whether a budget in tokens is taken.
    package var takesTokenBudget: Bool

    package init(
        isMandatory: Bool = false, defaultEffort: ReasoningPreferences.Effort? = nil,
        efforts: [ReasoningPreferences.Effort]? = nil, takesTokenBudget: Bool = false, isOnByDefault: Bool? = nil
    ) {
        self.isMandatory = isMandatory
        self.defaultEffort = defaultEffort
        self.efforts = efforts
        self.takesTokenBudget = takesTokenBudget
        statedDefault = isOnByDefault
    }
}
