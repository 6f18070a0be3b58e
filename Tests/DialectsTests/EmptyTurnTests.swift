import Buffers
import Completions
import Testing

@testable import Dialects

/// Turns of which the chat dialect can say nothing are left out, as the other dialects do.
@Suite struct EmptyTurnTests {
    private static let user = #"{"role":"user","content":"a"}"#

    private static func written(
        _ request: CanonicalRequest, of caller: CallerDialect
    ) throws -> (messages: JSON, dropped: [String]) {
        var out = ByteBuffer()
        let translation = ChatRequestWriter.write(request, of: caller, into: &out)
        _ = try decode(out.text)
        return (try JSON(out.text)["messages"], translation.dropped)
    }

    @Test(arguments: [
        (#"{"type":"compaction","encrypted_content":"x"}"#, "compaction"),
        (
            #"{"type":"web_search_call","id":"w","status":"completed","action":{"type":"search","query":"q"}}"#,
            "web_search_call"
        ),
        (#"{"type":"local_shell_call_output","id":"l","output":"x"}"#, "local_shell_call_output"),
    ])
    func itemsThatOnlyResponsesKnowsLeaveNoTurn(item: String, type: String) throws {
        let request = try readResponses(#"{"input":[\#(Self.user),\#(item),\#(Self.user)]}"#)
        let (messages, dropped) = try Self.written(request, of: .responses)
        #expect(try messages == JSON("[\(Self.user),\(Self.user)]"))
        #expect(dropped == ["messages.content.\(type)"])
        // What stands beside it stays.
        let spoken = try readResponses(
            #"{"input":[\#(Self.user),\#(item),{"role":"assistant","content":"b"},\#(Self.user)]}"#)
        #expect(try Self.written(spoken, of: .responses).messages[1]["content"] == .string("b"))
    }

    @Test func anEmptyTurnOfTheModelsIsLeftOutForCallersOfMessages() throws {
        let request = try readMessages(
            #"{"max_tokens":9,"messages":[\#(Self.user),{"role":"assistant","content":[]},\#(Self.user)]}"#)
        #expect(try Self.written(request, of: .messages).messages == JSON("[\(Self.user),\(Self.user)]"))
    }

    /// Routing knows requests in the chat dialect, also those of which it can say nothing.
    @Test func aConversationIsNeverEmpty() throws {
        let request = try readResponses(#"{"input":[{"type":"compaction","encrypted_content":"x"}]}"#)
        #expect(
            try Self.written(request, of: .responses).messages == JSON(#"[{"role":"user","content":""}]"#))
    }

    @Test func whatAChatCallerWroteEmptyStays() throws {
        let body = #"[{"role":"user","content":"a"},{"role":"assistant","content":null},{"role":"user","content":""}]"#
        let request = try readChat(#"{"messages":\#(body)}"#)
        #expect(try Self.written(request, of: .chat).messages == JSON(body))
    }
}
