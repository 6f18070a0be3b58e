extension TokenEstimator {
    /// Adds what an event of an answer brings: text, reasoning, a refusal, a call's name and arguments.
    package mutating func count(_ event: CompletionEvent) {
        switch event.content {
        case .text(let text), .refusal(let text), .toolArguments(_, let text), .toolCall(_, _, _, let text): add(text)
        case .reasoning(let item): add(item.text)
        case .began, .textEnded, .phase, .citation, .toolSignature, .toolExtras, .serverTool, .media, .audio, .logprobs,
            .native,
            .finished, .usage, .serviceTier, .fingerprint, .failed:
            break
        }
    }

    private mutating func add(_ text: String) {
        add(text.utf8Span.span)
    }
}
