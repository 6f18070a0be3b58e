import Accounting
import Buffers
import Completions
import JSONText

/// Google's embeddings at Vertex AI, which has other methods for them than Google AI Studio.
enum VertexEmbeddings {
    /// `:predict`, which takes texts alone.
    static func writePrediction(
        _ request: EmbeddingRequest, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        let texts = try request.onlyTexts()
        let task = request.inputType.map { GeminiEmbeddings.task($0) }
        out.appendJSON { json in
            json.object { json in
                json.memberArray("instances") { json in
                    for text in texts {
                        json.object { json in
                            json.member("content", text)
                            json.member("task_type", task)
                        }
                    }
                }
                if let dimensions = request.dimensions {
                    json.memberObject("parameters") { $0.member("outputDimensionality", dimensions) }
                }
            }
        }
        return leftOut(request)
    }

    /// `:embedContent`
    static func writeContent(_ request: EmbeddingRequest, into out: inout ByteBuffer) throws(APIError) -> Translation {
        let contents = try GeminiEmbeddings.contents(of: request)
        if contents.count > 1 { throw request.tooManyInputs }
        try out.appendJSON { (json) throws(APIError) in
            try json.object { (json) throws(APIError) in
                try json.memberObject("content") { (json) throws(APIError) in
                    try GeminiEmbeddings.writeParts(contents[0], "input[0].content", &json)
                }
                if request.dimensions == nil, request.inputType == nil { return }
                json.memberObject("embedContentConfig") { json in
                    json.member("taskType", request.inputType.map { GeminiEmbeddings.task($0) })
                    json.member("outputDimensionality", request.dimensions)
                }
            }
        }
        return leftOut(request)
    }

    private static func leftOut(_ request: EmbeddingRequest) -> Translation {
        var translation = Translation()
        if request.user != nil { translation.drop("user") }
        for member in request.others.forProviders { translation.drop(member.name) }
        return translation
    }

    /// Reads the answer to `:predict`; that to `:embedContent` is Gemini's.
    static func readPrediction(
        _ root: JSONValue, _ encoding: EmbeddingRequest.Encoding
    ) throws(AnswerError) -> EmbeddingAnswer {
        guard let predictions = root["predictions"], predictions.isArray else {
            throw AnswerError(status: 502, message: "The provider's answer has no 'predictions'.")
        }
        var answer = EmbeddingAnswer()
        var tokens: Int64?
        for prediction in predictions.elements {
            let embeddings = prediction["embeddings"]
            answer.vectors.append(try EmbeddingVectors.read(embeddings?["values"], encoding))
            guard let count = embeddings?["statistics"]?["token_count"]?.integer else { continue }
            tokens = (tokens ?? 0) + min(max(count, 0), 1 << 40)
        }
        answer.usage = tokens.map { TokenUsage(prompt: Int($0), completion: 0) }
        return answer
    }
}
