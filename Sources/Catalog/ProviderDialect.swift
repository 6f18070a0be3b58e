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

    /// Whether a base URL of it is a bare host, to which the paths add the version of the API.
    package var takesBareHost: Bool {
        switch self {
        case .anthropic, .gemini, .cohere, .bedrock: true
        case .openAI, .openAIResponses, .azure, .vertex: false
        }
    }

    /// Whether it is the chat dialect, in which requests and answers are spliced.
    package var isOpenAIChat: Bool { self == .openAI || self == .azure }
}
