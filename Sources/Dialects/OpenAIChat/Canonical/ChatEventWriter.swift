package import Accounting
package import Buffers
package import Completions
import JSONText

/// Writes events as the chunks of a chat stream, or of a text completion where the stamp is of one.
///
/// Every event is one chunk. Clients join the pieces of `reasoning_details` by their index, so pieces of one thought
/// carry the same one. Source: openrouter spec 3.5, 7.3.
package struct ChatEventWriter: Sendable {
    private struct Call: Sendable {
        var choice: Int
        var slot: Int
        /// Among the calls that the client sees: its SDK takes them for the places of a list.
        var index: Int
        var id: String
        var kind: ToolCallItem.Kind
        var hasArguments = false
    }

    private struct Ending: Sendable {
        var choice: Int
        var reason: FinishReason
        var native: String?
    }

    /// How many entries the lists have that come one by one: OpenAI's SDKs join lists by the `index` of their entries.
    private struct ListLengths: Sendable {
        enum Name: Sendable { case annotations, images }

        private var lengths: [(name: Name, choice: Int, length: Int)] = []

        /// The place of the next entry.
        mutating func next(_ name: Name, _ choice: Int) -> Int {
            guard let index = lengths.firstIndex(where: { $0.name == name && $0.choice == choice }) else {
                lengths.append((name, choice, 1))
                return 0
            }
            lengths[index].length += 1
            return lengths[index].length - 1
        }
    }

    private let stamp: ResponseStamp
    private let hidesReasoning: Bool
    private var calls: [Call] = []
    private var thoughts = ReasoningIndexes()
    private var lists = ListLengths()
    private var legacyLogprobs = LegacyLogprobs()
    private var endings: [Ending] = []
    private var tier: String?
    private var fingerprint: String?
    /// `,"service_tier":…,"system_fingerprint":…`, which every chunk carries once they are known.
    private var head: [UInt8] = []

    package init(stamp: ResponseStamp, hidesReasoning: Bool) {
        self.stamp = stamp
        self.hidesReasoning = hidesReasoning
    }

    /// Appends the event's chunk, framed. The end, usage and errors write nothing: they wait for `writeEnd` and
    /// `writeError`.
    package mutating func write(_ event: CompletionEvent, into out: inout ByteBuffer) {
        let choice = event.choice
        switch event.content {
        case .text(let text):
            thoughts.interrupt(choice)
            if text.isEmpty { return }
            begin(choice, into: &out)
            out.append(quoted: text)
            end(into: &out)
        case .finished(let reason, let native):
            endings.append(Ending(choice: choice, reason: reason, native: native))
        case .serviceTier(let word):
            tier = word
            writeHead()
        case .fingerprint(let text):
            fingerprint = text
            writeHead()
        case .began, .textEnded, .phase, .usage, .failed, .native, .toolExtras, .serverTool: break
        case .logprobs(let entries): write(logprobs: entries, choice, into: &out)
        case .citation, .reasoning, .toolCall, .toolArguments, .toolSignature, .refusal, .media, .audio:
            // A text completion has words for nothing else.
            if stamp.kind == .chat { writeOther(event.content, choice, into: &out) }
        }
    }

    /// Appends the rest of a complete stream: the chunks with the finish reasons, the usage. `[DONE]` is left out.
    package mutating func writeEnd(
        reason: FinishReason, native: String?, usage: TokenUsage, charge: Charge, metadata: RawJSON? = nil,
        completedAt: Int64? = nil, into out: inout ByteBuffer
    ) {
        writeMissingArguments(into: &out)
        let others = endings.filter { $0.choice != 0 }
        // Where only another choice has ended, that is the end which the caller of this speaks of.
        if others.isEmpty || endings.contains(where: { $0.choice == 0 }) {
            write(Ending(choice: 0, reason: reason, native: native), into: &out)
        }
        for ending in others { write(ending, into: &out) }
        ChatStreamEnd.writeUsage(usage, charge: charge, stamp: stamp, metadata: metadata, into: &out)
    }

    package func writeEcho(of body: Span<UInt8>, after count: Int, into out: inout ByteBuffer) {
        ChatStreamEnd.writeEcho(body, stamp: stamp, into: &out)
    }

    /// Appends the one chunk that a broken stream ends with.
    package mutating func writeError(_ error: APIError, into out: inout ByteBuffer) {
        ChatStreamEnd.writeError(error, stamp: stamp, into: &out)
    }

    // MARK: One chunk

    private func begin(_ choice: Int, into out: inout ByteBuffer) {
        stamp.writeEventHead(into: &out)
        out.append(head)
        stamp.writeFirstChoice(choice, into: &out)
    }

    /// Ends a chunk behind its text.
    private func end(into out: inout ByteBuffer) {
        switch stamp.kind {
        case .chat:
            out.append("},\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":null}]}\n\n")
        case .text: out.append(",\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":null}]}\n\n")
        }
    }

    /// A chunk of no text, with the members that `body` writes into its delta behind a comma.
    private func write(_ choice: Int, into out: inout ByteBuffer, delta body: (inout ByteBuffer) -> Void) {
        begin(choice, into: &out)
        out.append("\"\",")
        body(&out)
        end(into: &out)
    }

    private mutating func writeOther(
        _ content: CompletionEvent.Content, _ choice: Int, into out: inout ByteBuffer
    ) {
        if case .reasoning(let item) = content {
            if !hidesReasoning { write(item, choice, into: &out) }
            return
        }
        switch content {
        case .toolCall(let slot, let kind, let id, let name):
            thoughts.interrupt(choice)
            let index = calls.count { $0.choice == choice && $0.kind != .server }
            calls.append(Call(choice: choice, slot: slot, index: index, id: id, kind: kind))
            // What the provider runs itself is not for the client to run.
            if kind != .server { begin(call: calls[calls.count - 1], name: name, into: &out) }
        case .toolArguments(let slot, let text):
            guard let index = place(of: slot, choice), calls[index].kind != .server else { return }
            if text.isEmpty { return }
            calls[index].hasArguments = true
            write(arguments: text, of: calls[index], into: &out)
        case .toolSignature(let slot, let signature):
            guard !hidesReasoning, let index = place(of: slot, choice) else { return }
            write(ReasoningItem(sealing: calls[index].id, signature), choice, into: &out)
            thoughts.interrupt(choice)
        case .refusal(let text):
            thoughts.interrupt(choice)
            if !text.isEmpty { writeMember(choice, into: &out) { $0.member("refusal", text) } }
        case .citation(let citation):
            guard citation.isChat else { return }
            let index = lists.next(.annotations, choice)
            writeMember(choice, into: &out) { json in
                json.memberArray("annotations") { citation.writeAnnotation(index: index, into: &$0) }
            }
        case .media(.image(let image)):
            thoughts.interrupt(choice)
            let index = lists.next(.images, choice)
            writeMember(choice, into: &out) { json in
                json.memberArray("images") { ChatRequestWriter.write([image], index: index, into: &$0) }
            }
        case .audio(let id, let data, let transcript, let expiresAt):
            writeMember(choice, into: &out) { json in
                json.memberObject("audio") { json in
                    json.member("id", id)
                    json.member("data", data)
                    json.member("transcript", transcript)
                    json.member("expires_at", expiresAt)
                }
            }
        default: break
        }
    }

    private func writeMember(_ choice: Int, into out: inout ByteBuffer, _ body: (inout JSONWriter) -> Void) {
        write(choice, into: &out) { $0.appendJSON(body) }
    }

    private mutating func write(_ item: ReasoningItem, _ choice: Int, into out: inout ByteBuffer) {
        let (index, format) = thoughts.place(of: item, choice)
        writeMember(choice, into: &out) { json in
            if !item.text.isEmpty { json.member("reasoning", item.text) }
            json.memberArray("reasoning_details") { item.writeDetail(index: index, format: format, into: &$0) }
        }
    }

    private mutating func write(logprobs entries: RawJSON, _ choice: Int, into out: inout ByteBuffer) {
        begin(choice, into: &out)
        if stamp.kind == .text {
            out.append("\"\",\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":")
            out.appendJSON { legacyLogprobs.write([entries], of: choice, into: &$0) }
            return out.append("}]}\n\n")
        }
        out.append("\"\"},\"finish_reason\":null,\"native_finish_reason\":null,\"logprobs\":{\"content\":")
        out.append(text: entries.text)
        out.append(",\"refusal\":null}}]}\n\n")
    }

    private func write(_ ending: Ending, into out: inout ByteBuffer) {
        begin(ending.choice, into: &out)
        out.append(stamp.kind == .chat ? "\"\"},\"finish_reason\":\"" : "\"\",\"finish_reason\":\"")
        out.append(ending.reason.wireName)
        out.append("\",\"native_finish_reason\":")
        if let native = ending.native { out.append(quoted: native) } else { out.append("null") }
        out.append(",\"logprobs\":null}]}\n\n")
    }

    private mutating func writeHead() {
        var out = ByteBuffer(capacity: 128)
        if let tier {
            out.append(",\"service_tier\":")
            out.append(quoted: tier)
        }
        if let fingerprint {
            out.append(",\"system_fingerprint\":")
            out.append(quoted: fingerprint)
        }
        head = out.span.array
    }

    // MARK: Tool calls

    private func place(of slot: Int, _ choice: Int) -> Int? {
        calls.lastIndex { $0.slot == slot && $0.choice == choice }
    }

    private func begin(call: Call, name: String, into out: inout ByteBuffer) {
        writeMember(call.choice, into: &out) { json in
            json.memberArray("tool_calls") { json in
                json.object { json in
                    json.member("index", call.index)
                    json.member("id", call.id)
                    json.member("type", call.kind == .custom ? "custom" : "function")
                    json.memberObject(call.kind == .custom ? "custom" : "function") { json in
                        json.member("name", name)
                        json.member(call.kind == .custom ? "input" : "arguments", "")
                    }
                }
            }
        }
    }

    private func write(arguments: String, of call: Call, into out: inout ByteBuffer) {
        write(call.choice, into: &out) { out in
            out.append("\"tool_calls\":[{\"index\":")
            out.append(decimal: call.index)
            out.append(call.kind == .custom ? ",\"custom\":{\"input\":" : ",\"function\":{\"arguments\":")
            out.append(quoted: arguments)
            out.append("}}]")
        }
    }

    /// Clients parse what they have joined, and nothing is no JSON.
    private mutating func writeMissingArguments(into out: inout ByteBuffer) {
        if stamp.kind == .text { return }
        for index in calls.indices where calls[index].kind == .function && !calls[index].hasArguments {
            calls[index].hasArguments = true
            write(arguments: "{}", of: calls[index], into: &out)
        }
    }
}
