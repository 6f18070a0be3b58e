import Accounting
import Buffers
import Catalog
import Completions
import Dialects
import JSONText

nonisolated(unsafe) private let scanner = JSONScanner()
/// Judges what is written, while values of the other one are in use. That it takes JSON alone is for the target `json`.
nonisolated(unsafe) private let judge = JSONScanner()
private let charge = Charge(total: Credits(nanos: 3), prompt: Credits(nanos: 1))
private let callers: [CallerDialect] = [.chat, .completions, .messages, .responses]

/// Whatever a provider sends, each line of the input an event of one stream and an answer by itself: the events keep the
/// order that every writer counts on, and every caller's stream and answer are JSON.
func fuzzAnswers(of dialect: ProviderDialect, _ input: [UInt8]) {
    var cuts = Cuts(input)
    let isHidden = cuts.number(below: 2) == 0
    let thinksInline = cuts.number(below: 2) == 0
    var reader = fuzzed(dialect, thinksInline)
    var events: [CompletionEvent] = []
    for line in input.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
        let (kind, json) = event(line, of: dialect)
        guard let root = try? scanner.scan(copying: json.span) else { continue }
        reader.read(root, kind: kind, into: &events)
        var whole = fuzzed(dialect, thinksInline)
        var answer: [CompletionEvent] = []
        whole.readAnswer(root, into: &answer)
        check(answer, of: dialect)
        write(answer, for: callers[cuts.number(below: callers.count)], isHidden)
    }
    reader.atEnd(into: &events)
    check(events, of: dialect)
    for caller in callers { write(events, for: caller, isHidden) }
    let caller = callers[cuts.number(below: callers.count)]
    relay(input, of: dialect, by: fuzzed(dialect, thinksInline), for: caller, isHidden)
}

/// The stream as whoever relays it has it: the summary says what was written, and of an event that failed that is nothing.
private func relay(
    _ input: [UInt8], of dialect: ProviderDialect, by reader: any AnswerReading, for caller: CallerDialect,
    _ isHidden: Bool
) {
    let writer = DialectTable.writer(
        of: caller, stamp: fuzzedStamp(caller), hidesReasoning: isHidden, echo: ResponsesEcho())
    var translator = AnswerTranslator(reader: reader, writer: writer)
    var state = StreamState(hidesReasoning: isHidden)
    let request = CompletionRequest(kind: .chat)
    request.toolNames = ["f"]
    state.toolCallAudit = ToolCallAudit(request)
    var out = ByteBuffer()
    for line in input.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
        let (kind, json) = event(line, of: dialect)
        guard let root = try? scanner.scan(copying: json.span) else { continue }
        let mark = out.count
        let summary = translator.relay(root, kind: kind, state: &state, into: &out)
        require(summary.isWritten == (out.count > mark), "\(summary) of \(out.count - mark) bytes")
        guard summary.hasError else { continue }
        require(!summary.isWritten && translator.error != nil, "\(summary)")
        translator.writeError(APIError(.providerUnavailable, "x"), into: &out)
        return checkStream(Array(out.bytes))
    }
    if translator.atEnd(state: &state, into: &out).hasError { return }
    translator.writeEnd(
        reason: state.finishReasonAtEnd, native: state.nativeFinishReason, usage: state.usage ?? TokenUsage(),
        charge: charge, into: &out)
    checkStream(Array(out.bytes))
    _ = state.toolCallAudit?.isWellFormed(scanner)
}

/// Bedrock's framing says what an event is: here it is the word before the JSON.
private func event(_ line: ArraySlice<UInt8>, of dialect: ProviderDialect) -> (kind: String, json: [UInt8]) {
    let kind = line.prefix { $0 != UInt8(ascii: "{") }
    return (String(decoding: kind, as: UTF8.self), Array(dialect == .bedrock ? line.dropFirst(kind.count) : line))
}

private func isJSON(_ text: Span<UInt8>) -> Bool { (try? judge.scan(copying: text)) != nil }

private func fuzzedStamp(_ caller: CallerDialect) -> ResponseStamp {
    ResponseStamp(
        id: "gen-1", model: "a/b", provider: "P", created: 1, kind: caller == .completions ? .text : .chat)
}

/// What reads a provider that got a freeform tool as a function, and may think in its text.
private func fuzzed(_ dialect: ProviderDialect, _ thinksInline: Bool) -> any AnswerReading {
    var translation = Translation()
    translation.wrappedTools = ["f"]
    var reader = DialectTable.reader(of: dialect, translation)
    if !dialect.isOpenAIChat { return reader }
    if thinksInline { reader = ThinkTagReader(reader) }
    return FreeformToolReader(reader, translation)
}

