import Accounting
import Buffers
import Completions
import JSONText

/// Gemini's `batchEmbedContents`: one request per input.
enum GeminiEmbeddings {
    static func write(
        _ request: EmbeddingRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        let contents = try contents(of: request)
        var translation = Translation()
        if request.user != nil { translation.drop("user") }
        for member in request.others.forProviders { translation.drop(member.name) }
        let task = request.inputType.map { Self.task($0) }
        try out.appendJSON { (json) throws(APIError) in
            try json.object { (json) throws(APIError) in
                try json.memberArray("requests") { (json) throws(APIError) in
                    for (index, content) in contents.enumerated() {
                        try write(content, "input[\(index)].content", request, target, task, &json)
                    }
                }
            }
        }
        return translation
    }

    /// The parts of each input.
    ///
    /// - Throws: a 400 for tokens.
    static func contents(of request: EmbeddingRequest) throws(APIError) -> [[MessageItem]] {
        if request.holdsTokens { throw EmbeddingRequest.tokensRefused }
        if case .contents(let contents) = request.input { return contents }
        return (request.texts ?? []).map { [.text(TextItem($0))] }
    }

    private static func write(
        _ content: [MessageItem], _ path: String, _ request: EmbeddingRequest, _ target: TranslationTarget,
        _ task: String?, _ json: inout JSONWriter
    ) throws(APIError) {
        try json.object { (json) throws(APIError) in
            json.member("model", "models/\(target.model)")
            try json.memberObject("content") { (json) throws(APIError) in try writeParts(content, path, &json) }
            json.member("taskType", task)
            json.member("outputDimensionality", request.dimensions)
        }
    }

    static func writeParts(
        _ content: [MessageItem], _ path: String, _ json: inout JSONWriter
    ) throws(APIError) {
        try json.memberArray("parts") { (json) throws(APIError) in
            for item in content { try write(item, path, &json) }
        }
    }

    private static func write(_ item: MessageItem, _ path: String, _ json: inout JSONWriter) throws(APIError) {
        switch item {
        case .text(let text): json.object { $0.member("text", text.text) }
        case .image(let media), .audio(let media), .video(let media), .file(let media):
            guard case .base64(let data) = media.source, let type = media.mediaType else {
                throw .invalid(path, "This provider fetches nothing from the web; send the contents as a data URL.")
            }
            json.object { json in
                json.memberObject("inlineData") { json in
                    json.member("mimeType", type)
                    json.member("data", data)
                }
            }
        case .reasoning, .toolCall, .toolResult, .refusal, .serverTool, .native: break
        }
    }

    /// The words of other providers in Gemini's; its own, in capitals, pass.
    static func task(_ type: String) -> String {
        switch type {
        case "search_query", "query": "RETRIEVAL_QUERY"
        case "search_document", "document", "passage": "RETRIEVAL_DOCUMENT"
        case "classification": "CLASSIFICATION"
        case "clustering": "CLUSTERING"
        default: type.uppercased()
        }
    }

    static func readAnswer(
        _ root: JSONValue, _ encoding: EmbeddingRequest.Encoding
    ) throws(AnswerError) -> EmbeddingAnswer {
        var answer = EmbeddingAnswer()
        if let embeddings = root["embeddings"], embeddings.isArray {
            for entry in embeddings.elements {
                answer.vectors.append(try EmbeddingVectors.read(entry["values"], encoding))
            }
        } else if let embedding = root["embedding"] {
            answer.vectors = [try EmbeddingVectors.read(embedding["values"], encoding)]
        } else {
            throw AnswerError(status: 502, message: "The provider's answer has no 'embeddings'.")
        }
        if let count = root["usageMetadata"]?["promptTokenCount"]?.integer {
            answer.usage = TokenUsage(prompt: Int(min(max(count, 0), 1 << 40)), completion: 0)
        }
        return answer
    }
}
