import Catalog

/// What a model's entry says beside what routing and charging need.
extension ConfigurationReader {
    mutating func categories(_ node: YAMLNode?) -> [ModelCategory] {
        guard let node, let items = list(node, "categories") else { return [] }
        return items.compactMap { item in
            choice(item, "categories", among: ModelCategory.allCases.map(\.rawValue)) { ModelCategory(rawValue: $0) }
        }
    }

    mutating func defaultParameters(_ node: YAMLNode?) -> DefaultParameters? {
        guard let node, let values = mapping(node, .defaultParameters) else { return nil }
        var parameters = DefaultParameters()
        parameters.temperature = number(values["temperature"], "temperature", in: 0...2)
        parameters.topP = number(values["top_p"], "top_p", in: 0...1)
        parameters.topK = integer(values["top_k"], "top_k", in: 0...1_000_000)
        parameters.frequencyPenalty = number(values["frequency_penalty"], "frequency_penalty", in: -2...2)
        parameters.presencePenalty = number(values["presence_penalty"], "presence_penalty", in: -2...2)
        parameters.repetitionPenalty = number(values["repetition_penalty"], "repetition_penalty", in: 0...2)
        return parameters
    }

    mutating func benchmarks(_ node: YAMLNode?) -> ModelBenchmarks? {
        guard let node, let values = mapping(node, .benchmarks) else { return nil }
        var benchmarks = ModelBenchmarks()
        benchmarks.intelligenceIndex = number(values["intelligence_index"], "intelligence_index", in: 0...100)
        benchmarks.codingIndex = number(values["coding_index"], "coding_index", in: 0...100)
        benchmarks.agenticIndex = number(values["agentic_index"], "agentic_index", in: 0...100)
        benchmarks.toolSuccessRate = number(values["tool_success_rate"], "tool_success_rate", in: 0...1)
        if let items = values["design_arena"].flatMap({ list($0, "design_arena") }) {
            benchmarks.designArena = items.compactMap { designArenaScore($0) }
        }
        return benchmarks
    }

    private mutating func designArenaScore(_ node: YAMLNode) -> DesignArenaScore? {
        guard let values = mapping(node, .designArena) else { return nil }
        guard let arena = text(values["arena"], "arena"), let category = text(values["category"], "category"),
            let elo = number(values["elo"], "elo", in: 0...10_000),
            let winRate = number(values["win_rate"], "win_rate", in: 0...1),
            let rank = integer(values["rank"], "rank", in: 1...1_000_000)
        else {
            report(node.line, "an entry of design_arena needs arena, category, elo, win_rate and rank")
            return nil
        }
        return DesignArenaScore(arena: arena, category: category, elo: elo, winRate: winRate, rank: rank)
    }

    private mutating func number(_ node: YAMLNode?, _ key: String, in range: ClosedRange<Double>) -> Double? {
        guard let node, let text = text(node, key) else { return nil }
        guard let value = Double(text), range.contains(value) else {
            report(node.line, "\(key) must be a number from \(range.lowerBound) to \(range.upperBound)\(given(node))")
            return nil
        }
        return value
    }
}
