import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// What Converse answers and streams, golden in `Tests/Fixtures/Dialects/bedrock`.
@Suite struct BedrockAnswerTests {
    private static func translation(_ fixture: Fixture) -> Translation {
        var translation = Translation()
        translation.answerTool = fixture.lines("answer tool").first
        translation.wrappedTools = Set(fixture.lines("wrapped tools"))
        return translation
    }

    @Test(arguments: Fixture.all("bedrock/streams"))
    func readsStreams(_ fixture: Fixture) throws {
        var reader = BedrockEventReader(translation: Self.translation(fixture))
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        for line in fixture.lines("events") {
            let parts = line.split(separator: " ", maxSplits: 1)
            reader.read(eventType: String(parts[0]), try scanner.scan(copying: String(parts[1])), into: &events)
        }
        #expect(try BedrockReading.summary(events) == JSON(fixture.text("expected")))
    }

    @Test(arguments: Fixture.all("bedrock/answers"))
    func readsAnswers(_ fixture: Fixture) throws {
        var reader = BedrockEventReader(translation: Self.translation(fixture))
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        reader.readAnswer(try scanner.scan(copying: fixture.text("answer")), into: &events)
        #expect(try BedrockReading.summary(events) == JSON(fixture.text("expected")))
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("bedrock/streams").count >= 7)
        #expect(Fixture.all("bedrock/answers").count >= 5)
    }

    /// Names come back as the caller wrote them.
    @Test func restoresNames() throws {
        var translation = Translation()
        let sent = translation.names.sent(for: "get weather!", atMost: 64, allows: BedrockIdentifier.isNameByte)
        var reader = BedrockEventReader(translation: translation)
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        let start = #"{"contentBlockIndex":0,"start":{"toolUse":{"toolUseId":"","name":"\#(sent)"}}}"#
        reader.read(eventType: "contentBlockStart", try scanner.scan(copying: start), into: &events)
        let expected = CompletionEvent(.toolCall(slot: 0, kind: .function, id: "call_0", name: "get weather!"))
        #expect(events == [expected])
    }

    @Test(arguments: [
        ("end_turn", FinishReason.stop), ("stop_sequence", .stop), ("tool_use", .stop), ("max_tokens", .length),
        ("model_context_window_exceeded", .length), ("guardrail_intervened", .contentFilter),
        ("content_filtered", .contentFilter), ("malformed_model_output", .error), ("malformed_tool_use", .error),
        ("something_new", .stop),
    ])
    func finishes(native: String, reason: FinishReason) throws {
        var reader = BedrockEventReader(translation: Translation())
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        let stop = try scanner.scan(copying: #"{"stopReason":"\#(native)"}"#)
        reader.read(eventType: "messageStop", stop, into: &events)
        #expect(events == [CompletionEvent(.finished(reason, native: native))])
    }

    @Test(
        arguments: [
            ("internalServerException", #"{"message":"m"}"#, 500),
            ("modelStreamErrorException", #"{"message":"m"}"#, 424),
            ("modelStreamErrorException", #"{"originalMessage":"m","originalStatusCode":503}"#, 503),
            ("modelStreamErrorException", #"{"message":"m","originalStatusCode":200}"#, 424),
            ("validationException", #"{"message":"m"}"#, 400), ("throttlingException", #"{"Message":"m"}"#, 429),
            ("serviceUnavailableException", #"{"message":"m"}"#, 503),
            ("modelTimeoutException", #"{"message":"m"}"#, 408),
            ("accessDeniedException", #"{"message":"m"}"#, 403), ("modelNotReadyException", #"{"message":"m"}"#, 429),
            ("unheardOfException", #"{"message":"m"}"#, nil),
        ] as [(String, String, Int?)])
    func readsExceptions(type: String, payload: String, status: Int?) throws {
        var reader = BedrockEventReader(translation: Translation())
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        reader.read(eventType: type, try scanner.scan(copying: payload), into: &events)
        #expect(events == [CompletionEvent(.failed(AnswerError(status: status, type: type, message: "m")))])
    }

    @Test func readsErrorsWithoutAPayload() {
        var reader = BedrockEventReader(translation: Translation())
        var events: [CompletionEvent] = []
        reader.readError(code: "InternalServerError", message: "boom", into: &events)
        let error = AnswerError(status: 500, type: "InternalServerError", message: "boom")
        #expect(events == [CompletionEvent(.failed(error))])
    }

    @Test func skipsWhatItDoesNotKnow() throws {
        var reader = BedrockEventReader(translation: Translation())
        let scanner = JSONScanner()
        var events: [CompletionEvent] = []
        let unknown = try scanner.scan(copying: #"{"contentBlockIndex":0,"delta":{"news":1}}"#)
        reader.read(eventType: "contentBlockDelta", unknown, into: &events)
        reader.read(eventType: "somethingNew", unknown, into: &events)
        #expect(events.isEmpty)
    }
}
