/// A set of request fields: what a request uses, what an endpoint supports, what a host refuses.
package struct RequestFieldSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    package init(_ field: RequestField) {
        rawValue = 1 << UInt64(field.rawValue)
    }

    /// The empty set; a literal would take the long way round by an array.
    package init() {
        rawValue = 0
    }

    package init(_ fields: RequestField...) {
        rawValue = fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) }
    }

    /// The fields named in a `supported_parameters` list. Names outside the vocabulary are ignored.
    package init(names: some Sequence<String>) {
        var set: RequestFieldSet = []
        for name in names {
            if let field = RequestField.allCases.first(where: { "\($0.wireName)" == name }) { set.insert(field) }
        }
        self = set
    }

    /// The one that comes with `SetAlgebra` compares with an empty set by way of two witness tables.
    package var isEmpty: Bool { rawValue == 0 }

    package func contains(_ field: RequestField) -> Bool {
        rawValue & 1 << UInt64(field.rawValue) != 0
    }

    package mutating func insert(_ field: RequestField) {
        self = RequestFieldSet(rawValue: rawValue | 1 << UInt64(field.rawValue))
    }

    /// The wire names, for messages and metadata.
    package var names: [String] {
        RequestField.allCases.filter(contains).map { "\($0.wireName)" }
    }
}

extension RequestFieldSet {
    /// The vocabulary of `supported_parameters`: fields that an endpoint may lack and a request may do without.
    /// A field outside it is never dropped because a list does not name it.
    package static let optionalParameters = RequestFieldSet(
        .maxTokens, .maxCompletionTokens, .temperature, .topP, .topK, .minP, .topA, .frequencyPenalty,
        .presencePenalty, .repetitionPenalty, .seed, .logitBias, .logprobs, .topLogprobs, .stop, .responseFormat,
        .structuredOutputs, .tools, .toolChoice, .parallelToolCalls, .reasoning, .reasoningEffort, .includeReasoning,
        .verbosity, .webSearchOptions)

    /// Fields of OpenRouter's own that another router acts on and no one else: this one does not yet, but for `speed`,
    /// which an endpoint of a service tier fulfils. Elsewhere they count as parameters that the endpoint was not sent.
    package static let unserved = RequestFieldSet(
        .deferredTools, .stopServerToolsWhen, .maxToolCalls, .xSearchFilter, .imageConfig, .speed)

    /// Two spellings of the output limit: an endpoint that lists one takes the other, renamed.
    package static let outputLimits = RequestFieldSet(.maxTokens, .maxCompletionTokens)
    /// The spellings of reasoning control: an endpoint that lists one takes the others, translated.
    package static let reasoningControls = RequestFieldSet(.reasoning, .reasoningEffort, .includeReasoning)

    /// The fields of `self` that an endpoint with this list of supported parameters lacks.
    package func missing(from supported: RequestFieldSet) -> RequestFieldSet {
        var taken = supported
        if !supported.isDisjoint(with: .outputLimits) { taken.formUnion(.outputLimits) }
        if !supported.isDisjoint(with: .reasoningControls) { taken.formUnion(.reasoningControls) }
        return intersection(.optionalParameters).subtracting(taken)
    }
}
