import Buffers
import Catalog
import Completions
import Testing

@testable import Dialects

/// Content parts in the words of another dialect than the caller's: understood where it is known what they hold, and never
/// left out of what a user says.
@Suite struct ForeignPartTests {
    private static func chat(_ parts: String, role: String = "user") -> String {
        #"{"messages":[{"role":"\#(role)","content":[\#(parts)]}]}"#
    }

    private static func items(_ parts: String) throws -> [MessageItem] {
        try #require(try readChat(chat(parts)).messages.first).items
    }

    private static func write(_ request: CanonicalRequest, in dialect: ProviderDialect) throws -> JSON {
        var out = ByteBuffer()
        _ = try DialectTable.writeRequest(request, in: dialect, for: capableClaude, into: &out)
        return try JSON(out.text)
    }

    @Test(arguments: [
        (#"{"type":"input_text","text":"a"}"#, MessageItem.text(TextItem("a"))),
        (
            #"{"type":"output_text","text":"a","cache_control":{"type":"ephemeral"}}"#,
            .text(TextItem("a", cache: CacheMarker()))
        ),
        (
            #"{"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"}"#,
            .image(MediaItem(.base64("AAAA"), mediaType: "image/png", detail: "low"))
        ),
        (
            #"{"type":"input_image","image_url":{"url":"https://a.example/x.png"}}"#,
            .image(MediaItem(.url("https://a.example/x.png")))
        ),
        (#"{"type":"input_image","file_id":"file-1"}"#, .image(MediaItem(.fileID("file-1")))),
        (
            #"{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}"#,
            .file(MediaItem(.base64("JVBE"), mediaType: "application/pdf", name: "a.pdf"))
        ),
        (
            #"{"type":"input_file","filename":"a.pdf","file_url":"https://a.example/a.pdf"}"#,
            .file(MediaItem(.url("https://a.example/a.pdf"), name: "a.pdf"))
        ),
        (
            #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}"#,
            .image(MediaItem(.base64("AAAA"), mediaType: "image/png"))
        ),
        (
            #"{"type":"image","source":{"type":"url","url":"https://a.example/x.png"}}"#,
            .image(MediaItem(.url("https://a.example/x.png")))
        ),
        (
            #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"abc"},"title":"T"}"#,
            .file(MediaItem(.text("abc"), mediaType: "text/plain", name: "T"))
        ),
        (
            #"{"type":"document","source":{"type":"file","file_id":"f"},"cache_control":{"type":"ephemeral","ttl":"1h"}}"#,
            .file(MediaItem(.fileID("f"), cache: CacheMarker(ttl: "1h")))
        ),
    ])
    func partsOfOtherDialectsAreUnderstood(part: String, item: MessageItem) throws {
        #expect(try Self.items(part) == [item])
    }

    @Test(arguments: [
        #"{"type":"zzz","x":1}"#, #"{"type":"input_text"}"#, #"{"type":"image","source":{"type":"base64"}}"#,
        #"{"type":"image","source":{"type":"text","data":"a"}}"#, #"{"type":"document","source":{}}"#,
        #"{"type":"input_image"}"#, #"{"type":"input_file"}"#, #"{"type":"file","file":{}}"#,
    ])
    func whatIsNotUnderstoodIsRefusedInEveryOtherDialect(part: String) throws {
        let request = try readChat(Self.chat(#"{"type":"text","text":"a"},\#(part)"#))
        let others = ProviderDialect.allCases.filter { !$0.isOpenAIChat }
        for dialect in others {
            let error = #expect(throws: APIError.self) { try Self.write(request, in: dialect) }
            #expect(error?.status == 400 && error?.param == "messages[0].content[1]", "\(dialect)")
            #expect(error?.message.contains("\"image_url\"") == true)
        }
        #expect(throws: Never.self) { try request.checkParts(for: .openAI) }
        // And the chat dialect says it again as it was written.
        #expect(try JSON(chatBody(request))["messages"][0]["content"][1] == JSON(part))
    }

    @Test func thePlaceIsThatInTheChatRequest() throws {
        let request = try readChat(
            #"""
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[
            {"id":"1","type":"function","function":{"name":"f","arguments":""}},
            {"id":"2","type":"function","function":{"name":"f","arguments":""}}]},
            {"role":"tool","tool_call_id":"1","content":"x"},
            {"role":"tool","tool_call_id":"2","content":"y"},{"role":"user","content":[{"type":"zzz"}]}]}
            """#)
        let error = #expect(throws: APIError.self) { try request.checkParts(for: .anthropic) }
        #expect(error?.param == "messages[4].content[0]")
        var result = request
        result.messages.removeLast()
        guard case .toolResult(var last) = result.messages[2].items[1] else { return }
        last.content = [.native(NativeItem(dialect: "openai", json: RawJSON(#"{"type":"zzz"}"#)))]
        result.messages[2].items[1] = .toolResult(last)
        let inner = #expect(throws: APIError.self) { try result.checkParts(for: .gemini) }
        #expect(inner?.param == "messages[3].content[0]")
    }

    /// What models said, and what only tells of a tool, is no loss to who goes on.
    @Test func whatModelsSaidMayBeLeftOut() throws {
        let request = try readChat(
            #"""
            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"thinking","thinking":[]},
            {"type":"text","text":"b"}],"reasoning_details":[{"type":"reasoning.future","x":1}]},
            {"role":"user","content":"c"}]}
            """#)
        let sent = try Self.write(request, in: .anthropic)
        #expect(sent["messages"][1]["content"].elements.count == 1)
        let agent = try readMessages(
            #"""
            {"max_tokens":9,"messages":[{"role":"user","content":"a"},{"role":"assistant","content":[
            {"type":"tool_use","id":"t","name":"ToolSearch","input":{}}]},{"role":"user","content":[{"type":"tool_result",
            "tool_use_id":"t","content":[{"type":"tool_reference","tool_name":"f"}]}]}]}
            """#)
        #expect(throws: Never.self) { try agent.checkParts(for: .openAI) }
    }

    @Test func blocksThatOnlyAnthropicMayKnowAreRefusedElsewhere() throws {
        let block = #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}"#
        let request = try readMessages(#"{"max_tokens":9,"messages":[{"role":"user","content":[\#(block)]}]}"#)
        for dialect in ProviderDialect.allCases where dialect != .anthropic && dialect != .vertexAnthropic {
            let error = #expect(throws: APIError.self) { try request.checkParts(for: dialect) }
            #expect(error?.param == "messages" && error?.message.contains("\"image_url\"") == true)
        }
        #expect(try Self.write(request, in: .anthropic)["messages"][0]["content"][0] == JSON(block))
    }

    @Test func partsOfOtherDialectsCountAsWhatTheyHold() throws {
        let request = try decode(
            Self.chat(
                #"""
                {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                {"type":"input_image","image_url":"https://a.example/x.png"},
                {"type":"input_file","file_id":"f"},{"type":"document","source":{"type":"base64","data":"AAAA"}},
                {"type":"document","source":{"type":"text","data":"abc"}},{"type":"zzz"}
                """#))
        #expect(request.promptSize.images == 2 && request.promptSize.files == 2)
        #expect(request.inputModalities == [.text, .image, .file])
        let bytes = #"{"type":"document","source":{"type":"text","data":"abc"}}"#.utf8.count
        #expect(request.promptSize.textBytes == bytes + #"{"type":"zzz"}"#.utf8.count)
        let text = try decode(Self.chat(#"{"type":"document","source":{"type":"text","data":"abc"}}"#))
        #expect(text.inputModalities == .text)
    }
}
