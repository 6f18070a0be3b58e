/// The wire language a provider speaks.
package enum ProviderDialect: String, Sendable, CaseIterable {
    case openAI = "openai"
    case openAIResponses = "openai-responses"
    case anthropic
    case gemini
    /// Gemini's at Google Cloud's Vertex AI.
    case vertex
    /// Anthropic's at Vertex AI.
    case vertexAnthropic = "vertex-anthropic"
    case bedrock
    case cohere
    case azure

    /// Whether a base URL of it is a bare host, to which the paths add the version of the API.
    package var takesBareHost: Bool {
        switch self {
        case .anthropic, .gemini, .cohere, .bedrock, .vertex, .vertexAnthropic: true
        case .openAI, .openAIResponses, .azure: false
        }
    }

    /// Whether it is the chat dialect, in which requests and answers are spliced.
    package var isOpenAIChat: Bool { self == .openAI || self == .azure }

    /// Whether it is spoken at Vertex AI, whose addresses name a project and a location.
    package var isVertex: Bool {
        switch self {
        case .vertex, .vertexAnthropic: true
        case .openAI, .openAIResponses, .anthropic, .gemini, .bedrock, .cohere, .azure: false
        }
    }
}
