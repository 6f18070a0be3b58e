import Buffers
import JSONText

/// What a request for embeddings or for an order of documents gives its provider to read.
struct RetrievalInput {
    var query = ""
    /// The texts to embed, or the documents; tokens are written as `1,2,3`.
    var texts: [String] = []
    var dimensions = 8
    var wantsBase64 = false
    var limit: Int?

    init() {}

    init(_ body: JSONValue) {
        query = body["query"]?.string ?? ""
        let settings = body["parameters"] ?? body["embedContentConfig"] ?? body["requests"]?[0]
        let length = body["dimensions"] ?? body["output_dimension"] ?? settings?["outputDimensionality"]
        dimensions = length.flatMap(Self.count) ?? 8
        wantsBase64 = body["encoding_format"]?.equals("base64") ?? false
        limit = body["top_n"].flatMap(Self.count) ?? body["top_k"].flatMap(Self.count)
        // One content stands in the request itself.
        if body["content"] != nil { texts = [Self.text(body)] }
        let lists: [StaticString] = ["input", "inputText", "texts", "inputs", "instances", "requests", "documents"]
        guard let list = lists.lazy.compactMap({ body[$0] }).first else { return }
        if !list.isArray || list[0]?.isNumber ?? false {
            texts = [Self.text(list)]
        } else {
            texts = list.elements.map(Self.text)
        }
    }

    private static func count(_ value: JSONValue) -> Int? { value.integer.map { Int($0) } }

    private static func text(_ value: JSONValue) -> String {
        if let text = value.string ?? value["text"]?.string { return text }
        if value.isArray { return value.elements.map(\.rawText).joined(separator: ",") }
        let content = value["content"]
        if let text = content?.string { return text }
        return (content?["parts"] ?? content)?[0]?["text"]?.string ?? value.rawText
    }

    /// Where a script may stand.
    var scriptText: String? { query.isEmpty ? texts.first : query }

    /// One a word or a token.
    var tokens: Int { texts.reduce(0) { $0 + Self.tokens(of: $1) } }

    static func tokens(of text: String) -> Int { text.split { $0 == " " || $0 == "," }.count }
}

/// Vectors and orders that depend on the texts alone, so that tests can work them out for themselves. Never streamed.
struct RetrievalAnswerText: SimulatedAnswer {
    let request: SimulatedRequest
    let scenario: Scenario
    let id: String

    let opening = ""
    let toolCallChunks: [String] = []
    func content(_ piece: String) -> String { "" }
    func ending(text said: String, tokens: Int) -> String { "" }
    let errorEvent = ""

    private var input: RetrievalInput { request.retrieval }
    private var isCohere: Bool { request.path.contains("/v2/") }
    private var isInvocation: Bool { request.path.hasSuffix("/invoke") }

    /// Bedrock counts in the head of every answer.
    var headFields: String {
        isInvocation
            ? scenario.usage("\(input.tokens)").map { "x-amzn-bedrock-input-token-count: \($0)\r\n" } ?? "" : ""
    }

