import Completions

/// What the caller's wishes about reasoning come to for a host that only knows an effort.
enum ReasoningEffort {
    /// The effort as a JSON string, or nil where the request leaves it to the model.
    static func word(for request: CompletionRequest) -> StaticString? {
        let wishes = request.reasoning
        if let effort = wishes.effort { return word(effort) }
        if wishes.isEnabled == false { return word(.none) }
        if let budget = wishes.maxTokens { return word(effort(budget: budget, of: request.maxTokens)) }
        return wishes.isEnabled == true ? word(.medium) : nil
    }

    /// Chat hosts take no effort above xhigh.
    private static func word(_ effort: ReasoningPreferences.Effort) -> StaticString {
        switch effort {
        case .max, .xhigh: "\"xhigh\""
        case .high: "\"high\""
        case .medium: "\"medium\""
        case .low: "\"low\""
        case .minimal: "\"minimal\""
        case .none: "\"none\""
        }
    }

    /// The effort whose share of the output limit the budget reaches: the documented shares are 95, 80, 50, 20 and
    /// 10 percent. Without a limit to compare with, medium.
    static func effort(budget: Int, of limit: Int?) -> ReasoningPreferences.Effort {
        if budget == 0 { return .none }
        guard let limit else { return .medium }
        switch budget * 100 / limit {
        case 95...: return .xhigh
        case 80...: return .high
        case 50...: return .medium
        case 20...: return .low
        default: return .minimal
        }
    }
}
