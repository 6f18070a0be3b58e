import Accounting
package import Buffers
package import Completions
package import JSONText

/// The ways providers are asked to rerank. Source: wire spec 2.5.
package enum RerankDialect: UInt8, CaseIterable, Sendable {
    /// `v2/rerank`
    case cohere
    /// Jina's `v1/rerank`, which vLLM, llama.cpp, Together, DeepInfra and others take too.
    case jina
    /// Voyage's `v1/rerank`, which calls the number of results `top_k`.
    case voyage

    /// Appends the body of the request.
    ///
    /// - Throws: a 400 that names a document which the provider has no form for.
    package func write(
        _ request: RerankRequest, for target: TranslationTarget, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        var translation = Translation()
        if request.user != nil { translation.drop("user") }
        let holdsImages = request.documents.contains { $0.image != nil }
        if holdsImages, self != .jina, let index = request.documents.firstIndex(where: { $0.image != nil }) {
            throw .invalid("documents[\(index)].image", "This provider sorts text alone; leave out the images.")
        }
        out.appendJSON { json in
            json.object { json in
                json.member("model", target.model)
                json.member("query", request.query)
                json.memberArray("documents") { json in
                    for document in request.documents { write(document, asObject: holdsImages, &json) }
                }
                switch self {
                case .cohere: json.member("top_n", request.limit)
                case .jina:
                    json.member("top_n", request.limit)
                    json.member("return_documents", false)
                case .voyage:
                    json.member("top_k", request.limit)
                    json.member("return_documents", false)
                }
                json.members(request.others.forProviders.filter { $0.name != "return_documents" })
            }
        }
        return translation
    }

    private func write(_ document: RerankRequest.Document, asObject: Bool, _ json: inout JSONWriter) {
        guard asObject else { return json.string(document.text ?? "") }
        json.object { json in
            json.member("text", document.text)
            json.member("image", document.image)
        }
    }

    /// Reads the provider's answer, the most relevant document first.
    ///
    /// - Throws: what is wrong with it: an error of the provider, or results that belong to no document.
    package func readAnswer(_ root: JSONValue, to request: RerankRequest) throws(AnswerError) -> RerankAnswer {
        if let error = InBandError(root) {
            throw AnswerError(status: error.status, type: error.type ?? error.code, message: error.message)
        }
        guard let results = root["results"] ?? root["data"], results.isArray else {
            throw AnswerError(
                status: root["message"] == nil ? 502 : nil,
                message: root["message"]?.string ?? "The provider's answer has no 'results'.")
        }
        var answer = RerankAnswer()
        answer.id = root["id"]?.string
        var seen: Set<Int> = []
        for result in results.elements {
            guard let index = result["index"]?.integer, request.documents.indices.contains(Int(clamping: index)),
                let relevance = (result["relevance_score"] ?? result["score"])?.double,
                seen.insert(Int(index)).inserted
            else {
                throw AnswerError(status: 502, message: "The provider sent a result that belongs to no document.")
            }
            answer.results.append(RerankAnswer.Result(index: Int(index), relevance: relevance))
        }
        // Hosts differ in what they sort.
        answer.results.sort { ($1.relevance, $0.index) < ($0.relevance, $1.index) }
        if let limit = request.limit { answer.results = Array(answer.results.prefix(limit)) }
        answer.usage = root["usage"].flatMap(OpenAIEmbeddings.usage)
        let units = root["meta"]?["billed_units"]?["search_units"] ?? root["usage"]?["search_units"]
        answer.searchUnits = units?.integer.map { Int(min(max($0, 0), 1 << 40)) }
        return answer
    }
}
