package import Buffers
package import Catalog
package import Completions
package import JSONText

/// A request that searches are made of: for embeddings, or for documents in the order of their relevance.
///
/// Indirect, because every call has room for one and most have none: so it is a word.
package indirect enum RetrievalRequest: Sendable {
    case embeddings(EmbeddingRequest)
    case rerank(RerankRequest)

    /// - Throws: a 400 with `param` for the first field that is missing, of a wrong type, out of range or repeated.
    package static func read(_ root: JSONValue, of task: RetrievalTask) throws(APIError) -> RetrievalRequest {
        switch task {
        case .embeddings: .embeddings(try EmbeddingRequestReader.read(root))
        case .rerank: .rerank(try RerankRequestReader.read(root))
        }
    }

    /// Bytes of the longest text that the model reads at once.
    package var longestTextBytes: Int {
        switch self {
        case .embeddings(let request): request.longestTextBytes
        case .rerank(let request): request.longestTextBytes
        }
    }

    /// Times that the price of a request may be due.
    package var requestsMax: Int {
        switch self {
        case .embeddings: 1
        case .rerank(let request): request.searchUnitsMax
        }
    }

    /// Writes what the endpoint's provider is sent.
    ///
    /// - Parameter user: who asks, as the provider may know it.
    /// - Throws: a 400 that names what the provider has no form for.
    package func write(
        for endpoint: Endpoint, user: String?, into out: inout ByteBuffer
    ) throws(APIError) -> Translation {
        let target = TranslationTarget(model: endpoint.upstreamModel, isStream: false, abilities: [])
        switch self {
        case .embeddings(var request):
            guard let dialect = EmbeddingDialect(endpoint) else {
                throw .invalid(
                    "model",
                    "Embeddings of \(endpoint.upstreamModel) cannot be asked for in its dialect, "
                        + "\(endpoint.dialect.rawValue).")
            }
            request.user = user
            return try dialect.write(request, for: target, into: &out)
        case .rerank(var request):
            guard let dialect = RerankDialect(endpoint) else {
                throw .invalid("model", "Reranking cannot be asked for in its dialect, \(endpoint.dialect.rawValue).")
            }
            request.user = user
            return try dialect.write(request, for: target, into: &out)
        }
    }

    /// Reads the answer of the provider that `write` wrote for.
    ///
    /// - Throws: what is wrong with it.
    package func readAnswer(_ root: JSONValue, from endpoint: Endpoint) throws(AnswerError) -> RetrievalAnswer {
        switch self {
        case .embeddings(let request):
            .embeddings(try EmbeddingDialect(endpoint)!.readAnswer(root, to: request))
        case .rerank(let request):
            .rerank(try RerankDialect(endpoint)!.readAnswer(root, to: request), to: request)
        }
    }
}

extension RetrievalRequest {
    /// The request as routing, money and records know requests: texts and no conversation, and another output.
    package var routed: CompletionRequest {
        let routed = CompletionRequest(kind: .text)
        switch self {
        case .embeddings(let request):
            routed.model = request.model
            routed.provider = request.provider
            routed.user = request.user
            routed.sessionID = request.sessionID
            routed.trace = request.trace?.text
            routed.promptSize = request.promptSize
            routed.inputModalities = request.modalities
            routed.outputModalities = .embeddings
        case .rerank(let request):
            routed.model = request.model
            routed.provider = request.provider
            routed.user = request.user
            routed.sessionID = request.sessionID
            routed.trace = request.trace?.text
            routed.promptSize = request.promptSize
            if routed.promptSize.images > 0 { routed.inputModalities.insert(.image) }
            routed.outputModalities = .rerank
        }
        return routed
    }
}

extension EmbeddingDialect {
    /// nil where the endpoint's dialect has no words for it that are known here.
    fileprivate init?(_ endpoint: Endpoint) {
        switch endpoint.dialect {
        case .openAI, .azure, .openAIResponses: self = .openAI
        case .gemini: self = .gemini
        case .cohere: self = .cohere
        case .vertex:
            self =
                switch VertexEmbeddingMethod(model: endpoint.upstreamModel) {
                case .predict: .vertexPrediction
                case .embedContent: .vertexContent
                }
        case .bedrock:
            // The author's name stands after that of a region, or at the end of an ARN.
            if endpoint.upstreamModel.contains("cohere.embed") {
                self = .bedrockCohere
            } else if endpoint.upstreamModel.contains("amazon.titan-embed-text") {
                self = .titan
            } else {
                return nil
            }
        case .anthropic, .vertexAnthropic: return nil
        }
    }
}

extension RerankDialect {
    /// nil where the endpoint's dialect has no words for it that are known here.
    fileprivate init?(_ endpoint: Endpoint) {
        switch endpoint.dialect {
        case .openAI, .azure, .openAIResponses: self = endpoint.provider.slug == "voyage" ? .voyage : .jina
        case .cohere: self = .cohere
        case .anthropic, .bedrock, .gemini, .vertex, .vertexAnthropic: return nil
        }
    }
}
