import Accounting
import Buffers
import Catalog
import Completions
import JSONText
import Providers
import Testing

@testable import Dialects

/// Answers whose reason to end is that they failed are failures, however much of them there is. Source: wire spec 8, 10.3.
@Suite struct FailedEndTests {
    private static let gemini =
        #"{"candidates":[{"content":{"parts":[{"text":"I call"}]},"finishReason":"REASON"}],"usageMetadata":{"candidatesTokenCount":3}}"#
    private static let bedrock =
        #"{"output":{"message":{"role":"assistant","content":[{"text":"I call"}]}},"stopReason":"REASON","usage":{"inputTokens":1,"outputTokens":3}}"#
    private static let cohere =
        #"{"message":{"role":"assistant","content":[{"type":"text","text":"I call"}]},"finish_reason":"REASON"}"#

    @Test(arguments: [
        (ProviderDialect.gemini, gemini, "MALFORMED_FUNCTION_CALL", FailureClass.modelFault),
        (.gemini, gemini, "UNEXPECTED_TOOL_CALL", .modelFault), (.gemini, gemini, "MALFORMED_RESPONSE", .modelFault),
        (.gemini, gemini, "MISSING_THOUGHT_SIGNATURE", .invalidReplay),
        (.bedrock, bedrock, "malformed_tool_use", .modelFault),
        (.bedrock, bedrock, "malformed_model_output", .modelFault),
        (.cohere, cohere, "ERROR", .serverError), (.cohere, cohere, "TIMEOUT", .timeout),
    ])
    func isAFailureOfItsClass(
        dialect: ProviderDialect, answer: String, reason: String, expected: FailureClass
    ) throws {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: answer.replacing("REASON", with: reason))
        var translator = AnswerTranslator(
            reader: DialectTable.reader(of: dialect, Translation()),
            writer: DialectTable.writer(
                of: .messages, stamp: testStamp, hidesReasoning: false, echo: ResponsesEcho()))
        var state = StreamState()
        _ = withExtendedLifetime(scanner) { translator.answer(root, state: &state) }
        let error = try #require(translator.error, "an answer is no success")
        let failure = FailureClassifier.classify(
            inBand: UpstreamErrorBody(message: error.message, code: error.type, type: error.type, status: error.status),
            headers: { _ in nil }, provider: "Acme", nowMs: 0)
        #expect(failure.failureClass == expected)
        if expected == .modelFault { #expect(failure.retry.sameEndpoint == .once && failure.health == .soft) }
    }

    /// A stream that ends so carries the provider's word too.
    @Test func aStreamKeepsTheWord() throws {
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: Self.gemini.replacing("REASON", with: "MALFORMED_FUNCTION_CALL"))
        var translator = AnswerTranslator(
            reader: DialectTable.reader(of: .gemini, Translation()),
            writer: DialectTable.writer(of: .chat, stamp: testStamp, hidesReasoning: false, echo: ResponsesEcho()))
        var state = StreamState()
        var out = ByteBuffer()
        let summary = withExtendedLifetime(scanner) { translator.relay(root, state: &state, into: &out) }
        #expect(summary.hasError && translator.error?.type == "MALFORMED_FUNCTION_CALL")
    }
}
