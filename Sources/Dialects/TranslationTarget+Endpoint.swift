package import Catalog
import Completions

extension TranslationTarget {
    /// What encoders must know of every endpoint, by its index; nil for those that speak the chat dialect.
    package static func all(in catalog: ModelCatalog) -> [TranslationTarget?] {
        var targets = [TranslationTarget?](repeating: nil, count: catalog.endpoints.count)
        for model in catalog.models {
            for endpoint in model.endpoints + model.ownKeyEndpoints where !endpoint.dialect.isOpenAIChat {
                targets[endpoint.index] = TranslationTarget(endpoint, of: model)
            }
        }
        return targets
    }

    private init(_ endpoint: Endpoint, of model: Model) {
        self.init(
            model: endpoint.upstreamModel, platform: endpoint.dialect.isVertex ? .vertex : .own, isStream: false,
            maxOutputTokens: endpoint.maxCompletionTokens ?? model.facts.maxCompletionTokens,
            abilities: Abilities(endpoint, model.facts), reasoningFormat: Self.reasoningFormat(of: endpoint),
            efforts: model.facts.reasoning?.efforts)
        anthropicVersion = endpoint.provider.quirks.anthropicVersion
        isFast = endpoint.dialect == .anthropic && endpoint.serviceTier == .priority
    }
}

extension TranslationTarget {
    /// Whoever serves the Responses API seals reasoning for itself alone. Source: wire spec 6.2.
    private static func reasoningFormat(of endpoint: Endpoint) -> String? {
        guard endpoint.dialect == .openAIResponses else { return nil }
        return switch endpoint.provider.slug {
        case "azure": "azure-openai-responses-v1"
        case "xai": "xai-responses-v1"
        default: nil
        }
    }
}

extension TranslationTarget.Abilities {
    /// Told from what the catalogue says of the model: its parameters, and how it can be made to think. Those that take
    /// efforts and no budget are the newer ones of their families.
    fileprivate init(_ endpoint: Endpoint, _ facts: Model.Facts) {
        self = []
        let reasoning = facts.reasoning
        if facts.takesSystemAnywhere { insert(.systemAnywhere) }
        if endpoint.dialect == .openAIResponses, endpoint.chargesCacheWrites { insert(.cacheMarkers) }
        let takes = { (field: RequestField) in endpoint.parameters?.known.contains(field) ?? true }
        if reasoning != nil { insert(.reasoning) }
        if takes(.temperature) { insert(.sampling) }
        if takes(.structuredOutputs) { insert(.jsonSchema) }
        let isNew = reasoning.map { !$0.takesTokenBudget || $0.efforts?.contains(.max) == true } ?? false
        if isNew { insert(.adaptiveThinking) }
        if isNew, endpoint.dialect == .gemini || endpoint.dialect == .vertex { insert(.toolCallIDs) }
        if !isNew { insert(.prefill) }
        if reasoning?.isMandatory == true { insert(.alwaysThinks) } else { insert(.forcedTools) }
        switch endpoint.dialect {
        case .anthropic, .cohere, .openAIResponses: insert(.mediaByURL)
        case .openAI, .azure, .gemini, .vertex, .vertexAnthropic, .bedrock: break
        }
    }
}