    var errorBody: String { isCohere || isInvocation ? scenario.error : #"{"error":\#(scenario.error)}"# }

    func plain(_ text: String, tokens: Int) -> String {
        if request.path.hasSuffix("/rerank") { return order() }
        if request.path.hasSuffix(":predict") { return predictions() }
        if isInvocation, request.isTitan { return titan() }
        if request.path.hasSuffix("/embed") || isInvocation {
            return """
                {"id":"\(id)","embeddings":{"float":[\(vectors.map(Self.json).joined(separator: ","))]},\
                "response_type":"embeddings_by_type"\(isInvocation ? "" : meta(#"{"input_tokens":\#(input.tokens)}"#))}
                """
        }
        if request.path.hasSuffix(":batchEmbedContents") {
            let entries = vectors.map { #"{"values":\#(Self.json($0))}"# }
            let usage = scenario.usage(#"{"promptTokenCount":\#(input.tokens)}"#).map { #","usageMetadata":\#($0)"# }
            return #"{"embeddings":[\#(entries.joined(separator: ","))]\#(usage ?? "")}"#
        }
        if request.path.hasSuffix(":embedContent") {
            let usage = scenario.usage(#"{"promptTokenCount":\#(input.tokens)}"#).map { #","usageMetadata":\#($0)"# }
            return #"{"embedding":{"values":\#(Self.json(vectors[0]))}\#(usage ?? "")}"#
        }
        let entries = vectors.enumerated().map { index, vector in
            let embedding = input.wantsBase64 ? quoted(Self.base64(vector)) : Self.json(vector)
            return #"{"object":"embedding","index":\#(index),"embedding":\#(embedding)}"#
        }
        return """
            {"object":"list","data":[\(entries.joined(separator: ","))],\
            "model":\(quoted(request.model))\(usage)}
            """
    }

    private func predictions() -> String {
        let entries = zip(vectors, input.texts).map { vector, text in
            let count = scenario.usage("\(RetrievalInput.tokens(of: text))").map { #","token_count":\#($0)"# } ?? ""
            return #"{"embeddings":{"values":\#(Self.json(vector)),"statistics":{"truncated":false\#(count)}}}"#
        }
        return #"{"predictions":[\#(entries.joined(separator: ","))]}"#
    }

    private func titan() -> String {
        let vector = Self.json(vectors[0])
        let count = scenario.usage("\(input.tokens)").map { #","inputTextTokenCount":\#($0)"# } ?? ""
        return #"{"embedding":\#(vector),"embeddingsByType":{"float":\#(vector)}\#(count)}"#
    }

    private var usage: String {
        scenario.usage(#"{"prompt_tokens":\#(input.tokens),"total_tokens":\#(input.tokens)}"#)
            .map { #","usage":\#($0)"# } ?? ""
    }

    private func meta(_ units: String) -> String {
        scenario.usage(units).map { #","meta":{"api_version":{"version":"2"},"billed_units":\#($0)}"# } ?? ""
    }

    /// The most relevant first; of those that are as relevant, the earlier one.
    private func order() -> String {
        var found = input.texts.enumerated().map { (index: $0, relevance: Float(Self.hash($1) >> 24) / 256) }
        found.sort { ($1.relevance, $0.index) < ($0.relevance, $1.index) }
        let results = found.prefix(input.limit ?? found.count).map {
            #"{"index":\#($0.index),"relevance_score":\#($0.relevance)}"#
        }
        let billed = isCohere ? meta(#"{"search_units":\#((input.texts.count + 99) / 100)}"#) : usage
        return #"{"id":"\#(id)","results":[\#(results.joined(separator: ","))]\#(billed)}"#
    }

    // MARK: Vectors

    /// Multiples of 1/128 from -1 to below 1, which floats hold exactly.
    private var vectors: [[Float]] {
        input.texts.map { text in
            let hash = Self.hash(text)
            return (0..<input.dimensions).map { place in
                Float((hash &+ UInt32(truncatingIfNeeded: place) &* 0x9E37_79B1) >> 24) / 128 - 1
            }
        }
    }

    private static func json(_ vector: [Float]) -> String { "[\(vector.map(\.description).joined(separator: ","))]" }

    private static func base64(_ vector: [Float]) -> String {
        Base64.encode(
            vector.flatMap { value in
                [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32($0)) }
            })
    }

    /// FNV-1a.
    private static func hash(_ text: String) -> UInt32 {
        text.utf8.reduce(0x811C_9DC5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}

extension SimulatedRequest {
    var isRetrieval: Bool {
        ["/embeddings", "/embed", "/rerank", "/invoke", ":batchEmbedContents", ":embedContent", ":predict"]
            .contains { path.hasSuffix($0) }
    }

    /// Whether it is Amazon's own model that is invoked.
    var isTitan: Bool { path.contains("titan") }
}
