import Accounting
import Activity
import Buffers
import Catalog
import Completions
import Dialects
import HTTPClient
import HTTPServer
import JSONText
import Providers
import Reactor
import Routing

/// `/embeddings` and `/rerank`: requests that complete nothing. They are routed, paid for and recorded as completions
/// are; only what is sent and what comes back differs. Source: openrouter spec 17.3, 17.4.
extension CompletionCall {
    /// Reads the body as a request for embeddings or for an order.
    func decodeRetrieval(_ root: JSONValue, _ task: RetrievalTask) throws(APIError) -> CompletionRequest {
        let wanted = try RetrievalRequest.read(root, of: task)
        retrieval = wanted
        return wanted.routed
    }

    /// How long the prompt is: an endpoint must have room for the longest input, and is paid for all of them.
    func retrievalTokens(_ wanted: RetrievalRequest) -> PromptTokens {
        var longest = PromptSize()
        longest.textBytes = wanted.longestTextBytes
        return PromptTokens(atLeast: PromptTokens(longest).atLeast, likely: request.promptSize.roughTokens)
    }

    /// Makes ready what the endpoint is sent.
    ///
    /// - Throws: a 400 for a request that the provider's dialect has no words for.
    func writeRetrieval(_ wanted: RetrievalRequest, for endpoint: Endpoint) throws(APIError) {
        translatedBody.clear()
        let translation = try wanted.write(for: endpoint, user: pseudonym, into: &translatedBody)
        dropped = RequestFieldSet()
        noteDropped(translation.dropped)
    }

    /// Reads the provider's answer, and writes the caller's.
    ///
    /// - Returns: nil when the answer is good, else what the attempt came to.
    func judgeRetrieval(
        _ wanted: RetrievalRequest, _ root: JSONValue, _ candidate: Candidate, _ upstream: ClientExchange
    ) -> AttemptOutcome? {
        let answer: RetrievalAnswer
        do throws(AnswerError) {
            answer = try wanted.readAnswer(root, from: candidate.endpoint)
        } catch {
            return .failed(inBandFailure(error, candidate))
        }
        firstContentNs = EventLoop.monotonicNanos()
        note(reported: answer.usage ?? usageInHead(upstream, candidate.endpoint), candidate)
        finish.upstreamID = answer.id
        answer.write(stamp: stamp(candidate), usage: usage, charge: charge(candidate), into: &exchange.content)
        appendMetadata(selected: candidate, trailing: 1)
        return nil
    }

    /// Bedrock counts in the head of every answer of `InvokeModel`, and Cohere's bodies there have no count.
    private func usageInHead(_ upstream: ClientExchange, _ endpoint: Endpoint) -> TokenUsage? {
        guard endpoint.dialect == .bedrock, let text = upstream.header("x-amzn-bedrock-input-token-count"),
            let count = Int(text), count >= 0
        else { return nil }
        return TokenUsage(prompt: min(count, 1 << 40), completion: 0)
    }
}

extension RetrievalTask {
    var generationKind: GenerationKind {
        switch self {
        case .embeddings: .embeddings
        case .rerank: .rerank
        }
    }
}
