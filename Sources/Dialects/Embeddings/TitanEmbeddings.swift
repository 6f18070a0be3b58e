import Accounting
import Buffers
import Completions
import JSONText

/// Amazon's Titan by Bedrock's `InvokeModel`, one text a request. Source: the Bedrock user guide, "Amazon Titan
/// Embeddings Text".
enum TitanEmbeddings {
    static func write(
        _ request: EmbeddingRequest, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        let texts = try request.onlyTexts()
        if texts.count > 1 { throw request.tooManyInputs }
        var translation = Translation()
        if request.user != nil { translation.drop("user") }
        if request.inputType != nil { translation.drop("input_type") }
        let others = request.others.forProviders(besides: ["inputText"], &translation)
        out.appendJSON { json in
            json.object { json in
                json.member("inputText", texts[0])
                json.member("dimensions", request.dimensions)
                json.members(others)
            }
        }
        return translation
    }

    static func readAnswer(
        _ root: JSONValue, _ encoding: EmbeddingRequest.Encoding
    ) throws(AnswerError) -> EmbeddingAnswer {
        guard let embedding = root["embedding"] else {
            if let message = root["message"]?.string { throw AnswerError(message: message) }
            throw AnswerError(status: 502, message: "The provider's answer has no 'embedding'.")
        }
        var answer = EmbeddingAnswer()
        answer.vectors = [try EmbeddingVectors.read(embedding, encoding)]
        if let count = root["inputTextTokenCount"]?.integer {
            answer.usage = TokenUsage(prompt: Int(min(max(count, 0), 1 << 40)), completion: 0)
        }
        return answer
    }
}
