import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// Cohere's answers, one golden file per theme: the events of a stream or a whole answer, and what they say.
@Suite struct CohereAnswerTests {
    @Test(arguments: Fixture.all("cohere/answers"))
    func readsEachTheme(_ fixture: Fixture) throws {
        let expected = try JSON(fixture.text("answer"))
        if fixture.has("events") {
            var reader = Self.reader(fixture)
            var all = try events(of: fixture.lines("events")) { reader.read($0, into: &$1) }
            reader.atEnd(into: &all)
            #expect(try described(CompletionAnswer(all)) == expected)
        }
        if fixture.has("whole") {
            var reader = Self.reader(fixture)
            let all = try events(of: [fixture.text("whole")]) { reader.readAnswer($0, into: &$1) }
            #expect(try described(CompletionAnswer(all)) == expected)
            // A provider that answers a request for a stream whole.
            var streamed = Self.reader(fixture)
            #expect(try events(of: [fixture.text("whole")]) { streamed.read($0, into: &$1) } == all)
        }
    }

    private static func reader(_ fixture: Fixture) -> CohereEventReader {
        var translation = Translation()
        for name in fixture.lines("names") {
            _ = translation.names.sent(for: name, atMost: 64) { $0 != UInt8(ascii: "-") }
        }
        translation.wrappedTools = Set(fixture.lines("wrapped"))
        return CohereEventReader(translation: translation, generation: "gen-1700000000-AbCdEfGhIjKlMnOpQrSt")
    }

    @Test(arguments: [
        ("COMPLETE", FinishReason.stop), ("STOP_SEQUENCE", .stop), ("MAX_TOKENS", .length), ("TOOL_CALL", .toolCalls),
        ("ERROR", .error), ("TIMEOUT", .error), ("ERROR_TOXIC", .contentFilter), ("NEW_WORD", .stop),
    ])
    func finishReasonsAreThoseOfTheTable(native: String, reason: FinishReason) {
        #expect(CohereEventReader.reason(native, hasCalls: false) == reason)
    }

    @Test func anAnswerThatCallsEndsWithCalls() {
        #expect(CohereEventReader.reason("COMPLETE", hasCalls: true) == .toolCalls)
        #expect(CohereEventReader.reason("MAX_TOKENS", hasCalls: true) == .length)
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"type":5}"#, #"{"type":"content-delta"}"#, #"{"type":"tool-call-delta","index":3}"#,
        #"{"type":"tool-call-end","index":9}"#, #"{"type":"message-end"}"#, #"{"type":"citation-start","delta":{}}"#,
        #"{"type":"debug","prompt":"x"}"#, #"{"message":{"content":[null,5,{}],"tool_calls":{}}}"#,
        #"{"type":"citation-start","delta":{"message":{"citations":{"start":9,"end":3,"type":"PLAN"}}}}"#,
    ])
    func oddEventsSayNothingAndDoNotTrap(payload: String) throws {
        var reader = CohereEventReader(translation: Translation())
        var all = try events(of: [payload]) { reader.read($0, into: &$1) }
        reader.atEnd(into: &all)
        #expect(CompletionAnswer(all).choices.allSatisfy { $0.items.isEmpty })
    }
}
