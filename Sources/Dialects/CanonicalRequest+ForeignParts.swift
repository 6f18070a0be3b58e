package import Catalog
package import Completions

/// Parts that only the caller's dialect knows: a provider of another one would answer a question without them.
extension CanonicalRequest {
    /// Refuses what the caller says in parts that a provider's dialect has no words for. What models and the tools of
    /// providers said in such parts may be left out: a conversation goes on elsewhere without it.
    ///
    /// - Throws: a 400 with `param` for the first such part. Source: wire spec 4.
    package func checkParts(for dialect: ProviderDialect) throws(APIError) {
        let own = dialect.ofNativeItems
        // Results of tools that follow each other are one turn here, and a message each in Chat.
        var position = 0
        for message in messages {
            switch message.role {
            case .assistant: break
            case .system, .developer, .user:
                for (place, item) in message.items.enumerated() {
                    guard case .native(let native) = item, native.dialect != own else { continue }
                    try native.rejectPart(of: message.role, at: "messages[\(position)].content[\(place)]")
                }
            case .tool:
                for (offset, item) in message.items.enumerated() {
                    guard case .toolResult(let result) = item else { continue }
                    for (place, inner) in result.content.enumerated() {
                        guard case .native(let native) = inner, native.dialect != own else { continue }
                        try native.rejectPart(
                            of: .tool, at: "messages[\(position + offset)].content[\(place)]")
                    }
                }
            }
            position += message.role == .tool ? message.items.count : 1
        }
    }
}

extension NativeItem {
    /// - Parameter path: where it stands in a chat request. Turns of Messages are put together anew, so that the error
    ///   names no place of theirs.
    fileprivate func rejectPart(of role: Message.Role, at path: String) throws(APIError) {
        switch dialect {
        case Self.chat:
            throw .invalid(
                path,
                "'\(path)' is a part of type \"\(type ?? "")\", which this model's provider cannot be told; send "
                    + "whole parts of type \"text\", \"image_url\", \"input_audio\", \"file\" or \"video_url\", or choose "
                    + "another model.")
        case AnthropicWords.dialect where role == .user:
            throw .invalid(
                "messages",
                "'messages' has a block of type \"\(type ?? "")\", which this model's provider cannot be told; send "
                    + "\"text\", \"image\", \"document\", \"search_result\" or \"tool_result\", or choose another model."
            )
        default: break
        }
    }
}

extension ProviderDialect {
    /// The name of the dialect in a `NativeItem`.
    fileprivate var ofNativeItems: String {
        switch self {
        case .openAI, .azure: NativeItem.chat
        case .openAIResponses: ResponsesRequestReader.dialect
        case .anthropic, .vertexAnthropic: AnthropicWords.dialect
        case .gemini, .vertex: GeminiRequestWriter.dialect
        case .bedrock: "bedrock"
        case .cohere: CohereRequestWriter.dialect
        }
    }
}
