import Accounting
import Buffers
import Completions
import JSONText

@testable import Dialects

/// What a provider is asked, for a body of `/responses`.
func respond(
    to body: String, abilities: TranslationTarget.Abilities = [.sampling], maxOutputTokens: Int? = nil,
    reasoningFormat: String? = nil
) throws -> (body: String, translation: Translation) {
    let target = TranslationTarget(
        model: "gpt-x", isStream: false, maxOutputTokens: maxOutputTokens, abilities: abilities,
        reasoningFormat: reasoningFormat)
    return try writtenResponses(try readResponses(body), for: target)
}

func readResponses(_ body: String) throws -> CanonicalRequest {
    let scanner = JSONScanner()
    return try ResponsesRequestReader.read(try scanner.scan(copying: body))
}

func writtenResponses(
    _ request: CanonicalRequest, for target: TranslationTarget
) throws -> (body: String, translation: Translation) {
    var out = ByteBuffer()
    let translation = try ResponsesRequestWriter.write(request, for: target, into: &out)
    return (out.text, translation)
}

/// What a stream of a Responses provider says, event by event.
func readResponsesStream(_ payloads: [String], translation: Translation = Translation()) throws -> [CompletionEvent] {
    let scanner = JSONScanner()
    var reader = ResponsesEventReader(translation: translation)
    var events: [CompletionEvent] = []
    for payload in payloads { reader.read(try scanner.scan(copying: payload), into: &events) }
    reader.atEnd(into: &events)
    return events
}

func readResponsesAnswer(_ body: String) throws -> [CompletionEvent] {
    let scanner = JSONScanner()
    var reader = ResponsesEventReader(translation: Translation())
    var events: [CompletionEvent] = []
    reader.readAnswer(try scanner.scan(copying: body), into: &events)
    return events
}

/// The stream a caller of `/responses` gets for some events, as lines without the empty ones.
func responsesLines(
    _ events: [CompletionEvent], hidesReasoning: Bool = false, echo: ResponsesEcho = ResponsesEcho()
) -> [String] {
    var writer = ResponsesEventWriter(stamp: testStamp, hidesReasoning: hidesReasoning, echo: echo)
    var out = ByteBuffer()
    for event in events { writer.write(event, into: &out) }
    let answer = CompletionAnswer(events)
    let choice = answer.choices.first
    if answer.error != nil {
        writer.writeError(APIError(.providerUnavailable, "The provider broke the answer off."), into: &out)
    } else {
        writer.writeEnd(
            reason: choice?.finishReason ?? .stop, native: choice?.nativeFinishReason,
            usage: answer.usage ?? TokenUsage(), charge: testCharge, completedAt: testStamp.created + 2, into: &out)
    }
    let text = out.text
    precondition(text.hasSuffix("\n\n"), "every event ends with an empty line")
    return text.split(separator: "\n").map(String.init)
}

/// The plain answer a caller of `/responses` gets for some events.
func responsesAnswer(_ events: [CompletionEvent], hidesReasoning: Bool = false) -> String {
    let answer = CompletionAnswer(events)
    return written {
        ResponsesAnswerWriter.write(
            answer, stamp: testStamp, hidesReasoning: hidesReasoning, usage: answer.usage ?? TokenUsage(),
            charge: testCharge, completedAt: testStamp.created + 2, into: &$0)
    }
}

/// An answer in the words of the fixtures.
func summary(_ answer: CompletionAnswer) -> JSON {
    var members: [String: JSON] = [:]
    members["id"] = answer.id.map(JSON.string)
    members["model"] = answer.model.map(JSON.string)
    members["tier"] = answer.serviceTier.map(JSON.string)
    members["error"] = answer.error.map { error in
        var error = ["message": JSON.string(error.message), "type": error.type.map(JSON.string) ?? .null]
        error["status"] = answer.error?.status.map { .integer(Int64($0)) }
        return .object(error)
    }
    if let usage = answer.usage {
        members["usage"] = .object([
            "prompt": .integer(Int64(usage.prompt)), "completion": .integer(Int64(usage.completion)),
            "cached": .integer(Int64(usage.cached)), "written": .integer(Int64(usage.cacheWrite)),
            "reasoning": .integer(Int64(usage.reasoning)), "searches": .integer(Int64(usage.webSearches)),
        ])
    }
    if let choice = answer.choices.first {
        members["items"] = .array(choice.items.filter { !$0.isDrawing }.map(summary))
        members["finish"] = choice.finishReason.map { .string("\($0.wireName)") }
        members["native"] = choice.nativeFinishReason.map(JSON.string)
    }
    return .object(members)
}

private func summary(_ item: MessageItem) -> JSON {
    switch item {
    case .text(let text):
        var members: [String: JSON] = ["text": .string(text.text)]
        if !text.citations.isEmpty { members["citations"] = .array(text.citations.map(summary)) }
        return .object(members)
    case .refusal(let text): return .object(["refusal": .string(text)])
    case .reasoning(let piece):
        var members: [String: JSON] = ["\(piece.kind)": .string(piece.data ?? piece.text)]
        members["id"] = piece.id.map(JSON.string)
        members["format"] = piece.format.map(JSON.string)
        members["index"] = piece.index.map { .integer(Int64($0)) }
        members["signature"] = piece.signature.map(JSON.string)
        return .object(members)
    case .toolCall(let call):
        var members: [String: JSON] = [
            "call": .string(call.name), "kind": .string("\(call.kind)"), "id": .string(call.id),
            "arguments": .string(call.arguments),
        ]
        members["signature"] = call.signature.map(JSON.string)
        members["extras"] = call.extras.flatMap { try? JSON($0.json.text) }
        return .object(members)
    case .native(let native): return (try? JSON(native.json.text)) ?? .null
    case .serverTool(let tool): return tool.native.flatMap { try? JSON($0.text) } ?? described(tool)
    case .image(let image):
        if case .base64(let data) = image.source { return .object(["image": .string(data)]) }
        return .null
    default: return .string("\(item)")
    }
}

extension MessageItem {
    /// Whether it only tells of a drawing, which is an item of its own.
    fileprivate var isDrawing: Bool {
        if case .serverTool(let tool) = self { tool.kind == .imageGeneration } else { false }
    }
}

private func summary(_ citation: Citation) -> JSON {
    var members: [String: JSON] = [:]
    members["url"] = citation.url.map(JSON.string)
    members["title"] = citation.title.map(JSON.string)
    members["start"] = citation.range.map { .integer(Int64($0.lowerBound)) }
    members["end"] = citation.range.map { .integer(Int64($0.upperBound)) }
    return .object(members)
}
