import Buffers
import Completions
import Testing

@testable import Dialects

/// Chat bodies from the canonical form, and back.
@Suite struct ChatRequestWriterTests {
    @Test(arguments: Fixture.all("chat"))
    func writesAsWritten(fixture: Fixture) throws {
        let body = fixture.text("request")
        _ = try decode(body)
        let request = try readChat(body)
        let text = chatBody(request)
        #expect(try JSON(text) == JSON(fixture.text(fixture.has("written") ? "written" : "request")), "\(text)")
        _ = try decode(text)
        #expect(try readChat(text) == request, "\(text)")
        #expect(chatBody(try readChat(text)) == text, "the same request gives the same bytes")
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("chat").count >= 9)
    }

    /// Every body that the gateway takes can be read and written, and means the same after it.
    @Test(arguments: Fixture.all("requests"))
    func takesWhatTheDecoderTakes(fixture: Fixture) throws {
        let body = fixture.text("request")
        let decoded = try decode(body)
        if decoded.kind == .text, decoded.promptForm != .string {
            #expect(throws: APIError.self) { try readChat(body) }
            return
        }
        let request = try readChat(body)
        let text = chatBody(request)
        let again = try decode(text)
        #expect(try readChat(text) == request, "\(text)")
        #expect(again.model == decoded.model && again.maxTokens == decoded.maxTokens)
        #expect(again.reasoning == decoded.reasoning && again.models == decoded.models)
    }

    @Test func aConversationThatGoesOnHasTheOneBeforeAsItsBeginning() throws {
        var request = CanonicalRequest()
        request.model = "a/b"
        request.tools = [Tool(name: "f", parameters: RawJSON("{}"))]
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        let before = chatBody(request)
        request.messages.append(Message(.assistant, [.text(TextItem("Hello"))]))
        request.messages.append(Message(.user, [.text(TextItem("More"))]))
        #expect(chatBody(request).hasPrefix(before.dropLast(2)))
    }

    @Test func whatHasNoWordsIsNamed() throws {
        var request = CanonicalRequest()
        let block = NativeItem(dialect: "anthropic", json: RawJSON(#"{"type":"container_upload","file_id":"f"}"#))
        let tool = NativeItem(dialect: "anthropic", json: RawJSON(#"{"type":"bash_20250124","name":"bash"}"#))
        request.tools = [Tool(.native(tool), name: "bash")]
        request.toolChoice = .auto
        request.messages = [
            Message(.user, [.text(TextItem("Hi")), .native(block)]),
            Message(.assistant, [.toolCall(ToolCallItem(.server, id: "s", name: "web_search", arguments: "{}"))]),
        ]
        var out = ByteBuffer()
        let translation = ChatRequestWriter.write(request, into: &out)
        #expect(
            translation.dropped == [
                "tools.bash", "messages.content.container_upload", "messages.tool_calls.web_search",
            ])
        let body = try JSON(out.text)
        #expect(body["tool_choice"] == .null, "hosts refuse a choice among no tools")
        #expect(body["messages"][0]["content"] == .string("Hi"))
    }

    @Test func moreStopSequencesThanThereMayBeAreNamed() throws {
        var request = CanonicalRequest()
        request.stop = ["a", "b", "c", "d", "e"]
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        var out = ByteBuffer()
        #expect(ChatRequestWriter.write(request, into: &out).dropped == ["stop"])
        _ = try decode(out.text)
    }

    @Test func toolsOfTheResponsesDialectThatAreKnownHerePass() throws {
        var request = CanonicalRequest()
        let tool = NativeItem(dialect: "openai-responses", json: RawJSON(#"{"type":"web_search","max_uses":2}"#))
        request.tools = [Tool(.native(tool), name: "web_search")]
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        #expect(try JSON(chatBody(request))["tools"][0]["max_uses"] == .integer(2))
    }

    /// What an agent that speaks Anthropic's dialect sends: blocks in any order, markers on the last of them.
    @Test func turnsOfAnotherDialectAreSorted() throws {
        var request = CanonicalRequest()
        let result = ToolResultItem(
            callID: "t1", content: [.text(TextItem("boom"))], isError: true, cache: CacheMarker())
        request.messages = [
            Message(.system, [.text(TextItem("You code.", cache: CacheMarker(ttl: "1h")))]),
            Message(
                .assistant,
                [
                    .reasoning(ReasoningItem(.text, text: "Hm.", signature: "s", format: "anthropic-claude-v1")),
                    .text(TextItem("First.")),
                    .toolCall(ToolCallItem(id: "t1", name: "f", arguments: "", cache: CacheMarker())),
                ]),
            Message(.user, [.toolResult(result), .text(TextItem("Go on."))]),
            Message(.user, [.file(MediaItem(.text("plain words"), mediaType: "text/plain", name: "a.txt"))]),
        ]
        let text = chatBody(request)
        _ = try decode(text)
        let messages = try JSON(text)["messages"]
        #expect(messages[0]["content"][0]["cache_control"]["ttl"] == .string("1h"))
        #expect(messages[1]["reasoning"] == .string("Hm."))
        #expect(messages[1]["reasoning_details"][0]["signature"] == .string("s"))
        #expect(messages[1]["tool_calls"][0]["function"]["arguments"] == .string("{}"))
        #expect(messages[1]["cache_control"]["type"] == .string("ephemeral"))
        #expect(messages[2]["role"] == .string("tool") && messages[2]["is_error"] == .bool(true))
        #expect(messages[2]["cache_control"]["type"] == .string("ephemeral"))
        #expect(messages[3]["content"] == .string("Go on."))
        #expect(messages[4]["content"] == .string("a.txt\n\nplain words"))
    }

    /// A strict host sees neither the markers nor the members that only the router knows.
    @Test func markersAreCutForStrictHosts() throws {
        var request = CanonicalRequest()
        request.tools = [Tool(name: "f", parameters: RawJSON("{}"), cache: CacheMarker())]
        let result = ToolResultItem(
            callID: "t1", content: [.text(TextItem("boom"))], isError: true, cache: CacheMarker())
        request.messages = [
            Message(.user, [.text(TextItem("Hi"))]),
            Message(.assistant, [.toolCall(ToolCallItem(id: "t1", name: "f", arguments: "{}", cache: CacheMarker()))]),
            Message(.tool, [.toolResult(result)]),
        ]
        let sent = try splice(chatBody(request), for: UpstreamChatTarget(modelJSON: Array("\"m\"".utf8))).body
        #expect(!sent.contains("cache_control") && !sent.contains("is_error"), "\(sent)")
        #expect(try JSON(sent)["tools"][0]["function"]["name"] == .string("f"))
        #expect(try JSON(sent)["messages"][2]["content"] == .string("boom"))
    }

    @Test func forAnEndpointTheModelIsItsOwn() throws {
        var request = CanonicalRequest()
        request.model = "caller/alias"
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        var out = ByteBuffer()
        _ = try ChatRequestWriter.write(
            request, for: TranslationTarget(model: "m-1", isStream: true, abilities: []), into: &out)
        #expect(try JSON(out.text)["model"] == .string("m-1") && JSON(out.text)["stream"] == .bool(true))
    }

    @Test(arguments: [
        ("", "answer"), ("my schema", "my_schema"),
        (String(repeating: "x", count: 80), String(repeating: "x", count: 64)),
    ])
    func schemaNamesFollowTheRules(name: String, sent: String) throws {
        var request = CanonicalRequest()
        request.outputFormat = .jsonSchema(JSONSchemaFormat(name: name, schema: RawJSON("{}")))
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        let text = chatBody(request)
        _ = try decode(text)
        #expect(try JSON(text)["response_format"]["json_schema"]["name"] == .string(sent))
    }
}
