import Accounting
import Buffers
import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// A model that can do everything, as the newest ones.
let capableClaude = TranslationTarget(
    model: "claude-test", isStream: false, maxOutputTokens: 64_000,
    abilities: [
        .reasoning, .adaptiveThinking, .prefill, .forcedTools, .systemAnywhere, .jsonSchema, .mediaByURL,
    ])
/// A model that thinks by budget, as those before Claude 4.6.
let budgetClaude = TranslationTarget(
    model: "claude-old", isStream: false, maxOutputTokens: 64_000,
    abilities: [.reasoning, .sampling, .prefill, .forcedTools, .mediaByURL])

/// Scans and reads a request of the Messages API.
func readMessages(_ body: String) throws -> CanonicalRequest {
    let scanner = JSONScanner()
    return try withExtendedLifetime(scanner) {
        try AnthropicRequestReader.read(try scanner.scan(copying: body))
    }
}

/// The body for a model, and what became of the request.
func writeMessages(
    _ request: CanonicalRequest, for target: TranslationTarget = capableClaude
) throws -> (body: String, translation: Translation) {
    var out = ByteBuffer()
    let translation = try AnthropicRequestWriter.write(request, for: target, into: &out)
    return (out.text, translation)
}

/// The events of a stream, given the data of each.
func anthropicEvents(
    _ stream: [String], translation: Translation = Translation(), isEnded: Bool = true
) throws -> [CompletionEvent] {
    var reader = AnthropicEventReader(translation: translation)
    var events: [CompletionEvent] = []
    let scanner = JSONScanner()
    try withExtendedLifetime(scanner) {
        for data in stream { reader.read(try scanner.scan(copying: data), into: &events) }
    }
    if isEnded { reader.atEnd(into: &events) }
    return events
}

/// The events of a whole answer.
func anthropicEvents(answer: String, translation: Translation = Translation()) throws -> [CompletionEvent] {
    var reader = AnthropicEventReader(translation: translation)
    var events: [CompletionEvent] = []
    let scanner = JSONScanner()
    try withExtendedLifetime(scanner) { reader.readAnswer(try scanner.scan(copying: answer), into: &events) }
    return events
}

/// A caller's stream: what every event came to, and the end.
func anthropicStream(
    _ events: [CompletionEvent], hidesReasoning: Bool = false, charge: Charge = testCharge
) -> [(name: String, data: String)] {
    var writer = AnthropicEventWriter(stamp: testStamp, hidesReasoning: hidesReasoning)
    var out = ByteBuffer()
    for event in events { writer.write(event, into: &out) }
    let answer = CompletionAnswer(events)
    if let error = answer.error {
        writer.writeError(APIError(.providerUnavailable, error.message), into: &out)
    } else {
        let choice = answer.choices.first
        writer.writeEnd(
            reason: choice?.finishReason ?? .stop, native: choice?.nativeFinishReason,
            usage: answer.usage ?? TokenUsage(), charge: charge, into: &out)
    }
    return framesOf(out.text)
}

/// A caller's whole answer.
func anthropicAnswer(_ events: [CompletionEvent], hidesReasoning: Bool = false) -> String {
    let answer = CompletionAnswer(events)
    return written {
        AnthropicAnswerWriter.write(
            answer, stamp: testStamp, hidesReasoning: hidesReasoning, usage: answer.usage ?? TokenUsage(),
            charge: testCharge, into: &$0)
    }
}

/// Named events of a stream. Everything must be one: a name, a line of data, an empty line.
func framesOf(_ text: String) -> [(name: String, data: String)] {
    var frames: [(name: String, data: String)] = []
    let blocks = text.components(separatedBy: "\n\n")
    for block in blocks.dropLast() {
        let lines = block.components(separatedBy: "\n")
        guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else {
            Issue.record("not an event: \(block)")
            continue
        }
        frames.append((String(lines[0].dropFirst(7)), String(lines[1].dropFirst(6))))
    }
    #expect(blocks.last == "")
    return frames
}

/// What matters of an answer: everything but how it was cut into events.
func essence(_ events: [CompletionEvent]) -> CompletionAnswer {
    var answer = CompletionAnswer(events)
    answer.id = nil
    answer.model = nil
    return answer
}
