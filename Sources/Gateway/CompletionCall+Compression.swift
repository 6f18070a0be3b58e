import Buffers
import Catalog
import Completions
import Dialects
import HTTPServer
import JSONText
import Routing

/// Leaving out the middle of a conversation that is too long for an endpoint. Source: spec 8.
extension CompletionCall {
    /// Whether it is worth counting. No token is shorter than a byte, so that this is a sure no for nearly every request.
    func mayBeTooLong(for endpoint: Endpoint) -> Bool {
        if request.compression == .off { return false }
        let size = request.promptSize
        if let messagesMax = endpoint.provider.quirks.messagesMax, size.messages > messagesMax { return true }
        if compressionLevel > 0 { return true }
        guard let context = endpoint.contextLength else { return false }
        let most = size.textBytes + size.toolBytes + (size.messages + size.tools) * 8 + (request.maxTokens ?? 0)
        let media = size.images + size.audios + size.files + size.videos
        return most + media * GatewayLimits.mediaTokens > context
    }

    /// Adds the edits that make the conversation fit; none where it fits, or cannot be made to.
    func compress(for endpoint: Endpoint) {
        compression = nil
        let messagesMax = endpoint.provider.quirks.messagesMax
        // Another router does it itself, and knows its endpoints.
        guard !endpoint.provider.quirks.takesRouterFields, endpoint.outputModalities.contains(.text),
            request.mayCompress(forContext: endpoint.contextLength)
        else { return }
        let conversation = outline()
        let whole = conversation.tokens
        let context = endpoint.contextLength ?? whole
        let answer = request.maxTokens ?? 0
        let isTooMany = messagesMax.map { conversation.messages.count > $0 } ?? false
        guard isTooMany || compressionLevel > 0 || whole + answer > context else { return }
        var room = context - (request.maxTokens ?? min(CompressionLimits.answerTokens, context / 4))
        if compressionLevel > 0 { room = min(room, whole) }
        if !isTooMany || whole > room { room = room * CompressionLimits.percents[compressionLevel] / 100 }
        guard
            let shortened = MiddleOut(
                conversation, in: Span(_unsafeBytes: body.bytes), tokensMax: room, messagesMax: messagesMax)
        else { return }
        if shortened.changesNothing { return }
        shortened.write(conversation, into: &edits)
        compression = shortened
    }

    /// Whether the same endpoint is to be asked again with less, after it found the prompt too long.
    func compressFurther(_ candidate: Candidate) -> Bool {
        let endpoint = candidate.endpoint
        guard request.mayCompress(forContext: endpoint.contextLength), !endpoint.provider.quirks.takesRouterFields,
            endpoint.outputModalities.contains(.text), compressionLevel + 1 < CompressionLimits.percents.count
        else { return false }
        compressionLevel += 1
        return true
    }

    private func outline() -> Conversation {
        if let conversationOutline { return conversationOutline }
        let source = Span(_unsafeBytes: body.bytes) as Span<UInt8>
        // It was scanned before without fault.
        guard let root = try? pipeline.scanner.scan(source) else { return Conversation(messages: []) }
        let outline = Conversation(root, of: request, in: source)
        conversationOutline = outline
        return outline
    }

    /// The stage of the pipeline in `openrouter_metadata`.
    func writeStage(_ compression: MiddleOut, _ json: inout JSONWriter) {
        let count = conversationOutline?.messages.count ?? 0
        json.object { json in
            json.member("type", "context_compression")
            json.member("name", "middle-out")
            json.memberObject("data") { json in
                json.member("engine", "middle-out")
                json.member("messages_before", count)
                json.member("messages_after", compression.messageCount)
                json.member("texts_shortened", compression.cuts.count)
                json.member("tokens_before", conversationOutline?.tokens)
                json.member("tokens_after", compression.tokens)
            }
            json.member(
                "summary",
                "left out \(count - compression.messageCount) of \(count) messages and shortened "
                    + "\(compression.cuts.count) texts to fit the endpoint")
        }
    }
}
