import Completions

/// How many tokens an effort is worth, where a model thinks by budget. Source: wire spec 6.1.
enum ReasoningBudget {
    private static let range = 1024...128_000

    /// The budget asked for, or the effort's share of the limit; always less than the limit. nil where there is
    /// nothing to take a share of, or no room.
    static func tokens(for wish: ReasoningPreferences, limit: Int?) -> Int? {
        if let asked = wish.maxTokens {
            guard let limit else { return asked }
            return limit > 1 ? min(asked, limit - 1) : nil
        }
        guard let limit, limit > 1 else { return nil }
        let budget = Int(Double(limit) * share(wish.effort ?? .medium))
        return min(max(budget, range.lowerBound), range.upperBound, limit - 1)
    }

    /// The part of the output tokens that an effort may think with.
    static func share(_ effort: ReasoningPreferences.Effort) -> Double {
        switch effort {
        case .max, .xhigh: 0.95
        case .high: 0.8
        case .medium: 0.5
        case .low: 0.2
        case .minimal, .none: 0.1
        }
    }
}
