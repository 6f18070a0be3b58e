package import Completions
package import JSONText

/// Reads streams and answers of OpenAI-compatible hosts, with all their habits, into events that every dialect is
/// written from. Source: wire spec 9.1, 12.
package struct ChatEventReader: Sendable {
    /// Names the ids of calls that came without one.
    private let idSeed: String
    private let translation: Translation
    private var hasBegun = false
    private var hasFingerprint = false
    private var tier: String?
    private var upstreamID: String?
    private var slots = ToolCallSlots()
    /// Calls that have not begun: one whose name has not come yet, and those behind it in its choice.
    private var waiting: [WaitingCall] = []
    /// Choices that have ended: what some hosts send twice counts once.
    private var ended: [Int] = []
    /// Perplexity repeats its sources in every chunk.
    private var sourcesSeen = 0

    /// Nothing is read behind an error.
    private var isOver = false

    /// What has come of a call before it can begin.
    private struct WaitingCall {
        var choice: Int
        var slot: Int
        var kind: ToolCallItem.Kind
        var id: String
        var name: String?
        var arguments: String
        var signature: String?
    }

    /// - Parameter idSeed: makes the ids of calls that came without one unique, where the answer has no id either.
    package init(translation: Translation, idSeed: String = "") {
        self.translation = translation
        self.idSeed = idSeed
    }

    /// Reads the data of one event of a stream.
    package mutating func read(_ root: JSONValue, into events: inout [CompletionEvent]) {
        read(root, isWhole: false, into: &events)
    }

    /// Reads a whole answer.
    package mutating func readAnswer(_ root: JSONValue, into events: inout [CompletionEvent]) {
        read(root, isWhole: true, into: &events)
    }

    /// The stream has ended. Calls that never got a name begin without one.
    package mutating func atEnd(into events: inout [CompletionEvent]) {
        if isOver { return }
        while let call = waiting.first { release(call.choice, isEnd: true, into: &events) }
    }

    /// What a stream ends with that gives no reason: a call was the point of the turn.
    package var finishReasonAtEnd: FinishReason { slots.isEmpty ? .stop : .toolCalls }

    private mutating func read(_ root: JSONValue, isWhole: Bool, into events: inout [CompletionEvent]) {
        if isOver { return }
        let mark = events.count
        var head = Head(root)
        if !hasBegun { begin(head, into: &events) }
        if let choices = head.choices, choices.isArray, choices.count > 0 {
            var position = 0
            for choice in choices.elements {
                if read(choice, position, isWhole: isWhole, into: &events) { head.hasError = true }
                position += 1
            }
        } else if isWhole || head.choices == nil {
            head.hasError = head.hasError || head.mayBeError && InBandError(root) != nil
            if isWhole, !head.hasError {
                isOver = true
                return events.append(Self.malformed)
            }
        }
        if head.hasError { events.removeSubrange(mark...) }
        if let sources = head.sources { readSources(sources, into: &events) }
        if let word = head.tier, !word.isEmptyString, !(tier.map { word.equals($0.utf8Span.span) } ?? false),
            let text = word.string
        {
            tier = text
            events.append(CompletionEvent(.serviceTier(text)))
        }
        if !hasFingerprint, let text = head.fingerprint?.nonEmptyString {
            hasFingerprint = true
            events.append(CompletionEvent(.fingerprint(text)))
        }
        if let usage = head.usage.flatMap(ChatUsage.read) { events.append(CompletionEvent(.usage(usage))) }
        if head.hasError {
            isOver = true
            events.append(CompletionEvent(.failed(AnswerError(chat: root))))
        }
    }

    /// Azure sends filter results first, in an event that names nothing.
    private mutating func begin(_ head: Head, into events: inout [CompletionEvent]) {
        upstreamID = head.id?.nonEmptyString
        let model = head.model?.nonEmptyString
        guard let choices = head.choices, upstreamID != nil || model != nil || choices.count > 0 else { return }
        hasBegun = true
        events.append(CompletionEvent(.began(id: upstreamID, model: model)))
    }

    private static var malformed: CompletionEvent {
        CompletionEvent(
            .failed(AnswerError(status: 502, message: "The provider's answer has neither choices nor an error in it.")))
    }

    /// Returns whether the choice carries an error, or ended with one.
    private mutating func read(
        _ choice: JSONValue, _ position: Int, isWhole: Bool, into events: inout [CompletionEvent]
    ) -> Bool {
        let view = ChoiceView(choice)
        if view.error != nil { return true }
        let message = MessageView(view.body)
        let index = view.index?.int ?? position
        guard (0..<DialectLimits.trackedChoices).contains(index) else { return false }
        let start = events.count
        // Reasoning comes before what it led to.
        message.readReasoning(index, slots: slots, into: &events)
        if let text = view.text, !text.isEmptyString {
            events.append(CompletionEvent(.text(text.string ?? ""), choice: index))
        }
        if message.hasOthers, let body = view.body {
            MessageView.readSearches(body, index, into: &events)
            message.readText(index, into: &events)
            MessageView.readOthers(body, index, into: &events)
        } else {
            message.readText(index, into: &events)
        }
        if let calls = message.toolCalls {
            for call in calls.elements { read(ToolCallView(reading: call), index, isWhole: isWhole, into: &events) }
        }
        if let call = message.functionCall, message.toolCalls == nil {
            let view = ToolCallView(legacy: call)
            // Some hosts send every member there is, this one empty.
            if view.name != nil || view.arguments?.isEmptyString == false {
                read(view, index, isWhole: isWhole, into: &events)
            }
        }
        for seal in message.seals(index, slots: slots) { sign(seal.slot, seal.data, index, into: &events) }
        if let entries = view.logprobs?["content"], entries.isArray, entries.count > 0 {
            events.append(CompletionEvent(.logprobs(RawJSON(entries.rawText)), choice: index))
        }
        if let native = view.finishReason {
            let reason = FinishReason(native: native)
            if reason == .error { return true }
            finish(index, reason, (view.nativeFinishReason ?? native).string, into: &events)
        } else if isWhole, events.count > start {
            // Some hosts leave the reason empty; an answer with output has ended all the same.
            finish(index, .stop, nil, into: &events)
        }
        return false
    }

    private mutating func finish(
        _ choice: Int, _ reason: FinishReason, _ native: String?, into events: inout [CompletionEvent]
    ) {
        if ended.contains(choice) { return }
        ended.append(choice)
        release(choice, isEnd: true, into: &events)
        let endsWithCall = reason == .stop && slots.hasCalls(choice: choice)
        events.append(
            CompletionEvent(.finished(endsWithCall ? .toolCalls : reason, native: native), choice: choice))
    }

    // MARK: Tool calls

    private mutating func read(
        _ view: ToolCallView, _ choice: Int, isWhole: Bool, into events: inout [CompletionEvent]
    ) {
        let seed = upstreamID ?? idSeed
        guard let place = slots.take(view, choice: choice, isWhole: isWhole, seed: seed) else { return }
        let arguments = view.arguments?.argumentText ?? ""
        if place.isNew {
            waiting.append(
                WaitingCall(
                    choice: choice, slot: place.number, kind: view.isCustom ? .custom : .function, id: place.id,
                    name: view.name?.string ?? (isWhole ? "" : nil), arguments: arguments))
            release(choice, into: &events)
        } else if let index = waitingIndex(of: place.number, choice) {
            waiting[index].name = waiting[index].name ?? view.name?.string
            waiting[index].arguments += arguments
            release(choice, into: &events)
        } else if !arguments.isEmpty {
            events.append(CompletionEvent(.toolArguments(slot: place.number, arguments), choice: choice))
        }
    }

    private mutating func sign(_ slot: Int, _ seal: String, _ choice: Int, into events: inout [CompletionEvent]) {
        if let index = waitingIndex(of: slot, choice) {
            waiting[index].signature = seal
        } else {
            events.append(CompletionEvent(.toolSignature(slot: slot, seal), choice: choice))
        }
    }

    /// Where a call is among those that wait.
    private func waitingIndex(of slot: Int, _ choice: Int) -> Int? {
        waiting.firstIndex { $0.choice == choice && $0.slot == slot }
    }

    /// Begins the calls of a choice in the host's order, up to one without a name: writers number calls as they begin, so
    /// that one which overtook another would take its place.
    ///
    /// - Parameter isEnd: no name comes any more.
    private mutating func release(_ choice: Int, isEnd: Bool = false, into events: inout [CompletionEvent]) {
        while let index = waiting.firstIndex(where: { $0.choice == choice }), isEnd || waiting[index].name != nil {
            let call = waiting.remove(at: index)
            begin(call, into: &events)
        }
    }

    private func begin(_ call: WaitingCall, into events: inout [CompletionEvent]) {
        let name = translation.names.original(of: call.name ?? "")
        events.append(
            CompletionEvent(
                .toolCall(slot: call.slot, kind: call.kind, id: call.id, name: name), choice: call.choice))
        if !call.arguments.isEmpty {
            events.append(CompletionEvent(.toolArguments(slot: call.slot, call.arguments), choice: call.choice))
        }
        if let seal = call.signature {
            events.append(CompletionEvent(.toolSignature(slot: call.slot, seal), choice: call.choice))
        }
    }

    // MARK: Sources beside the choices

    private mutating func readSources(_ sources: JSONValue, into events: inout [CompletionEvent]) {
        var position = 0
        for source in sources.elements {
            position += 1
            if position <= sourcesSeen { continue }
            sourcesSeen = position
            guard let url = source.string ?? source["url"]?.string else { continue }
            events.append(CompletionEvent(.citation(Citation(url: url, title: source["title"]?.string))))
        }
    }
}

