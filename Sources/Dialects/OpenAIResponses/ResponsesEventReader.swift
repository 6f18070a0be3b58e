package import Completions
package import JSONText

/// Reads the answers of a provider that speaks the Responses dialect.
///
/// Items are told apart by `output_index`, never by id: some hosts give an item another id in each event. What a host
/// leaves out of its deltas is taken from the event that closes the part, the item or the answer, each text once.
/// Source: wire spec 6.2, 8, 9.3.
package struct ResponsesEventReader: Sendable {
    /// What has come of one part of an item.
    struct Part {
        var index: Int
        /// Of reasoning: among all pieces of the answer.
        var piece = 0
        var text = ""
        /// Code points of the answer's text in front of it.
        var offset = 0
        var annotations = 0
    }

    /// What has come of one item.
    struct Item {
        var index: Int
        var id: String?
        var format: String?
        /// Which call it is; nil while its name is not known, and for other items.
        var slot: Int?
        /// Which tool of the provider's it is a use of; nil for other items.
        var tool: ServerToolItem.Kind?
        /// Of a call, or the code of a use.
        var arguments = ""
        var summaries: [Part] = []
        var contents: [Part] = []
        var isDone = false
    }

    let translation: Translation
    var items: [Item] = []
    /// Where each item is among them, by its index.
    private var places: [Int: Int] = [:]
    /// Ids of the uses of the provider's tools.
    var toolIDs: Set<String> = []
    var calls = 0
    var pieces = 0
    var searches = 0
    /// Of the message that came last.
    var phase: String?
    /// Code points of text so far.
    var textLength = 0
    private var answerID: String?
    private var isEnded = false

    package init(translation: Translation) {
        self.translation = translation
    }

    /// Reads one event of a stream.
    ///
    /// - Parameter kind: the event's name, for hosts that leave it out of the data.
    package mutating func read(_ root: JSONValue, kind: String? = nil, into events: inout [CompletionEvent]) {
        if isEnded { return }
        guard let type = root["type"]?.string ?? kind, type.hasPrefix("response.") else {
            if let error = InBandError(root) { fail(Self.error(error), into: &events) }
            return
        }
        switch type {
        case "response.output_text.delta": readText(root, into: &events)
        case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta":
            readArguments(root, into: &events)
        case "response.reasoning_summary_text.delta":
            readReasoning(root, .summary, root["summary_index"], into: &events)
        case "response.reasoning_text.delta": readReasoning(root, .text, root["content_index"], into: &events)
        case "response.refusal.delta": readRefusal(root, into: &events)
        case "response.output_text.annotation.added": readAnnotation(root, into: &events)
        case "response.output_item.added":
            if let item = root["item"] { open(item, at: Self.index(root), into: &events) }
        case "response.output_item.done":
            if let item = root["item"] { close(item, at: Self.index(root), into: &events) }
        case "response.created": if let response = root["response"] { begin(response, into: &events) }
        case "response.completed", "response.incomplete", "response.failed", "response.cancelled":
            if let response = root["response"] { end(response, into: &events) }
        default: readTool(root, type, into: &events)
        }
    }

    /// Reads a whole answer.
    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        guard root["output"]?.isArray == true || root["status"]?.isString == true else {
            let error = InBandError(root).map(Self.error)
            fail(error ?? AnswerError(message: "The provider's answer has no output."), into: &events)
            return
        }
        begin(root, into: &events)
        end(root, into: &events)
    }

    /// A stream always says how it ends, so one that does not was cut.
    package mutating func atEnd(into events: inout [CompletionEvent]) {
        if isEnded { return }
        fail(
            AnswerError(status: 502, message: "The provider's stream ended before the answer was complete."),
            into: &events)
    }

    private mutating func begin(_ response: JSONValue, into events: inout [CompletionEvent]) {
        answerID = response["id"]?.string
        events.append(CompletionEvent(.began(id: answerID, model: response["model"]?.string)))
    }

    private mutating func end(_ response: JSONValue, into events: inout [CompletionEvent]) {
        if let output = response["output"] {
            // A stream that brought as many items counts them in its own way where one is not found.
            let isCounted = items.count >= output.count
            var index = 0
            for item in output.elements {
                if !isCounted || places[index] != nil { close(item, at: index, into: &events) }
                index += 1
            }
        }
        if let usage = ResponsesUsage.read(response, searches: searches) {
            events.append(CompletionEvent(.usage(usage)))
        }
        if let tier = response["service_tier"]?.string { events.append(CompletionEvent(.serviceTier(tier))) }
        let status = response["status"]?.string ?? "completed"
        switch status {
        case "completed":
            isEnded = true
            events.append(CompletionEvent(.finished(calls > 0 ? .toolCalls : .stop, native: status)))
        case "incomplete":
            isEnded = true
            let reason = response["incomplete_details"]?["reason"]?.string
            events.append(CompletionEvent(.finished(Self.reason(reason), native: reason ?? status)))
        default:
            let error = InBandError(response).map(Self.error)
            fail(error ?? AnswerError(message: "The provider ended the answer as \"\(status)\"."), into: &events)
        }
    }

    private static func reason(_ native: String?) -> FinishReason {
        switch native {
        case "content_filter": .contentFilter
        // The model was interrupted, and what it said is whole.
        case "max_messages", "steered": .stop
        default: .length
        }
    }

    private mutating func fail(_ error: AnswerError, into events: inout [CompletionEvent]) {
        isEnded = true
        events.append(CompletionEvent(.failed(error)))
    }

    private static func error(_ error: InBandError) -> AnswerError {
        let word = error.code.flatMap { Int($0) == nil ? $0 : nil } ?? error.type
        return AnswerError(status: error.status ?? word.flatMap(status), type: word, message: error.message)
    }

    /// The status that a code of this dialect stands for. Source: wire spec 10.1.
    private static func status(_ code: String) -> Int? {
        switch code {
        case "rate_limit_exceeded", "insufficient_quota", "slow_down", "credit_balance_exhausted",
            "organization_spend_limit_exceeded", "project_spend_limit_exceeded", "organization_usage_limit_exceeded":
            429
        case "server_is_overloaded": 503
        case "server_error": 500
        case "context_length_exceeded", "invalid_prompt", "invalid_request_error", "invalid_image",
            "image_content_policy_violation", "bio_policy", "cyber_policy":
            400
        default: nil
        }
    }

    private static func index(_ root: JSONValue) -> Int? { root["output_index"]?.providerIndex }

    /// The place of the item that an event is about: that of its index, else the one begun last.
    mutating func place(_ root: JSONValue) -> Int { place(at: Self.index(root)) }

    mutating func place(at index: Int?) -> Int {
        guard let index else {
            return items.isEmpty ? place(at: 0) : items.count - 1
        }
        // Nearly always the last one.
        if items.last?.index == index { return items.count - 1 }
        if let found = places[index] { return found }
        places[index] = items.count
        items.append(Item(index: index))
        return items.count - 1
    }

    /// What a whole text has beyond what was said of it; nil where that is all, or another text.
    static func rest(of whole: String?, after said: String) -> String? {
        guard let whole, whole.utf8.count > said.utf8.count, whole.utf8.starts(with: said.utf8) else { return nil }
        return String(decoding: whole.utf8.dropFirst(said.utf8.count), as: UTF8.self)
    }

    /// An id for a call that has none: the same for the same answer and place.
    func madeID(_ slot: Int) -> String {
        let seed = (answerID ?? "").filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.suffix(20)
        return "call_\(seed)\(slot)"
    }
}
