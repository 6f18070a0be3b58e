/// An API of a provider: what is appended to its base URL.
package enum UpstreamPath: UInt8, Sendable, CaseIterable {
    case chatCompletions
    case completions
    /// A whole answer in a dialect of the provider's own.
    case answer
    /// The same as a stream: a path of its own at some providers.
    case streamedAnswer
    case embeddings
    case rerank
    /// The list of models; asked by `martlet doctor` to see whether the provider answers and takes the key.
    case models

    /// What stands in a request line, with its query; nil where the dialect has no such API. Source: wire spec 11.
    ///
    /// Anthropic, Gemini and Cohere are given by their bare host, to which the version of the API is added. A base URL
    /// that ends in a version keeps its own.
    /// - Parameters:
    ///   - model: what the provider calls the model, for dialects that name it in the path.
    ///   - prefix: the path of the base URL.
    package func target(_ dialect: ProviderDialect, model: String, below prefix: String) -> String? {
        guard let path = path(dialect, model) else { return nil }
        guard let version = dialect.version(of: self) else { return prefix + path }
        guard Self.endsInVersion(prefix) else { return prefix + version + path }
        // Cohere lists its models in the first API only.
        let isElsewhere = self == .models && dialect == .cohere
        let slash = prefix.lastIndex(of: "/") ?? prefix.startIndex
        return (isElsewhere ? prefix[..<slash] + version : prefix[...]) + path
    }

    private func path(_ dialect: ProviderDialect, _ model: String) -> String? {
        switch self {
        case .chatCompletions: dialect.isOpenAIChat ? "/chat/completions" : nil
        case .completions: dialect.isOpenAIChat ? "/completions" : nil
        case .answer: dialect.answerPath(model)
        case .streamedAnswer: dialect.streamPath(model)
        case .models: dialect.listPath
        case .embeddings: dialect.embeddingsPath(model)
        case .rerank: dialect.rerankPath
        }
    }

    /// Whether the last segment of a base URL's path is a version such as `/v1` or `/v1beta`.
    package static func endsInVersion(_ prefix: String) -> Bool {
        let segment = prefix[(prefix.lastIndex(of: "/") ?? prefix.startIndex)...]
        guard segment.hasPrefix("/v"), let digit = segment.utf8.dropFirst(2).first else { return false }
        return (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
    }

    package var isPost: Bool { self != .models }
}

extension ProviderDialect {
    /// The version that the dialect's paths begin with; nil where the base URL says it.
    fileprivate func version(of path: UpstreamPath) -> String? {
        switch self {
        case .anthropic: "/v1"
        case .gemini: "/v1beta"
        case .cohere: path == .models ? "/v1" : "/v2"
        case .openAI, .openAIResponses, .azure, .vertex, .vertexAnthropic, .bedrock: nil
        }
    }

    /// The list of models, in one page where it comes in pages: these are the largest.
    fileprivate var listPath: String {
        switch self {
        case .openAI, .openAIResponses, .azure, .vertex, .vertexAnthropic: "/models"
        case .anthropic: "/models?limit=1000"
        case .gemini: "/models?pageSize=1000"
        case .cohere: "/models?page_size=1000"
        case .bedrock: "/foundation-models"
        }
    }

    fileprivate func answerPath(_ model: String) -> String? {
        switch self {
        case .openAI, .azure: nil
        case .openAIResponses: "/responses"
        case .anthropic: "/messages"
        case .gemini: "/models/\(Self.escaped(model)):generateContent"
        case .vertex: "/publishers/google/models/\(Self.escaped(model)):generateContent"
        case .vertexAnthropic: "/publishers/anthropic/models/\(Self.escaped(model)):rawPredict"
        case .bedrock: "/model/\(Self.escaped(model))/converse"
        case .cohere: "/chat"
        }
    }

    fileprivate func streamPath(_ model: String) -> String? {
        switch self {
        case .gemini: "/models/\(Self.escaped(model)):streamGenerateContent?alt=sse"
        case .vertex: "/publishers/google/models/\(Self.escaped(model)):streamGenerateContent?alt=sse"
        case .vertexAnthropic: "/publishers/anthropic/models/\(Self.escaped(model)):streamRawPredict"
        case .bedrock: "/model/\(Self.escaped(model))/converse-stream"
        default: answerPath(model)
        }
    }

    fileprivate func embeddingsPath(_ model: String) -> String? {
        switch self {
        case .openAI, .azure, .openAIResponses: "/embeddings"
        case .gemini: "/models/\(Self.escaped(model)):batchEmbedContents"
        case .cohere: "/embed"
        case .bedrock: "/model/\(Self.escaped(model))/invoke"
        case .vertex: "/publishers/google/models/\(Self.escaped(model)):\(VertexEmbeddingMethod(model: model).rawValue)"
        case .anthropic, .vertexAnthropic: nil
        }
    }

    fileprivate var rerankPath: String? {
        switch self {
        case .openAI, .azure, .openAIResponses, .cohere: "/rerank"
        case .anthropic, .gemini, .bedrock, .vertex, .vertexAnthropic: nil
        }
    }

    /// A model's id as one segment of a path: everything but unreserved characters is escaped. Source: RFC 3986 2.3.
    private static func escaped(_ model: String) -> String {
        var text = ""
        for byte in model.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
