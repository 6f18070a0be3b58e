import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// Gemini's answers, one golden file per theme: the events of a stream, and what they say.
@Suite struct GeminiAnswerTests {
    @Test(arguments: Fixture.all("gemini/answers"))
    func readsEachTheme(_ fixture: Fixture) throws {
        let expected = try JSON(fixture.text("answer"))
        for reading in [streamed, inOneArray] {
            #expect(try described(CompletionAnswer(reading(fixture))) == expected)
        }
    }

    private func streamed(_ fixture: Fixture) throws -> [CompletionEvent] {
        var reader = Self.reader(fixture)
        var all = try events(of: fixture.lines("events")) { reader.read($0, into: &$1) }
        reader.atEnd(into: &all)
        return all
    }

    /// What comes without `alt=sse`.
    private func inOneArray(_ fixture: Fixture) throws -> [CompletionEvent] {
        var reader = Self.reader(fixture)
        return try events(of: ["[\(fixture.lines("events").joined(separator: ",\r\n"))]"]) {
            reader.readAnswer($0, into: &$1)
        }
    }

    private static func reader(_ fixture: Fixture) -> GeminiEventReader {
        var translation = Translation()
        for name in fixture.lines("names") {
            _ = translation.names.sent(for: name, atMost: 128) { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: " ") }
        }
        translation.wrappedTools = Set(fixture.lines("wrapped"))
        return GeminiEventReader(translation: translation, generation: "gen-1700000000-AbCdEfGhIjKlMnOpQrSt")
    }

    @Test func idsOfCallsComeFromTheAnswersOwnIdOtherwise() throws {
        var reader = GeminiEventReader(translation: Translation())
        let call = #"{"functionCall":{"name":"f","args":{}}}"#
        let made = try events(of: [
            #"{"candidates":[{"content":{"parts":[\#(call),\#(call)]}}],"responseId":"aB-c_9"}"#
        ]) { reader.read($0, into: &$1) }
        let ids = made.compactMap { event -> String? in
            guard case .toolCall(_, _, let id, _) = event.content else { return nil }
            return id
        }
        #expect(ids == ["call_aBc900", "call_aBc901"])
    }

    @Test(arguments: [
        ("STOP", FinishReason.stop), ("MAX_TOKENS", .length), ("CONTINUATION", .length), ("SAFETY", .contentFilter),
        ("RECITATION", .contentFilter), ("LANGUAGE", .contentFilter), ("BLOCKLIST", .contentFilter),
        ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter), ("IMAGE_SAFETY", .contentFilter),
        ("IMAGE_OTHER", .contentFilter), ("NO_IMAGE", .contentFilter), ("MODEL_ARMOR", .contentFilter),
        ("ESCALATION", .contentFilter), ("PUP_LIMITED_DISABLED", .contentFilter), ("OTHER", .stop),
        ("FINISH_REASON_UNSPECIFIED", .stop), ("MALFORMED_FUNCTION_CALL", .error), ("UNEXPECTED_TOOL_CALL", .error),
        ("TOO_MANY_TOOL_CALLS", .error), ("MALFORMED_RESPONSE", .error), ("MISSING_THOUGHT_SIGNATURE", .error),
    ])
    func finishReasonsAreThoseOfTheTable(native: String, reason: FinishReason) throws {
        #expect(GeminiFinishReason.reason(native, hasCalls: false, hasOutput: true) == reason)
    }

    @Test func anAnswerThatCallsEndsWithCallsAndAnEmptyOtherIsAnError() {
        #expect(GeminiFinishReason.reason("STOP", hasCalls: true, hasOutput: false) == .toolCalls)
        #expect(GeminiFinishReason.reason("MAX_TOKENS", hasCalls: true, hasOutput: false) == .length)
        #expect(GeminiFinishReason.reason("OTHER", hasCalls: false, hasOutput: false) == .error)
    }

    @Test func nothingFollowsAnError() throws {
        var reader = GeminiEventReader(translation: Translation())
        let all = try events(of: [
            #"[{"error":{"code":429,"message":"Quota.","status":"RESOURCE_EXHAUSTED"}}]"#,
            #"{"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}]}"#,
        ]) { reader.read($0, into: &$1) }
        #expect(
            all.map(\.content) == [.failed(AnswerError(status: 429, type: "RESOURCE_EXHAUSTED", message: "Quota."))])
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"null"#, #""text""#, #"{"candidates":{}}"#, #"{"candidates":[null,1,{}]}"#,
        #"{"candidates":[{"content":{"parts":[null,{},{"functionCall":{}},{"functionCall":{"partialArgs":[]}}]}}]}"#,
        #"{"candidates":[{"index":-1,"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}]}"#,
        #"{"candidates":[{"index":4000000000,"content":{"parts":[{"text":"x"}]}}]}"#,
        #"{"candidates":[{"groundingMetadata":{"groundingChunks":[{}],"groundingSupports":[{"segment":{"startIndex":-4,"endIndex":99999999999},"groundingChunkIndices":[-1,7,0]}]}}]}"#,
        #"{"usageMetadata":{"promptTokenCount":-5,"totalTokenCount":1e99}}"#,
    ])
    func oddAnswersSayNothingAndDoNotTrap(payload: String) throws {
        var reader = GeminiEventReader(translation: Translation())
        var all = try events(of: [payload]) { reader.read($0, into: &$1) }
        reader.atEnd(into: &all)
        #expect(!CompletionAnswer(all).choices.contains { choice in choice.items.contains { !$0.isCitedNothing } })
    }
}

extension MessageItem {
    fileprivate var isCitedNothing: Bool {
        if case .text(let text) = self { return text.text.isEmpty }
        return false
    }
}
