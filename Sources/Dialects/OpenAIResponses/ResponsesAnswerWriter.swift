package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes whole answers of the Responses dialect: the response object.
package enum ResponsesAnswerWriter {
    /// Appends an answer.
    ///
    /// - Parameters:
    ///   - usage: what is billed, which may be more than the answer itself reports.
    ///   - echo: what the response repeats of its request.
    ///   - completedAt: Unix seconds.
    package static func write(
        _ answer: CompletionAnswer, stamp: ResponseStamp, hidesReasoning: Bool, usage: TokenUsage, charge: Charge,
        echo: ResponsesEcho = ResponsesEcho(), completedAt: Int64? = nil, into out: inout ByteBuffer
    ) {
        var writer = ResponsesEventWriter(stamp: stamp, hidesReasoning: hidesReasoning, echo: echo, isSilent: true)
        let choice = answer.choices.first ?? CompletionAnswer.Choice()
        var slot = 0
        for entries in choice.logprobs { writer.write(CompletionEvent(.logprobs(entries)), into: &out) }
        for item in choice.items {
            for content in events(of: item, slot: slot) { writer.write(CompletionEvent(content), into: &out) }
            if case .toolCall = item { slot += 1 }
        }
        if let tier = answer.serviceTier { writer.write(CompletionEvent(.serviceTier(tier)), into: &out) }
        let object = writer.finish(
            choice.finishReason ?? .stop, native: choice.nativeFinishReason, usage: usage, charge: charge,
            completedAt: completedAt, into: &out)
        out.appendJSON { object.write(&$0) }
    }

    /// The steps in which an item would have come.
    private static func events(of item: MessageItem, slot: Int) -> [CompletionEvent.Content] {
        switch item {
        case .text(let text):
            return [.phase(text.phase), .textEnded, .text(text.text)] + text.citations.map { .citation($0) }
        case .refusal(let text): return [.refusal(text)]
        case .reasoning(let piece): return [.reasoning(piece)]
        case .toolCall(let call):
            var events: [CompletionEvent.Content] = [
                .toolCall(slot: slot, kind: call.kind, id: call.id, name: call.name),
                .toolArguments(slot: slot, call.arguments),
            ]
            if let extras = call.extras { events.append(.toolExtras(slot: slot, extras)) }
            if let signature = call.signature { events.append(.toolSignature(slot: slot, signature)) }
            return events
        case .image, .audio, .video, .file: return [.media(item)]
        case .serverTool(let tool): return [.serverTool(tool)]
        case .native(let native): return [.native(native)]
        case .toolResult: return []
        }
    }
}
