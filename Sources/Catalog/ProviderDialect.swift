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
    package var isSpoken: Bool {
        switch self {
        case .openAI, .openAIResponses, .anthropic, .gemini, .bedrock, .cohere, .azure: true
        // Its tokens are signed for and last an hour.
        case .vertex: false
        }
    }

    /// Whether it is the chat dialect, in which requests and answers are spliced.
    package var isOpenAIChat: Bool { self == .openAI || self == .azure }
}
