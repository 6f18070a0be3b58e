package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes an answer as the stream that Anthropic's SDKs read: named events, one content block open at a time.
///
/// Calls whose arguments come interleaved are put behind one another: the first one flows, the others wait until it is
/// whole. Reasoning that is hidden keeps its seal, as that API does where its display is omitted. Source: wire spec 2.4,
/// 9.4, 9.9.
package struct AnthropicEventWriter {
    let stamp: ResponseStamp
    let hidesReasoning: Bool
    /// Blocks in order; the first one is open, or about to be.
    var blocks: [AnthropicOutputBlock] = []
    /// The index of the first of `blocks`.
    var index = 0
    /// What the caller knows each call by, by its slot.
    var callIDs: [Int: String] = [:]
    /// Uses of other families' tools that go on.
    var tools: [String: ServerToolItem] = [:]
    private var hasStarted = false
    private var usage = TokenUsage()
    private var tier: String?
    private var refusal = ""
    /// What the provider says of the end beside its reason, where it speaks the same dialect.
    private var messageEnd: RawJSON?

    package init(stamp: ResponseStamp, hidesReasoning: Bool) {
        self.stamp = stamp
        self.hidesReasoning = hidesReasoning
    }

    /// Appends what an event comes to. Nothing comes of the end, the usage and a failure.
    package mutating func write(_ event: CompletionEvent, into out: inout ByteBuffer) {
        // There is one answer in this dialect.
        guard event.choice == 0 else { return }
        switch event.content {
        case .text(let text): if !text.isEmpty { add(text: text) }
        case .textEnded: endText()
        case .citation(let citation): add(citation)
        case .reasoning(let item): add(item)
        case .toolCall(let slot, let kind, let id, let name): add(slot, kind, id: id, name: name)
        case .toolArguments(let slot, let text): if !text.isEmpty { add(arguments: text, to: slot) }
        case .toolSignature(let slot, let signature): add(signature: signature, to: slot)
        case .toolExtras(let slot, let extras): add(extras, to: slot)
        case .serverTool(let step): add(step)
        case .media(let item): add(media: item)
        case .audio(_, _, let transcript, _): if let transcript, !transcript.isEmpty { add(text: transcript) }
        case .native(let native): add(native)
        case .refusal(let text): refusal += text
        case .usage(let usage): self.usage = usage
        case .serviceTier(let tier): self.tier = tier
        case .began, .phase, .logprobs, .fingerprint, .finished, .failed: return
        }
        flush(into: &out)
    }

    /// Appends the rest of a complete stream.
    package mutating func writeEnd(
        reason: FinishReason, native: String?, usage: TokenUsage, charge: Charge, metadata: RawJSON? = nil,
        completedAt: Int64? = nil, into out: inout ByteBuffer
    ) {
        for place in blocks.indices { blocks[place].isWhole = true }
        self.usage = usage
        flush(into: &out)
        if reason == .error {
            return writeError(
                APIError(.providerUnavailable, "The provider ended the answer with an error."), into: &out)
        }
        start(into: &out)
        let stop = AnthropicStop(reason, native: native, refusal: refusal, end: messageEnd)
        AnthropicFrame.write("message_delta", into: &out) { json in
            json.memberObject("delta") { stop.write(&$0) }
            json.key("usage")
            AnthropicUsageWriter.write(usage, tier: tier, charge: charge, &json)
            stop.writeContextManagement(&json)
        }
        AnthropicFrame.write("message_stop", into: &out) { $0.member("openrouter_metadata", metadata) }
    }

    /// The dialect has no event for it.
    package func writeEcho(of body: Span<UInt8>, after count: Int, into out: inout ByteBuffer) {}

    /// Appends the end of a stream that broke.
    package mutating func writeError(_ error: APIError, into out: inout ByteBuffer) {
        out.append("event: error\ndata: ")
        AnthropicErrorEnvelope.write(error, generation: stamp.id, into: &out)
        out.append("\n\n")
    }

    /// Appends all that can be said by now.
    private mutating func flush(into out: inout ByteBuffer) {
        while !blocks.isEmpty, blocks[0].isReady {
            if blocks[0].isVoid {
                blocks.removeFirst()
                continue
            }
            start(into: &out)
            blocks[0].write(index: index, into: &out)
            if !blocks[0].isWhole { return }
            blocks[0].writeStop(index: index, into: &out)
            blocks.removeFirst()
            index += 1
        }
    }

    private mutating func start(into out: inout ByteBuffer) {
        if hasStarted { return }
        hasStarted = true
        let usage = self.usage
        let tier = self.tier
        AnthropicFrame.write("message_start", into: &out) { json in
            json.memberObject("message") { json in
                json.member("id", stamp.id)
                json.member("type", "message")
                json.member("role", "assistant")
                json.member("model", stamp.model)
                json.member("provider", stamp.provider)
                json.memberArray("content") { _ in }
                json.memberNull("stop_reason")
                json.memberNull("stop_sequence")
                json.key("usage")
                AnthropicUsageWriter.write(usage, tier: tier, charge: nil, &json)
            }
        }
    }

    private mutating func add(_ native: NativeItem) {
        guard native.dialect == AnthropicWords.dialect else { return }
        if AnthropicMessageEnd.isEnd(native) { messageEnd = native.json } else { append(.whole(native.json)) }
    }

    private mutating func add(media item: MessageItem) {
        if let json = AnthropicMedia.json(item) { append(.whole(json)) }
    }
}

/// One named event.
enum AnthropicFrame {
    static func write(_ name: StaticString, into out: inout ByteBuffer, _ members: (inout JSONWriter) -> Void) {
        out.append("event: ")
        out.append(name)
        out.append("\ndata: ")
        out.appendJSON { json in
            json.object { json in
                json.member("type", "\(name)")
                members(&json)
            }
        }
        out.append("\n\n")
    }
}
