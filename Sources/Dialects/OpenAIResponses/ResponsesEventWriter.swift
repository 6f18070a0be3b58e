package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes the stream of the Responses dialect: every step of every item, each event numbered, and at the end the whole
/// response. Source: wire spec 9.3, openrouter spec 17.2, 27.2.
///
/// One message and one item of reasoning is open at a time. Calls stay open until the end, because the arguments of
/// several may come in turns; whose they are says `output_index`.
package struct ResponsesEventWriter: Sendable {
    let stamp: ResponseStamp
    let echo: ResponsesEcho
    private let hidesReasoning: Bool
    /// Whether only the items are wanted.
    private let isSilent: Bool
    let token: String

    var items: [ResponsesItem] = []
    /// Their ids.
    var itemIDs: Set<String> = []
    /// The open message or item of reasoning.
    var open: Int?
    /// Whether its last part is still growing.
    var isPartOpen = false
    /// The piece of reasoning that came last.
    var lastPiece: ReasoningItem?
    /// What messages are for from here on, where their provider says so.
    var phase: String?
    /// Where each call is among the items.
    var calls: [Int: Int] = [:]
    /// Where each use of a tool of the provider's is among the items, by its id.
    var tools: [String: Int] = [:]
    /// The id of the drawing that was last heard of.
    var drawing: String?
    private var sequence = 0
    private var hasStarted = false
    private var serviceTier: String?
    /// Token probabilities that came before their text.
    var pendingLogprobs: [RawJSON] = []
    /// Code points of the answer's text so far, and in front of the open part.
    var textLength = 0
    var partOffset = 0

    /// - Parameters:
    ///   - hidesReasoning: the caller wants no reasoning back.
    ///   - echo: what the response repeats of its request.
    package init(stamp: ResponseStamp, hidesReasoning: Bool, echo: ResponsesEcho = ResponsesEcho()) {
        self.init(stamp: stamp, hidesReasoning: hidesReasoning, echo: echo, isSilent: false)
    }

    init(stamp: ResponseStamp, hidesReasoning: Bool, echo: ResponsesEcho, isSilent: Bool) {
        self.stamp = stamp
        self.hidesReasoning = hidesReasoning
        self.echo = echo
        self.isSilent = isSilent
        token = stamp.token
    }

    package var showsServerTools: Bool { true }

    /// Appends what the caller sees of an event. Ends, usage and errors are held back for the calls below.
    package mutating func write(_ event: CompletionEvent, into out: inout ByteBuffer) {
        // The dialect has one answer to a request.
        if event.choice != 0 { return }
        switch event.content {
        case .finished, .usage, .failed, .fingerprint: return
        case .serviceTier(let tier):
            serviceTier = tier
            return
        case .reasoning where hidesReasoning, .toolSignature where hidesReasoning: return
        default: start(into: &out)
        }
        switch event.content {
        case .text(let text): writeText(text, into: &out)
        case .textEnded: if let index = open, items[index].kind == .message { closePart(into: &out) }
        case .phase(let phase): begin(phase, into: &out)
        case .refusal(let text): writeRefusal(text, into: &out)
        case .citation(let citation): writeCitation(citation, into: &out)
        case .logprobs(let entries): note(entries)
        case .reasoning(let piece): writeReasoning(piece, into: &out)
        case .toolCall(let slot, let kind, let id, let name):
            openCall(slot, kind, id: id, name: name, into: &out)
        case .toolArguments(let slot, let text): writeArguments(slot, text, into: &out)
        case .toolSignature(let slot, let signature): writeSignature(slot, signature, into: &out)
        case .toolExtras(let slot, let extras):
            if let index = calls[slot], extras.dialect == ResponsesRequestReader.dialect {
                items[index].extras = extras.json.onOneLine
            }
        case .serverTool(let step): writeTool(step, into: &out)
        case .media(let item): writeMedia(item, into: &out)
        case .audio(_, _, let transcript, _): if let transcript { writeText(transcript, into: &out) }
        case .native(let native): writeNative(native, into: &out)
        case .began, .finished, .usage, .serviceTier, .fingerprint, .failed: break
        }
    }

    /// Appends the rest of a complete stream: what closes its items, the whole response, and `[DONE]`.
    package mutating func writeEnd(
        reason: FinishReason, native: String?, usage: TokenUsage, charge: Charge, metadata: RawJSON? = nil,
        completedAt: Int64? = nil, into out: inout ByteBuffer
    ) {
        start(into: &out)
        var object = finish(
            reason, native: native, usage: usage, charge: charge, completedAt: completedAt, into: &out)
        object.metadata = metadata
        switch object.status {
        case .incomplete: send("response.incomplete", object, into: &out)
        case .failed: send("response.failed", object, into: &out)
        case .completed, .inProgress: send("response.completed", object, into: &out)
        }
        if case .failed = object.status { return }
        out.append("data: [DONE]\n\n")
    }

    /// Appends a `response.debug`, before all other events. Source: openrouter spec 27.2.
    package mutating func writeEcho(of body: Span<UInt8>, after count: Int, into out: inout ByteBuffer) {
        sequence = count
        var sent = ByteBuffer()
        sent.append(body)
        let json = RawJSON(sent.text)
        send("response.debug", into: &out) { writer in
            writer.memberObject("debug") { $0.member("echo_upstream_body", json) }
        }
    }

    /// Appends the end of a broken stream: a failed response with what there is. Nothing follows.
    package mutating func writeError(_ error: APIError, into out: inout ByteBuffer) {
        start(into: &out)
        for index in items.indices where items[index].status == .inProgress { items[index].status = .incomplete }
        var object = ResponsesObject(.failed(error), stamp: stamp, echo: echo)
        object.items = items
        object.serviceTier = serviceTier
        send("response.failed", object, into: &out)
    }

    /// Closes all items and puts them together.
    mutating func finish(
        _ reason: FinishReason, native: String?, usage: TokenUsage, charge: Charge, completedAt: Int64?,
        into out: inout ByteBuffer
    ) -> ResponsesObject {
        let status: ResponsesObject.Status =
            switch reason {
            case .stop, .toolCalls: .completed
            case .length: .incomplete("max_output_tokens")
            case .contentFilter: .incomplete("content_filter")
            case .error: .failed(APIError(.providerUnavailable, "The provider ended the answer with an error."))
            }
        let isWhole = reason == .stop || reason == .toolCalls
        closePart(into: &out)
        // Of several open items it was the last that was cut.
        let last = items.lastIndex { $0.status == .inProgress }
        for index in items.indices where items[index].status == .inProgress {
            // A use of a tool of which no end came has none.
            let isEnded = items[index].tool == nil && (isWhole || index != last)
            close(index, isEnded ? .completed : .incomplete, into: &out)
        }
        open = nil
        var object = ResponsesObject(status, stamp: stamp, echo: echo)
        object.items = items
        object.usage = usage
        object.charge = charge
        object.serviceTier = serviceTier
        object.completedAt = isWhole ? completedAt : nil
        object.errorType = ResponsesErrorEnvelope.errorType(ofNative: native)
        return object
    }

    // MARK: Events

    private mutating func start(into out: inout ByteBuffer) {
        if hasStarted { return }
        hasStarted = true
        let object = ResponsesObject(.inProgress, stamp: stamp, echo: echo)
        send("response.created", object, into: &out)
        send("response.in_progress", object, into: &out)
    }

    private mutating func send(_ type: StaticString, _ object: ResponsesObject, into out: inout ByteBuffer) {
        send(type, into: &out) { json in
            json.key("response")
            object.write(&json)
        }
    }

    /// Appends an event: its type, what `body` writes, and its number.
    mutating func send(_ type: StaticString, into out: inout ByteBuffer, _ body: (inout JSONWriter) -> Void) {
        if isSilent { return }
        out.append("event: ")
        out.append(type)
        out.append("\ndata: ")
        out.appendJSON { json in
            json.object { json in
                json.member("type", "\(type)")
                body(&json)
                json.member("sequence_number", sequence)
            }
        }
        out.append("\n\n")
        sequence += 1
    }

    /// Appends an event about an item.
    mutating func send(
        _ type: StaticString, about index: Int, into out: inout ByteBuffer, _ body: (inout JSONWriter) -> Void
    ) {
        let id = items[index].id
        send(type, into: &out) { json in
            json.member("item_id", id)
            json.member("output_index", index)
            body(&json)
        }
    }
}
