package import Completions

extension RequestFieldSet {
    /// Parameters that an endpoint is not asked for where its list lacks them: how tokens are drawn and what is told of
    /// them. What else a list may lack has rules of its own in each dialect: a limit is money, a model that takes no
    /// schema may take a tool, and lists of Claude's do not name `stop`, which all of them take.
    private static let drawing = RequestFieldSet(
        .temperature, .topP, .topK, .minP, .topA, .frequencyPenalty, .presencePenalty, .repetitionPenalty, .seed,
        .logitBias, .logprobs, .topLogprobs, .verbosity)
    /// What an operator can have left out beside those.
    private static let refusable = RequestFieldSet(.stop, .parallelToolCalls, .prediction, .promptCacheKey, .user)

    /// The parameters that an endpoint is not sent.
    ///
    /// - Parameters:
    ///   - known: the endpoint's list; nil where it has none, and is asked for everything.
    ///   - refused: what its host answers with an error. Source: wire spec 4.
    package static func leftOut(known: RequestFieldSet?, refused: RequestFieldSet) -> RequestFieldSet {
        let missing = known.map(drawing.missing(from:)) ?? RequestFieldSet()
        return missing.union(refused.intersection(drawing.union(refusable)))
    }
}

extension CanonicalRequest {
    /// Takes out the parameters among `fields` that were sent.
    ///
    /// - Returns: their names.
    package mutating func remove(_ fields: RequestFieldSet) -> [String] {
        if fields.isEmpty { return [] }
        var removal = Removal(fields: fields)
        removal.take(&sampling.temperature, .temperature)
        removal.take(&sampling.topP, .topP)
        removal.take(&sampling.topK, .topK)
        removal.take(&sampling.minP, .minP)
        removal.take(&sampling.topA, .topA)
        removal.take(&sampling.frequencyPenalty, .frequencyPenalty)
        removal.take(&sampling.presencePenalty, .presencePenalty)
        removal.take(&sampling.repetitionPenalty, .repetitionPenalty)
        removal.take(&sampling.seed, .seed)
        removal.take(&sampling.logitBias, .logitBias)
        if wantsLogprobs == true {
            removal.take(&wantsLogprobs, .logprobs)
            // It means nothing alone.
            if wantsLogprobs == nil { removal.fields.insert(.topLogprobs) }
        }
        removal.take(&topLogprobs, .topLogprobs)
        removal.take(&verbosity, .verbosity)
        removal.take(&allowsParallelToolCalls, .parallelToolCalls)
        removal.take(&predictedOutput, .prediction)
        removal.take(&promptCacheKey, .promptCacheKey)
        removal.take(&user, .user)
        if !stop.isEmpty, fields.contains(.stop) {
            stop = []
            removal.names.append("stop")
        }
        return removal.names
    }

    private struct Removal {
        var fields: RequestFieldSet
        var names: [String] = []

        mutating func take<Value>(_ value: inout Value?, _ field: RequestField) {
            guard value != nil, fields.contains(field) else { return }
            value = nil
            names.append("\(field.wireName)")
        }
    }
}
