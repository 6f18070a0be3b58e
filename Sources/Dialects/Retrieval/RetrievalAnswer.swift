package import Accounting
package import Buffers
package import Completions

/// What a provider answered to a `RetrievalRequest`.
package enum RetrievalAnswer: Sendable {
    case embeddings(EmbeddingAnswer)
    case rerank(RerankAnswer, to: RerankRequest)

    /// The provider's id of it.
    package var id: String? {
        switch self {
        case .embeddings(let answer): answer.id
        case .rerank(let answer, _): answer.id
        }
    }

    /// What it is billed by; nil where the provider said nothing of it.
    package var usage: TokenUsage? {
        switch self {
        case .embeddings(let answer): return answer.usage
        case .rerank(let answer, let request):
            if answer.usage == nil, answer.searchUnits == nil { return nil }
            var usage = answer.usage ?? TokenUsage()
            usage.searchUnits = answer.searchUnits ?? request.searchUnits
            return usage
        }
    }

    /// Appends the caller's answer.
    package func write(stamp: ResponseStamp, usage: TokenUsage, charge: Charge, into out: inout ByteBuffer) {
        switch self {
        case .embeddings(let answer):
            EmbeddingAnswerWriter.write(answer, stamp: stamp, usage: usage, charge: charge, into: &out)
        case .rerank(let answer, let request):
            RerankAnswerWriter.write(answer, to: request, stamp: stamp, charge: charge, into: &out)
        }
    }
}
