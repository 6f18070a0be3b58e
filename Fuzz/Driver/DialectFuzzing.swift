import Accounting
import Buffers
import Catalog
import Completions
import Dialects
import JSONText

nonisolated(unsafe) private let scanner = JSONScanner()
private let stamp = ResponseStamp(id: "gen-1", model: "a/b", provider: "P", created: 1, kind: .chat)
private let charge = Charge(total: Credits(nanos: 3), prompt: Credits(nanos: 1))
private let callers: [CallerDialect] = [.chat, .messages, .responses]

/// Whatever a provider sends, each line of the input an event of one stream and an answer by itself: the events keep the
/// order that every writer counts on, and every caller's stream and answer are JSON.
func fuzzAnswers(of dialect: ProviderDialect, _ input: [UInt8]) {
    var cuts = Cuts(input)
    let isHidden = cuts.number(below: 2) == 0
    var reader = DialectTable.reader(of: dialect, fuzzedTranslation())
    var events: [CompletionEvent] = []
    for line in input.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
        // Bedrock's framing says what an event is: here it is the word before the JSON.
        let kind = String(decoding: line.prefix { $0 != UInt8(ascii: "{") }, as: UTF8.self)
        let json = dialect == .bedrock ? Array(line.dropFirst(kind.utf8.count)) : Array(line)
        guard let root = try? scanner.scan(copying: json.span) else { continue }
        reader.read(root, kind: kind, into: &events)
        var whole = DialectTable.reader(of: dialect, fuzzedTranslation())
        var answer: [CompletionEvent] = []
        whole.readAnswer(root, into: &answer)
        check(answer, of: dialect)
        write(answer, for: callers[cuts.number(below: callers.count)], isHidden)
    }
    reader.atEnd(into: &events)
    check(events, of: dialect)
    for caller in callers { write(events, for: caller, isHidden) }
}

/// Whatever a caller asks: it is refused with a field, or every provider is asked in JSON or refuses it with one.
func fuzzRequests(of caller: CallerDialect, _ input: [UInt8]) {
    guard let root = try? scanner.scan(copying: input.span) else { return }
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
        require(NaiveJSON.parse(Array(out.bytes)) != nil, "\(dialect) is asked \(out.text.debugDescription)")
    }
}

private func fuzzedTranslation() -> Translation {
    var translation = Translation()
    translation.wrappedTools = ["f"]
    return translation
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
        case .citation(let citation): require(citation.range.map { $0.lowerBound >= 0 } ?? true, "\(citation)")
        case .usage(let usage):
            require(usage.reasoning <= usage.completion && usage.cached <= usage.prompt, "\(usage)")
        case .failed: hasFailed = true
        default: break
        }
    }
}

private func write(_ events: [CompletionEvent], for caller: CallerDialect, _ isHidden: Bool) {
    let answer = CompletionAnswer(events)
    let usage = answer.usage ?? TokenUsage()
    var writer = DialectTable.writer(of: caller, stamp: stamp, hidesReasoning: isHidden, echo: ResponsesEcho())
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
        echo: ResponsesEcho(), into: &out)
    require(NaiveJSON.parse(Array(out.bytes)) != nil, "\(caller) is answered \(out.text.debugDescription)")
}

/// Every line is empty, a name, or JSON, and the last event ends.
private func checkStream(_ bytes: [UInt8]) {
    let story = { String(decoding: bytes, as: UTF8.self).debugDescription }
    require(bytes.suffix(2) == [10, 10], "the last event does not end: \(story())")
    for line in bytes.split(separator: 10) {
        if line.starts(with: Array("event: ".utf8)) || line.elementsEqual("data: [DONE]".utf8) { continue }
        require(line.starts(with: Array("data: ".utf8)), "no line of an event in \(story())")
        require(NaiveJSON.parse(Array(line.dropFirst(6))) != nil, "no JSON in \(story())")
    }
}
