package import Completions
package import JSONText

/// Reads the stream, or the whole answer, of an Anthropic-like provider. Source: wire spec 6.2, 8, 9.4.
package struct AnthropicEventReader {
    let translation: Translation
    var usage = AnthropicUsage()
    var openBlocks: [OpenBlock] = []
    /// Calls so far; the next one's slot.
    var calls = 0
    /// Whether the caller has to answer a call.
    var hasClientCalls = false
    /// Pieces of reasoning so far; the next one's index.
    var thoughts = 0
    /// Unicode code points of the text so far.
    var textLength = 0
    /// Whether the last block that said anything was one of text.
    var endedWithText = false
    private var id: String?
    private var hasBegun = false
    private var hasBlocks = false
    /// Nothing is read behind an error or the end.
    private var isOver = false
    private var hasFinished = false
    /// Whether the provider said how long the answer is, and not only what it knew at its beginning.
    private var hasWholeUsage = false
    private var stopReason: String?
    /// What a message says beside its blocks, for a caller of this dialect.
    private var messageMembers: [NamedJSON] = []
    private var refusal: String?

    package init(translation: Translation) {
        self.translation = translation
    }

    /// Reads the data of one event. Events and blocks that nobody knows are passed over.
    package mutating func read(_ root: JSONValue, into events: inout [CompletionEvent]) {
        if isOver { return }
        guard let type = root["type"], type.isString else {
            if root["error"] != nil { fail(root, into: &events) }
            return
        }
        switch type.string {
        case "content_block_delta": readDelta(root, into: &events)
        case "content_block_start": startBlock(root, into: &events)
        case "content_block_stop":
            guard let place = openBlocks.firstIndex(where: { $0.index == index(of: root) }) else { return }
            close(openBlocks.remove(at: place), into: &events)
        case "message_start": start(root["message"], into: &events)
        case "message_delta":
            take(root["delta"], beside: root)
            usage.take(root["usage"])
            hasWholeUsage = hasWholeUsage || root["usage"]?["output_tokens"] != nil
            finish(into: &events)
        case "message_stop":
            finish(into: &events)
            isOver = hasFinished
        case "error": fail(root, into: &events)
        default: break
        }
    }

    /// Reads a whole answer.
    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard root["content"]?.isArray == true else {
            if root["error"] != nil || root["type"]?.equals("error") == true { return fail(root, into: &events) }
            return events.append(
                CompletionEvent(.failed(AnswerError(status: 502, message: "The provider's answer is no message."))))
        }
        start(root, into: &events)
        if stopReason == nil { stopReason = "end_turn" }
        hasWholeUsage = true
        finish(into: &events)
        isOver = true
    }

    /// A stream that ends without its last event is complete where the reason of its end was known.
    package mutating func atEnd(into events: inout [CompletionEvent]) {
        if !isOver { finish(into: &events) }
    }

    private mutating func start(_ message: JSONValue?, into events: inout [CompletionEvent]) {
        guard let message else { return }
        let id = message["id"]?.string
        if hasBegun {
            // Some hosts say it twice. A second answer inside the first is none.
            if hasBlocks, id != self.id {
                isOver = true
                let message = "The provider began a second answer within the first."
                events.append(CompletionEvent(.failed(AnswerError(status: 502, message: message))))
            }
            return
        }
        hasBegun = true
        self.id = id
        events.append(CompletionEvent(.began(id: id, model: message["model"]?.string)))
        usage.take(message["usage"])
        if let tokens = usage.tokens { events.append(CompletionEvent(.usage(tokens))) }
        if let tier = servedTier(message["usage"]) { events.append(CompletionEvent(.serviceTier(tier))) }
        // An answer that goes on with a call inside a server's tool comes with it.
        if let content = message["content"] {
            for block in content.elements { readWhole(block, into: &events) }
        }
        take(message, beside: message)
    }

    /// Speed has a price of its own and is named beside the tier, which says whose capacity served.
    private func servedTier(_ usage: JSONValue?) -> String? {
        if usage?["speed"]?.equals("fast") == true { return "fast" }
        guard let tier = usage?["service_tier"]?.string else { return nil }
        return tier == "standard" ? "default" : tier
    }

    private mutating func readWhole(_ block: JSONValue, into events: inout [CompletionEvent]) {
        hasBlocks = true
        if let open = open(block, index: -1, isWhole: true, into: &events) { close(open, into: &events) }
    }

    private mutating func startBlock(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let block = root["content_block"], block.isObject else { return }
        hasBlocks = true
        if let open = open(block, index: index(of: root), isWhole: false, into: &events) { openBlocks.append(open) }
    }

    func index(of root: JSONValue) -> Int { root["index"]?.integer.flatMap { Int(exactly: $0) } ?? 0 }

    /// Takes why and how a message ended.
    private mutating func take(_ end: JSONValue?, beside root: JSONValue) {
        guard let end else { return }
        if let reason = end["stop_reason"]?.string { stopReason = reason }
        for name in ["stop_sequence", "stop_details", "container"] as [StaticString] {
            if let value = end[name], !value.isNull {
                messageMembers.append(NamedJSON("\(name)", RawJSON(value.rawText)))
            }
        }
        if let value = root["context_management"], !value.isNull {
            messageMembers.append(NamedJSON("context_management", RawJSON(value.rawText)))
        }
        if let details = end["stop_details"], !details.isNull {
            refusal = details["explanation"]?.string ?? details["category"]?.string
        }
    }

    private mutating func finish(into events: inout [CompletionEvent]) {
        guard !hasFinished, let stopReason else { return }
        hasFinished = true
        for block in openBlocks { close(block, into: &events) }
        openBlocks = []
        if !messageMembers.isEmpty {
            let native = NativeItem(dialect: AnthropicWords.dialect, json: AnthropicMessageEnd.json(messageMembers))
            events.append(CompletionEvent(.native(native)))
        }
        var reason = AnthropicWords.finishReason(stopReason)
        if reason == .contentFilter, let refusal { events.append(CompletionEvent(.refusal(refusal))) }
        if hasWholeUsage, let tokens = usage.tokens { events.append(CompletionEvent(.usage(tokens))) }
        if reason == .stop, hasClientCalls { reason = .toolCalls }
        // The tool that was only called to give the answer is none to the caller.
        if reason == .toolCalls, !hasClientCalls, translation.answerTool != nil { reason = .stop }
        events.append(CompletionEvent(.finished(reason, native: stopReason)))
    }

    private mutating func fail(_ root: JSONValue, into events: inout [CompletionEvent]) {
        isOver = true
        let error = root["error"]
        let type = error?["type"]?.string
        let message = error?["message"]?.string ?? error?.string ?? root["message"]?.string
        events.append(
            CompletionEvent(
                .failed(
                    AnswerError(
                        status: type.flatMap(AnthropicWords.status(ofError:)), type: type,
                        message: message ?? "The provider ended the answer with an error."))))
    }
}

/// What a message of this dialect says of its end beside the reason, on its way to a caller of the same dialect: a
/// native item of the type `message_delta`.
enum AnthropicMessageEnd {
    private static let head = "{\"type\":\"message_delta\""

    static func json(_ members: [NamedJSON]) -> RawJSON {
        // A later value of the same member replaces the one before.
        var latest: [NamedJSON] = []
        for member in members {
            latest.removeAll { $0.name == member.name }
            latest.append(member)
        }
        var text = head
        for member in latest { text += ",\"\(member.name)\":\(member.json.text)" }
        return RawJSON(text + "}")
    }

    static func isEnd(_ native: NativeItem) -> Bool { native.json.text.hasPrefix(head) }
}
