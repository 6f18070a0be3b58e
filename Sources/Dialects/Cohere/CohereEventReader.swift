import Accounting
package import Completions
package import JSONText

/// Reads Cohere's answers: the events of a `/v2/chat` stream, each of which names its own type, and whole answers.
///
/// Source: wire spec 6.2, 8, 9.7.
package struct CohereEventReader: Sendable {
    let translation: Translation
    /// What ids of calls are made of where Cohere gives none.
    private var seed: String
    private var hasFailed = false
    var calls: [CohereCall] = []
    /// By the index of a block of content, where its text begins in the answer's, in code points.
    var blockStarts: [Int64: Int] = [:]
    /// Code points of text so far.
    var textLength = 0

    /// - Parameter generation: the id of the generation, from which ids of calls are made; without it the answer's own
    ///   id is used.
    package init(translation: Translation, generation: String? = nil) {
        self.translation = translation
        seed = generation ?? ""
    }

    /// Reads one event of a stream.
    package mutating func read(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard !hasFailed, root.isObject else { return }
        guard let type = root["type"]?.string else {
            if root["message"]?.isObject == true { return readAnswer(root, into: &events) }
            if let error = Self.error(in: root) { fail(error, &events) }
            return
        }
        let delta = root["delta"]
        let message = delta?["message"]
        let index = root["index"]?.integer ?? 0
        switch type {
        case "message-start": begin(root, &events)
        case "content-start", "content-delta":
            if let content = message?["content"] { read(block: content, index, &events) }
            if let logprobs = delta?["logprobs"] ?? root["logprobs"] { readLogprobs([logprobs], &events) }
        case "tool-plan-delta": think(message?["tool_plan"]?.string, &events)
        case "tool-call-start": if let call = message?["tool_calls"] { begin(call: call, index, &events) }
        case "tool-call-delta":
            if let text = message?["tool_calls"]?["function"]?["arguments"]?.string { add(text, index, &events) }
        case "tool-call-end": end(call: index, &events)
        case "citation-start": if let citation = message?["citations"] { read(citation, &events) }
        case "message-end": if let delta { readEnd(delta, message: delta["error"]?.string, &events) }
        case "error": fail(Self.error(in: root) ?? AnswerError(message: "The provider reported an error."), &events)
        // The ends of blocks and citations, `debug`, and what is not known yet.
        default: return
        }
    }

    /// Reads a whole answer.
    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard let message = root["message"], message.isObject else {
            if let error = Self.error(in: root) { fail(error, &events) }
            return
        }
        begin(root, &events)
        think(message["tool_plan"]?.string, &events)
        if let blocks = message["content"] {
            for (index, block) in blocks.elements.enumerated() { read(block: block, Int64(index), &events) }
        }
        if let citations = message["citations"] {
            for citation in citations.elements { read(citation, &events) }
        }
        if let list = message["tool_calls"] {
            for (index, call) in list.elements.enumerated() {
                begin(call: call, Int64(index), &events)
                end(call: Int64(index), &events)
            }
        }
        if let logprobs = root["logprobs"] { readLogprobs(Array(logprobs.elements), &events) }
        readEnd(root, message: nil, &events)
    }

    /// The stream has ended: calls that were still being written are whole now.
    package mutating func atEnd(into events: inout [CompletionEvent]) {
        for call in calls where !call.hasEnded { end(call: call.index, &events) }
    }

    // MARK: - The answer as a whole

    private static func error(in root: JSONValue) -> AnswerError? {
        let error = root["error"]?.isObject == true ? root["error"]! : root
        guard let message = error["message"]?.string ?? root["error"]?.string else { return nil }
        let status = (error["status_code"] ?? error["code"])?.integer
        return AnswerError(
            status: status.flatMap { (400...599).contains($0) ? Int($0) : nil },
            message: String(message.prefix(DialectLimits.errorMessageBytes)))
    }

    private mutating func fail(_ error: AnswerError, _ events: inout [CompletionEvent]) {
        hasFailed = true
        events.append(CompletionEvent(.failed(error)))
    }

    private mutating func begin(_ root: JSONValue, _ events: inout [CompletionEvent]) {
        let id = root["id"]?.string
        if seed.isEmpty { seed = id ?? String(UInt64.random(in: 0...UInt64.max), radix: 36) }
        events.append(CompletionEvent(.began(id: id, model: nil)))
    }

    /// An id for a call that came without one: unique to the answer, and the same on every run.
    func callID(_ slot: Int) -> String {
        let unique = seed.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(20)
        return "call_\(unique)\(slot < 10 ? "0" : "")\(slot)"
    }

    private mutating func readEnd(_ end: JSONValue, message: String?, _ events: inout [CompletionEvent]) {
        atEnd(into: &events)
        if let usage = end["usage"].flatMap(Self.usage) { events.append(CompletionEvent(.usage(usage))) }
        guard let native = end["finish_reason"]?.string else { return }
        let reason = Self.reason(native, hasCalls: !calls.isEmpty)
        events.append(CompletionEvent(.finished(reason, native: native)))
        guard reason == .error else { return }
        fail(AnswerError(type: native, message: message ?? "The model's answer ended with \(native)."), &events)
    }

    /// Source: wire spec 8.
    static func reason(_ native: String, hasCalls: Bool) -> FinishReason {
        switch native {
        case "TOOL_CALL": .toolCalls
        case "MAX_TOKENS": .length
        case "ERROR_TOXIC": .contentFilter
        case "ERROR", "TIMEOUT", "ERROR_LIMIT", "USER_CANCEL": .error
        default: hasCalls ? .toolCalls : .stop
        }
    }

    /// What Cohere bills, which is less than what was read and written: its own prompt is not the caller's to pay. Cached
    /// tokens are part of what was read, so they count only where nothing is said of the bill.
    private static func usage(_ report: JSONValue) -> TokenUsage? {
        func count(_ value: JSONValue?) -> Int { Int(min(max(value?.integer ?? 0, 0), 1 << 40)) }
        func tokens(of counts: JSONValue) -> TokenUsage? {
            let (input, output) = (counts["input_tokens"], counts["output_tokens"])
            return input == nil && output == nil ? nil : TokenUsage(prompt: count(input), completion: count(output))
        }
        if let billed = report["billed_units"].flatMap(tokens) { return billed }
        guard var usage = report["tokens"].flatMap(tokens) else { return nil }
        usage.cached = count(report["cached_tokens"])
        ChatUsage.clampParts(&usage)
        return usage
    }
}
