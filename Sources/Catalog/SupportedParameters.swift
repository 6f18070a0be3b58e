package import Completions

/// The request parameters an endpoint takes: the known ones as a set, the others by name.
package struct SupportedParameters: Sendable, Equatable {
    package var known: RequestFieldSet
    /// Names outside the vocabulary, shown in the catalogue as they were written.
    package var unknown: [String]

    package init(known: RequestFieldSet = [], unknown: [String] = []) {
        self.known = known
        self.unknown = unknown
    }

    private static let vocabulary = Dictionary(
        uniqueKeysWithValues: RequestField.allCases.map { ("\($0.wireName)", $0) })

    package init(names: [String]) {
        var known: RequestFieldSet = []
        var unknown: [String] = []
        var seen: Set<String> = []
        for name in names {
            if let field = Self.vocabulary[name] {
                known.insert(field)
            } else if seen.insert(name).inserted {
                unknown.append(name)
            }
        }
        self.init(known: known, unknown: unknown)
    }

    /// What an OpenAI-compatible host is taken to support when nothing is declared about it.
    package static let openAICompatible = SupportedParameters(
        known: RequestFieldSet(
            .maxTokens, .maxCompletionTokens, .temperature, .topP, .frequencyPenalty, .presencePenalty, .seed, .stop,
            .logitBias, .logprobs, .topLogprobs, .responseFormat, .structuredOutputs, .tools, .toolChoice))

    /// All names, sorted, as the catalogue shows them.
    package var names: [String] { (known.names + unknown).sorted() }

    package func without(_ fields: RequestFieldSet) -> SupportedParameters {
        SupportedParameters(known: known.subtracting(fields), unknown: unknown)
    }

    package func union(_ other: SupportedParameters) -> SupportedParameters {
        SupportedParameters(
            known: known.union(other.known), unknown: unknown + other.unknown.filter { !unknown.contains($0) })
    }
}
