import Completions

extension BedrockRequestWriter {
    /// Names what Converse has no words for. Source: wire spec 4.
    mutating func noteDropped() {
        let sampling = request.sampling
        if sampling.minP != nil { translation.drop("min_p") }
        if sampling.topA != nil { translation.drop("top_a") }
        if sampling.frequencyPenalty != nil { translation.drop("frequency_penalty") }
        if sampling.presencePenalty != nil { translation.drop("presence_penalty") }
        if sampling.repetitionPenalty != nil { translation.drop("repetition_penalty") }
        if sampling.seed != nil { translation.drop("seed") }
        if sampling.logitBias != nil { translation.drop("logit_bias") }
        if request.wantsLogprobs == true { translation.drop("logprobs") }
        if request.topLogprobs != nil { translation.drop("top_logprobs") }
        if request.choiceCount > 1 { translation.drop("n") }
        if request.verbosity != nil { translation.drop("verbosity") }
        if request.promptCacheKey != nil { translation.drop("prompt_cache_key") }
        if request.predictedOutput != nil { translation.drop("prediction") }
        if request.audioOptions != nil { translation.drop("audio") }
        if request.imageOptions != nil { translation.drop("image_config") }
        if request.webSearchOptions != nil { translation.drop("web_search_options") }
        if !request.outputModalities.subtracting(.text).isEmpty { translation.drop("modalities") }
        for tool in choice.lost { translation.drop(tool, as: "tools") }
        for name in choice.dropped { translation.drop(name) }
        if thinking.isDropped { translation.drop("reasoning") }
        if conversation.leavesOut { translation.drop("messages") }
        // A user's name is in the text.
        let isNameless = { (message: Message) in message.name == nil || message.role == .user }
        if !request.messages.allSatisfy(isNameless) { translation.drop("name") }
        if markers.isDropped { translation.drop("cache_control") }
        for member in request.others where !isExpected(member.name) { translation.drop(member.name) }
    }

    /// Whether a member that has no meaning in common is one of the router's own, or one that Bedrock knows.
    private func isExpected(_ name: String) -> Bool {
        name == "additionalModelRequestFields" || Self.ownMembers.contains(name) || RouterMembers.areOurs(name)
    }
}
