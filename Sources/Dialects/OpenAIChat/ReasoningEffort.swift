import Completions

/// What the caller's wishes about reasoning come to for a host that only knows an effort.
enum ReasoningEffort {
    /// The effort as a JSON string, or nil where the request leaves it to the model.
    static func word(for request: CompletionRequest, known: KnownEfforts = KnownEfforts()) -> StaticString? {
        effort(for: request).map { word($0, known) }
    }

    /// The effort that the request asks for; nil where it leaves that to the model.
    static func effort(for request: CompletionRequest) -> ReasoningPreferences.Effort? {
        let wishes = request.reasoning
        if let effort = wishes.effort { return effort }
        if wishes.isEnabled == false { return ReasoningPreferences.Effort.none }
        if let budget = wishes.maxTokens { return effort(budget: budget, of: request.maxTokens) }
        return wishes.isEnabled == true ? .medium : nil
    }

    /// Chat hosts take no effort above xhigh, but from models that know `max` and not `xhigh`.
    static func word(_ effort: ReasoningPreferences.Effort, _ known: KnownEfforts) -> StaticString {
        switch known.nearest(to: effort) {
        case .max: known.isKnown && !known.contains(.xhigh) ? "\"max\"" : "\"xhigh\""
        case .xhigh: "\"xhigh\""
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
