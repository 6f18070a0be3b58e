extension RequestFieldSet {
    /// What an answer can do without: left out when a provider says that it does not take it. Not among them is what
    /// decides what an answer is (tools, formats, kinds of output, how many there are), where its facts come from, and
    /// how much it may cost.
    package static let soft = RequestFieldSet(
        .temperature, .topP, .topK, .minP, .topA, .frequencyPenalty, .presencePenalty, .repetitionPenalty, .seed,
        .logitBias, .logprobs, .topLogprobs, .stop, .parallelToolCalls, .reasoning, .reasoningEffort,
        .includeReasoning, .verbosity, .prediction, .promptCacheKey, .promptCacheOptions, .user, .streamOptions)
}

extension CompletionRequest {
    /// What the request is sent without when a provider refuses `named`, with what means nothing alone. Empty where it
    /// cannot be helped, or the caller demands every parameter.
    ///
    /// - Parameter added: what is sent beside the caller's own fields.
    package func strippable(_ named: RequestFieldSet, added: RequestFieldSet) -> RequestFieldSet {
        if provider.requiresParameters { return RequestFieldSet() }
        var stripped = named.intersection(.soft)
        if stripped.contains(.logprobs) { stripped.insert(.topLogprobs) }
        if !stripped.isDisjoint(with: .reasoningControls) {
            // Who wants no reasoning must not get some, and pay for it, because that was left out.
            stripped =
                reasoning.isOff ? stripped.subtracting(.reasoningControls) : stripped.union(.reasoningControls)
        }
        return stripped.intersection(fields.union(added))
    }
}
