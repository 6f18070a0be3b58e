import Accounting
import Buffers
import Completions
import JSONText

/// Cohere's `v2/embed`, which wants to know what the vectors are for.
enum CohereEmbeddings {
    /// Bedrock names the model in the path, and documents another form of images.
    static func writeForBedrock(
        _ request: EmbeddingRequest, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        _ = try request.onlyTexts()
        return try write(request, model: nil, into: &out)
    }

    static func write(
        _ request: EmbeddingRequest, model: String?, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        if request.holdsTokens { throw EmbeddingRequest.tokensRefused }
        var translation = Translation()
        if request.user != nil { translation.drop("user") }
        var said = ["embedding_types", "texts", "images", "inputs"]
        if request.dimensions != nil { said.append("output_dimension") }
        let others = request.others.forProviders(besides: said, &translation)
        try out.appendJSON { (json) throws(APIError) in
            try json.object { (json) throws(APIError) in
                json.member("model", model)
                json.member("input_type", Self.type(request.inputType))
                json.memberArray("embedding_types") { $0.string("float") }
                json.member("output_dimension", request.dimensions)
                json.members(others)
                if let texts = request.texts {
                    json.memberArray("texts") { json in for text in texts { json.string(text) } }
                } else if case .contents(let contents) = request.input {
                    try json.memberArray("inputs") { (json) throws(APIError) in
                        for (index, content) in contents.enumerated() { try write(content, index, &json) }
                    }
                }
            }
        }
        return translation
    }

    private static func write(_ content: [MessageItem], _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        try json.object { (json) throws(APIError) in
            try json.memberArray("content") { (json) throws(APIError) in
                for item in content {
                    switch item {
                    case .text(let text):
                        json.object { json in
                            json.member("type", "text")
                            json.member("text", text.text)
                        }
                    case .image(let media): try write(media, index, &json)
                    default:
                        throw .invalid(
                            "input[\(index)].content", "This provider embeds text and images; leave out the rest.")
                    }
                }
            }
        }
    }

    private static func write(_ image: MediaItem, _ index: Int, _ json: inout JSONWriter) throws(APIError) {
        guard case .base64(let data) = image.source, let type = image.mediaType else {
            throw .invalid(
                "input[\(index)].content",
                "This provider fetches nothing from the web; send the image as a data URL.")
        }
        json.object { json in
            json.member("type", "image_url")
            json.memberObject("image_url") { $0.member("url", "data:\(type);base64,\(data)") }
        }
    }

    /// The words of other providers in Cohere's. Most vectors are made to be found.
    private static func type(_ type: String?) -> String {
        switch type?.lowercased() {
        case nil, "document"?, "passage"?, "retrieval_document"?: "search_document"
        case "query"?, "retrieval_query"?: "search_query"
        case let type?: type
        }
    }

    static func readAnswer(
        _ root: JSONValue, _ encoding: EmbeddingRequest.Encoding
    ) throws(AnswerError) -> EmbeddingAnswer {
        guard let embeddings = root["embeddings"] else {
            if let message = root["message"]?.string { throw AnswerError(message: message) }
            throw AnswerError(status: 502, message: "The provider's answer has no 'embeddings'.")
        }
        var answer = EmbeddingAnswer()
        answer.id = root["id"]?.string
        // The first version of the interface knew no types.
        let vectors = embeddings.isArray ? embeddings : embeddings["float"] ?? embeddings
        for vector in vectors.elements { answer.vectors.append(try EmbeddingVectors.read(vector, encoding)) }
        if let units = root["meta"]?["billed_units"] {
            let texts = units["input_tokens"]?.integer ?? 0
            let images = units["image_tokens"]?.integer ?? 0
            var usage = TokenUsage(
                prompt: Int(min(max(texts, 0), 1 << 40) + min(max(images, 0), 1 << 40)), completion: 0)
            usage.imagePrompt = Int(min(max(images, 0), 1 << 40))
            usage.images = units["images"]?.integer.map { Int(min(max($0, 0), 1 << 20)) } ?? 0
            answer.usage = usage
        }
        return answer
    }
}
