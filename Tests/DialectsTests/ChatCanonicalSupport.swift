import Accounting
import Buffers
import Completions
import JSONText

@testable import Dialects

/// A chat body in the canonical form.
func readChat(_ body: String) throws -> CanonicalRequest {
    let scanner = JSONScanner()
    return try ChatRequestReader.read(try scanner.scan(copying: body))
}

/// A canonical request as a chat body.
func chatBody(_ request: CanonicalRequest) -> String {
    written { ChatRequestWriter.write(request, into: &$0) }
}

/// What a reader makes of the payloads of a stream.
func chatEvents(_ payloads: [String], _ translation: Translation = Translation()) throws -> [CompletionEvent] {
    let scanner = JSONScanner()
    var reader = ChatEventReader(translation: translation, idSeed: testStamp.id)
    var events: [CompletionEvent] = []
    for payload in payloads { reader.read(try scanner.scan(copying: payload), into: &events) }
    reader.atEnd(into: &events)
    return events
}

/// What a reader makes of a whole answer.
func chatAnswer(_ body: String) throws -> CompletionAnswer {
    let scanner = JSONScanner()
    var reader = ChatEventReader(translation: Translation(), idSeed: testStamp.id)
    var events: [CompletionEvent] = []
    reader.readAnswer(try scanner.scan(copying: body), into: &events)
    return CompletionAnswer(events)
}

/// The payloads of the chunks that a writer makes of events, without the end of the stream.
func chatChunks(
    _ events: [CompletionEvent], hidesReasoning: Bool = false, stamp: ResponseStamp = testStamp
) -> [String] {
    var writer = ChatEventWriter(stamp: stamp, hidesReasoning: hidesReasoning)
    var payloads: [String] = []
    for event in events {
        let text = written { writer.write(event, into: &$0) }
        if !text.isEmpty { payloads.append(payloadOf(text)) }
    }
    return payloads
}

/// A whole answer as a chat body.
func chatAnswerBody(
    _ answer: CompletionAnswer, hidesReasoning: Bool = false, stamp: ResponseStamp = testStamp
) -> String {
    written {
        ChatAnswerWriter.write(
            answer, stamp: stamp, hidesReasoning: hidesReasoning, usage: answer.usage ?? TokenUsage(),
            charge: testCharge, into: &$0)
    }
}
