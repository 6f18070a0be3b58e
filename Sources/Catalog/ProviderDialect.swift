/// The wire language a provider speaks.
package enum ProviderDialect: String, Sendable, CaseIterable {
    case openAI = "openai"
    case openAIResponses = "openai-responses"
    case anthropic
    case gemini
    case vertex
    case bedrock
    case cohere
    case azure

    /// Whether this version can ask a provider in it.
    package var isSpoken: Bool { self == .openAI }
}
