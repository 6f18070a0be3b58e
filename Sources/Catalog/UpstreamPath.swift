/// An API of a provider: what is appended to its base URL.
package enum UpstreamPath: UInt8, Sendable, CaseIterable {
    case chatCompletions
    case completions
    /// A whole answer in a dialect of the provider's own.
    case answer
    /// The same as a stream: a path of its own at some providers.
    case streamedAnswer
    /// The list of models; asked by `martlet doctor` to see whether the provider answers and takes the key.
    case models

    /// The path below the base URL, with its query; nil where the dialect has no such API. Source: wire spec 11.
    /// - Parameter model: what the provider calls the model, for dialects that name it in the path.
    package func text(_ dialect: ProviderDialect, model: String) -> String? {
        switch self {
        case .chatCompletions: dialect.isOpenAIChat ? "/chat/completions" : nil
        case .completions: dialect.isOpenAIChat ? "/completions" : nil
        case .answer: dialect.answerPath(model)
        case .streamedAnswer: dialect.streamPath(model)
        case .models: "/models"
        }
    }

    package var isPost: Bool { self != .models }
}

extension ProviderDialect {
    fileprivate func answerPath(_ model: String) -> String? {
        switch self {
        case .openAI, .azure, .vertex: nil
        case .openAIResponses: "/responses"
        case .anthropic: "/messages"
        case .gemini: "/models/\(Self.escaped(model)):generateContent"
        case .bedrock: "/model/\(Self.escaped(model))/converse"
        case .cohere: "/chat"
        }
    }

    fileprivate func streamPath(_ model: String) -> String? {
        switch self {
        case .gemini: "/models/\(Self.escaped(model)):streamGenerateContent?alt=sse"
        case .bedrock: "/model/\(Self.escaped(model))/converse-stream"
        default: answerPath(model)
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