extension ChatEventReader {
    /// The top level of an answer or a chunk, found in one walk.
    private struct Head {
        var choices: JSONValue?
        var id: JSONValue?
        var model: JSONValue?
        var usage: JSONValue?
        var tier: JSONValue?
        var fingerprint: JSONValue?
        /// Perplexity's sources: whole ones before bare URLs.
        var sources: JSONValue?
        var hasError: Bool
        var mayBeError = false

        init(_ root: JSONValue) {
            hasError = !root.isObject
            for member in root.members where !member.value.isNull {
                let value = member.value
                switch member.name {
                case "choices": choices = value
                case "id": id = value
                case "model": model = value
                case "object": if value.equals("error") { hasError = true }
                case "usage": if value.isObject { usage = value }
                case "service_tier": tier = value
                case "system_fingerprint": fingerprint = value
                case "error": hasError = true
                case "type": if value.equals("error") { hasError = true }
                case "detail": mayBeError = true
                case "search_results": sources = value
                case "citations": if sources == nil { sources = value }
                case "x_groq":
                    if usage == nil { usage = value["usage"] }
                    if let error = value["error"], !error.isNull { hasError = true }
                default: break
                }
            }
        }
    }
}

extension AnswerError {
    /// What the host says, or that it said nothing sensible.
    fileprivate init(chat root: JSONValue) {
        guard let error = InBandError(root) else {
            self.init(status: 502, message: "The provider sent something that is no answer.")
            return
        }
        let isNumber = error.code.map { Int($0) != nil } ?? true
        self.init(status: error.status, type: isNumber ? error.type ?? error.code : error.code, message: error.message)
    }
}

extension JSONValue {
    fileprivate var nonEmptyString: String? { isString && !isEmptyString ? string : nil }
}
