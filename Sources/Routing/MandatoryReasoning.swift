import Catalog
package import Completions

/// What becomes of the wish not to think where a model cannot help it. Source: openrouter spec 4.3, 7.3.
package enum MandatoryReasoning {
    /// The wishes as the models can have them: behind `~author/family-latest`, which is to work with whatever model is the
    /// newest, the least effort takes the place of none.
    ///
    /// - Throws: a 400 where every model that may answer must think, and was asked for by a name of its own.
    package static func settled(
        _ request: CompletionRequest, for models: ModelList
    ) throws(APIError) -> ReasoningPreferences {
        let wishes = request.reasoning
        guard wishes.isOff else { return wishes }
        for index in 0..<models.count where models[index].model.facts.reasoning?.isMandatory != true { return wishes }
        guard models.strategy == .latest else { throw refusal(request, models.first.model.slug) }
        let known = models.first.model.facts.reasoning?.efforts ?? []
        var settled = wishes
        settled.isEnabled = nil
        settled.maxTokens = nil
        settled.effort = ReasoningPreferences.Effort.allCases.last { $0 != .none && known.contains($0) } ?? .low
        return settled
    }

    private static func refusal(_ request: CompletionRequest, _ slug: String) -> APIError {
        let wishes = request.reasoning
        let hasShorthand = request.fields.contains(.reasoningEffort) && !request.fields.contains(.reasoning)
        let field =
            if wishes.effort != nil {
                hasShorthand ? "reasoning_effort" : "reasoning.effort"
            } else {
                wishes.isEnabled == false ? "reasoning.enabled" : "reasoning.max_tokens"
            }
        return .invalid(
            field,
            "'\(field)' asks for no reasoning, and '\(slug)' cannot do without; leave it out, or ask for low effort.")
    }
}
