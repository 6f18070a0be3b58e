import Completions

/// How a model of each family is made to think, or kept from it. Source: wire spec 3, 6.1.
struct BedrockThinking {
    enum Mode: Equatable {
        /// Nothing is said of it.
        case unsaid
        /// Claude: said to be off.
        case disabled
        /// Claude 4.6 and later.
        case adaptive(effort: String)
        /// Claude before that.
        case budget(Int)
        /// Nova 2, gpt-oss and Qwen: `low`, `medium` or `high`.
        case effort(String)
    }

    let mode: Mode
    /// Whether something was asked for that the model has no words for.
    let isDropped: Bool

    /// Whether Claude thinks, and takes no sampling parameters for it.
    var isClaudeThinking: Bool {
        switch mode {
        case .adaptive, .budget: true
        case .unsaid, .disabled, .effort: false
        }
    }

    private init(_ mode: Mode, isDropped: Bool = false) {
        self.mode = mode
        self.isDropped = isDropped
    }

    private static let dropped = BedrockThinking(.unsaid, isDropped: true)

    /// - Parameters:
    ///   - forcesTool: Whether a tool must be called, which Claude does not do while it thinks.
    ///   - isInLoopWithoutThinking: Whether a turn with tools is open that began without thinking.
    init(
        _ request: CanonicalRequest, for target: TranslationTarget, family: BedrockModelFamily, forcesTool: Bool,
        isInLoopWithoutThinking: Bool
    ) {
        let wishes = request.reasoning
        if wishes.effort == ReasoningPreferences.Effort.none || wishes.isEnabled == false || wishes.maxTokens == 0 {
            let isAlways = target.abilities.contains(.alwaysThinks)
            let isOff = family == .claude && target.abilities.contains(.adaptiveThinking) && !isAlways
            self = isOff ? BedrockThinking(.disabled) : BedrockThinking(.unsaid, isDropped: isAlways)
            return
        }
        guard wishes.effort != nil || wishes.maxTokens != nil || wishes.isEnabled == true else {
            self.init(.unsaid)
            return
        }
        // What the catalogue does not know to think refuses to be told how.
        guard family != .claude || Self.thinks(target) else {
            self = .dropped
            return
        }
        let effort = wishes.effort ?? Self.effort(of: wishes.maxTokens, request, target)
        let nearest = KnownEfforts(target.efforts).nearest(to: effort)
        switch family {
        case .claude:
            if forcesTool {
                self = .dropped
            } else if target.abilities.contains(.adaptiveThinking) {
                self.init(.adaptive(effort: Self.claudeWord(nearest, model: target.model)))
            } else if isInLoopWithoutThinking {
                self = .dropped
            } else {
                let budget = wishes.maxTokens ?? Self.budget(effort, request, target)
                self = Self.fitting(budget, below: request.maxTokens)
            }
        case .nova2:
            let word = Self.word(nearest)
            // Nova takes no limit on tokens with the highest effort.
            self.init(.effort(word == "high" && request.maxTokens != nil ? "medium" : word))
        case .openAI, .qwen: self.init(.effort(Self.word(nearest)))
        case .nova, .other: self = .dropped
        }
    }

    private static func thinks(_ target: TranslationTarget) -> Bool {
        !target.abilities.isDisjoint(with: [.reasoning, .adaptiveThinking, .alwaysThinks])
    }

    /// The budget has to be below the limit on output, and neither may be below 1,024.
    private static func fitting(_ budget: Int, below limit: Int?) -> BedrockThinking {
        let bounds = BedrockLimits.thinkingBudget
        let fitting = min(max(budget, bounds.lowerBound), bounds.upperBound)
        guard let limit else { return BedrockThinking(.budget(fitting)) }
        return limit <= bounds.lowerBound ? .dropped : BedrockThinking(.budget(min(fitting, limit - 1)))
    }

    private static func limit(_ request: CanonicalRequest, _ target: TranslationTarget) -> Int {
        request.maxTokens ?? target.maxOutputTokens ?? BedrockLimits.usualOutputTokens
    }

    /// The share of the output that an effort stands for.
    private static func budget(
        _ effort: ReasoningPreferences.Effort, _ request: CanonicalRequest, _ target: TranslationTarget
    ) -> Int {
        let percent =
            switch effort {
            case .max, .xhigh: 95
            case .high: 80
            case .medium: 50
            case .low: 20
            case .minimal, .none: 10
            }
        return limit(request, target) * percent / 100
    }

    /// The effort whose share of the output the budget reaches; medium without a budget.
    private static func effort(
        of budget: Int?, _ request: CanonicalRequest, _ target: TranslationTarget
    ) -> ReasoningPreferences.Effort {
        guard let budget else { return .medium }
        switch budget * 100 / max(1, limit(request, target)) {
        case 95...: return .xhigh
        case 80...: return .high
        case 50...: return .medium
        case 20...: return .low
        default: return .minimal
        }
    }

    private static func claudeWord(_ effort: ReasoningPreferences.Effort, model: String) -> String {
        switch effort {
        case .max: "max"
        // The first models that think by effort know no step between high and max.
        case .xhigh: model.contains("-4-6") ? "high" : "xhigh"
        case .high: "high"
        case .medium: "medium"
        case .low, .minimal, .none: "low"
        }
    }

    private static func word(_ effort: ReasoningPreferences.Effort) -> String {
        switch effort {
        case .max, .xhigh, .high: "high"
        case .medium: "medium"
        case .low, .minimal, .none: "low"
        }
    }
}
