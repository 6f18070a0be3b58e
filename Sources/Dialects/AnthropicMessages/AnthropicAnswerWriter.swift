package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes a whole answer as a message. Source: openrouter spec 17.1.
package enum AnthropicAnswerWriter {
    /// Appends the body.
    ///
    /// - Parameter hidesReasoning: leaves the text of thoughts out, and keeps their seals.
    package static func write(
        _ answer: CompletionAnswer, stamp: ResponseStamp, hidesReasoning: Bool, usage: TokenUsage, charge: Charge,
        into out: inout ByteBuffer
    ) {
        let choice = answer.choices.first ?? CompletionAnswer.Choice()
        var refusal = ""
        var end: RawJSON?
        for item in choice.items {
            if case .refusal(let text) = item { refusal += text }
            if case .native(let native) = item, native.dialect == AnthropicWords.dialect,
                AnthropicMessageEnd.isEnd(native)
            {
                end = native.json
            }
        }
        let stop = AnthropicStop(
            choice.finishReason, native: choice.nativeFinishReason, refusal: refusal, end: end)
        out.appendJSON { json in
            json.object { json in
                json.member("id", stamp.id)
                json.member("type", "message")
                json.member("role", "assistant")
                json.member("model", stamp.model)
                json.member("provider", stamp.provider)
                json.memberArray("content") { json in
                    let blocks = AnthropicBlocks()
                    for item in choice.items { write(item, hidesReasoning: hidesReasoning, blocks, &json) }
                    if let text = choice.audio?.transcript, !text.isEmpty { blocks.write(TextItem(text), &json) }
                }
                stop.write(&json)
                json.key("usage")
                AnthropicUsageWriter.write(usage, tier: answer.serviceTier, charge: charge, &json)
                stop.writeContextManagement(&json)
            }
        }
    }

    private static func write(
        _ item: MessageItem, hidesReasoning: Bool, _ blocks: AnthropicBlocks, _ json: inout JSONWriter
    ) {
        switch item {
        case .text(let text): blocks.writeAnswer(text, &json)
        case .reasoning(var thought):
            if hidesReasoning {
                thought.text = ""
                if thought.kind != .encrypted, SealedReasoning.signature(for: thought).isEmpty { return }
            }
            blocks.write(thought, &json)
        case .toolCall(let call):
            if let signature = call.signature { blocks.write(ReasoningItem(sealing: call.id, signature), &json) }
            blocks.write(call, id: call.id, name: call.name, isWrapped: false, &json)
        case .image, .file: if let raw = AnthropicMedia.json(item) { json.raw(raw) }
        case .native(let native):
            if native.dialect == AnthropicWords.dialect, !AnthropicMessageEnd.isEnd(native) { json.raw(native.json) }
        case .serverTool(let tool):
            guard let (name, input, result) = AnthropicServerTool.blocks(tool) else { break }
            let call = ToolCallItem(.server, id: tool.id, name: name, arguments: input.text)
            blocks.write(call, id: call.id, name: name, isWrapped: false, &json)
            json.raw(result)
        case .audio, .video, .toolResult, .refusal: break
        }
    }
}

extension AnthropicBlocks {
    /// Text of an answer: citations of every family in this one's words.
    func writeAnswer(_ item: TextItem, _ json: inout JSONWriter) {
        json.object { json in
            json.member("type", "text")
            json.member("text", item.text)
            if item.citations.isEmpty { return }
            json.memberArray("citations") { json in
                for citation in item.citations { json.raw(AnthropicCitation.json(citation)) }
            }
        }
    }
}