/// Whatever a caller asks: it is refused with a field, or every provider is asked in JSON or refuses it with one.
func fuzzRequests(of caller: CallerDialect, _ input: [UInt8]) {
    guard let root = try? scanner.scan(copying: input.span) else { return }
    // Chat is checked before, in either of its forms.
    if caller.isChat, !isChat(root, .chat), !isChat(root, .completions) { return }
    let request: CanonicalRequest
    do throws(APIError) {
        request = try DialectTable.readRequest(root, of: caller)
    } catch {
        require(error.status == 400 && !error.message.isEmpty, "refused as \(error)")
        return
    }
    let dialects: [ProviderDialect] = [.openAI, .openAIResponses, .anthropic, .gemini, .bedrock, .cohere]
    for dialect in dialects {
        var cuts = Cuts(input + [UInt8(dialects.firstIndex(of: dialect)!)])
        let abilities = TranslationTarget.Abilities(rawValue: UInt32(cuts.number(below: 2048)))
        let target = TranslationTarget(
            model: "m", isStream: request.isStream, maxOutputTokens: 4096, abilities: abilities)
        var out = ByteBuffer()
        do throws(APIError) {
            _ = try DialectTable.writeRequest(request, in: dialect, for: target, into: &out)
        } catch {
            require(error.status == 400, "\(dialect) refuses as \(error)")
            continue
        }
        require(isJSON(out.span), "\(dialect) is asked \(out.text.debugDescription)")
    }
    for rules in [nil, ChatHostRules(), ChatHostRules(hasShortCallIDs: true, takesCustomTools: true)] {
        var out = ByteBuffer()
        _ = ChatRequestWriter.write(request, of: caller, for: rules, into: &out)
        let sent = NaiveJSON.parse(Array(out.bytes))
        // Other callers may say a thing in their words and in those of chat: what is written is decoded once more.
        let isGood = caller.isChat ? sent?.repeatsKeys == false : sent != nil
        require(isGood, "a host of chat is asked \(out.text.debugDescription)")
    }
    if caller == .responses { write([], for: caller, false, ResponsesEcho(root)) }
}

private func isChat(_ root: JSONValue, _ surface: ChatRequestDecoder.Surface) -> Bool {
    (try? ChatRequestDecoder.decode(root, surface: surface)) != nil
}

/// What every writer counts on.
private func check(_ events: [CompletionEvent], of dialect: ProviderDialect) {
    // Hosts of chat answer several prompts at once, each with as many choices as anyone.
    let choices = dialect == .openAI ? 0..<4096 : 0..<128
    var slots: [Int: Int] = [:]
    var hasFailed = false
    for event in events {
        require(!hasFailed, "\(event) follows an error")
        require(choices.contains(event.choice), "choice \(event.choice)")
        switch event.content {
        case .toolCall(let slot, _, let id, _):
            require(slot == slots[event.choice, default: 0], "slot \(slot) out of order")
            require(!id.isEmpty, "a call without an id")
            slots[event.choice] = slot + 1
        case .toolArguments(let slot, _), .toolSignature(let slot, _), .toolExtras(let slot, _):
            require(slot < slots[event.choice, default: 0], "slot \(slot) before its call")
        case .serverTool(let tool): require(!tool.id.isEmpty, "a use of a tool without an id")
        case .citation(let citation): require(citation.range.map { $0.lowerBound >= 0 } ?? true, "\(citation)")
        case .usage(let usage):
            require(usage.reasoning <= usage.completion && usage.cached <= usage.prompt, "\(usage)")
        case .failed: hasFailed = true
        default: break
        }
    }
}

private func write(
    _ events: [CompletionEvent], for caller: CallerDialect, _ isHidden: Bool, _ echo: ResponsesEcho = ResponsesEcho()
) {
    let answer = CompletionAnswer(events)
    let usage = answer.usage ?? TokenUsage()
    let stamp = fuzzedStamp(caller)
    var writer = DialectTable.writer(of: caller, stamp: stamp, hidesReasoning: isHidden, echo: echo)
    var out = ByteBuffer()
    for event in events { writer.write(event, into: &out) }
    if let error = answer.error {
        writer.writeError(APIError(.providerUnavailable, error.message), into: &out)
    } else {
        writer.writeEnd(
            reason: answer.choices.first?.finishReason ?? .stop, native: answer.choices.first?.nativeFinishReason,
            usage: usage, charge: charge, metadata: nil, completedAt: 1, into: &out)
    }
    checkStream(Array(out.bytes))
    out.clear()
    DialectTable.writeAnswer(
        answer, in: caller, stamp: stamp, hidesReasoning: isHidden, usage: usage, charge: charge,
        echo: echo, into: &out)
    require(isJSON(out.span), "\(caller) is answered \(out.text.debugDescription)")
}

/// Every line is empty, a name, or JSON, and the last event ends.
private func checkStream(_ bytes: [UInt8]) {
    let story = { String(decoding: bytes, as: UTF8.self).debugDescription }
    require(bytes.suffix(2) == [10, 10], "the last event does not end: \(story())")
    for line in bytes.split(separator: 10) {
        if line.starts(with: Array("event: ".utf8)) || line.elementsEqual("data: [DONE]".utf8) { continue }
        require(line.starts(with: Array("data: ".utf8)), "no line of an event in \(story())")
        require(isJSON(Array(line.dropFirst(6)).span), "no JSON in \(story())")
    }
}
