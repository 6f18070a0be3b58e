import Completions
import JSONText

/// How the model is to think, in the words of the API. Source: wire spec 6.1, openrouter spec 7.3.
struct AnthropicThinking {
    private enum Mode {
        case unsaid, disabled, adaptive
        case enabled(budget: Int)
    }

    private var mode = Mode.unsaid
    private var isHidden = false
    /// `output_config.effort`.
    private(set) var effort: String?
    /// The output limit, thinking included.
    private(set) var maxTokens = 0
    /// As written by a caller of this dialect, where no other has words for it.
    private var asWritten: RawJSON?

    static let budgetMin = DialectLimits.thinkingBudgetMin
    private static let budgetMax = 128_000
    /// Where neither the caller nor the catalogue knows a limit: what every model gives.
    private static let usualMaxTokens = 4096

    var budget: Int? {
        if case .enabled(let budget) = mode { budget } else { nil }
    }

    /// Whether the caller asks for thinking, and the model can.
    static func isWanted(_ request: CanonicalRequest, _ target: TranslationTarget) -> Bool {
        thinks(target) && (target.abilities.contains(.alwaysThinks) || level(request.reasoning) != nil)
    }

    private static func thinks(_ target: TranslationTarget) -> Bool {
        !target.abilities.isDisjoint(with: [.reasoning, .adaptiveThinking, .alwaysThinks])
    }

    /// What the caller wants: nil for nothing, or not to think.
    private static func level(_ wishes: ReasoningPreferences) -> ReasoningPreferences? {
        if wishes.effort == ReasoningPreferences.Effort.none || wishes.isEnabled == false || wishes.maxTokens == 0 {
            return nil
        }
        return wishes.effort != nil || wishes.isEnabled == true || wishes.maxTokens != nil ? wishes : nil
    }

    init() {}

    /// - Parameters:
    ///   - isBlocked: whether something that may not be left out excludes thinking, as the beginning of an answer does.
    ///   - asWritten: `thinking` of a caller of this dialect.
    init(
        _ request: CanonicalRequest, _ target: TranslationTarget, isBlocked: Bool, asWritten: RawJSON?,
        translation: inout Translation
    ) {
        let given = request.maxTokens ?? target.maxOutputTokens ?? Self.usualMaxTokens
        maxTokens = target.maxOutputTokens.map { min($0, given) } ?? given
        let wishes = request.reasoning
        isHidden = wishes.isExcluded
        let saysSomething = wishes.effort != nil || wishes.isEnabled != nil || wishes.maxTokens != nil
        if !Self.thinks(target) {
            if saysSomething, Self.level(wishes) != nil { translation.drop("reasoning") }
        } else if let asWritten, !saysSomething {
            self.asWritten = asWritten
        } else if Self.level(wishes) == nil {
            if saysSomething { disable(target, &translation) }
        } else if isBlocked, !target.abilities.contains(.alwaysThinks) {
            translation.drop("reasoning")
        } else if target.abilities.contains(.adaptiveThinking) || target.abilities.contains(.alwaysThinks) {
            mode = .adaptive
            effort = Self.word(Self.effort(wishes, of: maxTokens), target)
        } else {
            enable(wishes, hasLimit: request.maxTokens != nil, target, &translation)
        }
        planVerbosity(request, target, &translation)
    }

    private mutating func disable(_ target: TranslationTarget, _ translation: inout Translation) {
        if target.abilities.contains(.alwaysThinks) {
            translation.drop("reasoning")
        } else if target.abilities.contains(.adaptiveThinking) {
            mode = .disabled
        }
    }

    private mutating func enable(
        _ wishes: ReasoningPreferences, hasLimit: Bool, _ target: TranslationTarget, _ translation: inout Translation
    ) {
        var budget = wishes.maxTokens ?? Int(Double(maxTokens) * ReasoningBudget.share(wishes.effort ?? .medium))
        budget = min(max(budget, Self.budgetMin), Self.budgetMax)
        if !hasLimit, target.maxOutputTokens == nil { maxTokens = max(maxTokens, budget + Self.usualMaxTokens) }
        // Thinking counts towards the limit and must leave something of it.
        budget = min(budget, maxTokens - 1)
        if budget < Self.budgetMin {
            translation.drop("reasoning")
        } else {
            mode = .enabled(budget: budget)
        }
    }

    /// How much is said is the effort too, where thinking does not already decide it.
    private mutating func planVerbosity(
        _ request: CanonicalRequest, _ target: TranslationTarget, _ translation: inout Translation
    ) {
        guard let verbosity = request.verbosity else { return }
        let takesEffort = target.abilities.contains(.adaptiveThinking) || target.efforts?.isEmpty == false
        if effort == nil, takesEffort, let level = ReasoningPreferences.Effort(rawValue: verbosity) {
            effort = Self.word(level, target)
        } else if effort != verbosity {
            translation.drop("verbosity")
        }
    }

    private static func effort(_ wishes: ReasoningPreferences, of limit: Int) -> ReasoningPreferences.Effort {
        if let effort = wishes.effort { return effort }
        guard let budget = wishes.maxTokens else { return .medium }
        let shares: [ReasoningPreferences.Effort] = [.xhigh, .high, .medium, .low]
        return shares.first { Double(budget) >= Double(limit) * ReasoningBudget.share($0) } ?? .minimal
    }

    /// The nearest effort that the model knows, from below where there is one.
    private static func word(_ effort: ReasoningPreferences.Effort, _ target: TranslationTarget) -> String {
        let order: [ReasoningPreferences.Effort] = [.low, .medium, .high, .xhigh, .max]
        let wanted = order.firstIndex(of: effort) ?? 0
        let known = order.indices.filter { target.efforts?.contains(order[$0]) ?? true }
        let nearest = known.last { $0 <= wanted } ?? known.first ?? wanted
        return order[nearest].rawValue
    }

    /// Thoughts are shown unless the caller hides them; newer models hide them unless told.
    func write(_ json: inout JSONWriter) {
        if let asWritten { return json.member("thinking", asWritten) }
        switch mode {
        case .unsaid: return
        case .disabled: json.memberObject("thinking") { $0.member("type", "disabled") }
        case .adaptive:
            json.memberObject("thinking") { json in
                json.member("type", "adaptive")
                json.member("display", isHidden ? "omitted" : "summarized")
            }
        case .enabled(let budget):
            json.memberObject("thinking") { json in
                json.member("type", "enabled")
                json.member("budget_tokens", budget)
                if isHidden { json.member("display", "omitted") }
            }
        }
    }
}

extension AnthropicRequestWriter {
    mutating func planThinking() {
        let isAdaptive = target.abilities.contains(.adaptiveThinking)
        let isBlocked = hasPrefill || !isAdaptive && (tools.isForced || hasUnsealedLoop)
        thinking = AnthropicThinking(
            request, target, isBlocked: isBlocked, asWritten: other("thinking"), translation: &translation)
    }

    /// Whether tools are being called in a turn that began without a sealed thought, as one of another family does:
    /// models that think by budget take no thinking then.
    private var hasUnsealedLoop: Bool {
        let turns = self.turns.turns
        var index = turns.count - 1
        if index > 0, turns[index].role == .system { index -= 1 }
        var isSealed = true
        while index > 0, !turns[index].results.isEmpty, turns[index - 1].role == .assistant {
            isSealed = if case .reasoning? = turns[index - 1].blocks.first { true } else { false }
            index -= 2
        }
        return !isSealed
    }
}
