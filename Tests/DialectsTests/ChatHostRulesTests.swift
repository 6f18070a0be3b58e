import Buffers
import Catalog
import Completions
import JSONText
import Testing

@testable import Dialects

/// Requests of other dialects for hosts of chat that are no routers.
@Suite struct ChatHostRulesTests {
    private static let pixel = MediaItem(.base64("aGk="), mediaType: "image/png")

    private static func write(
        _ request: CanonicalRequest, of caller: CallerDialect = .messages, for host: ChatHostRules? = ChatHostRules()
    ) throws -> (body: JSON, translation: Translation) {
        var out = ByteBuffer()
        let translation = ChatRequestWriter.write(request, of: caller, for: host, into: &out)
        _ = try decode(out.text)
        return (try JSON(out.text), translation)
    }

    private static func result(_ id: String, _ content: [MessageItem], isError: Bool = false) -> MessageItem {
        .toolResult(ToolResultItem(callID: id, content: content, isError: isError))
    }

    private static func call(_ id: String, _ name: String = "f") -> MessageItem {
        .toolCall(ToolCallItem(id: id, name: name, arguments: "{}"))
    }

    /// Hosts refuse what they do not know; what speaks to the router goes on, and a chat caller's own members do too.
    @Test(arguments: [CallerDialect.messages, .responses, .chat])
    func membersOfOtherDialectsStayHere(caller: CallerDialect) throws {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        let foreign = ["context_management", "container", "mcp_servers", "truncation", "moderation", "include"]
        request.others = foreign.map { NamedJSON($0, RawJSON("{}")) }
        request.others.append(NamedJSON("provider", RawJSON(#"{"order":["a"]}"#)))
        for host in [nil, ChatHostRules()] {
            let (body, translation) = try Self.write(request, of: caller, for: host)
            #expect(body["provider"]["order"][0] == .string("a"))
            for name in foreign { #expect((body[name] == .null) == !caller.isChat) }
            #expect(translation.dropped == (caller.isChat ? [] : foreign))
        }
    }

    @Test func picturesOfResultsFollowAsTheUsers() throws {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [.text(TextItem("Look."))]),
            Message(.assistant, [Self.call("c1"), Self.call("c2")]),
            Message(
                .user,
                [
                    Self.result("c1", [.text(TextItem("The page:")), .image(Self.pixel)]), Self.result("c2", []),
                    .text(TextItem("And?")),
                ]),
        ]
        #expect(ChatHostRules().touches(request))
        let messages = try Self.write(request).body["messages"]
        #expect(messages.elements.count == 5)
        let tool = messages[2]["content"]
        #expect(tool.elements.map { $0["type"] } == [.string("text"), .string("text")])
        #expect(tool[0]["text"] == .string("The page:"))
        #expect(tool[1]["text"].text?.contains("attached to the next user message") == true)
        #expect(messages[3]["role"] == .string("tool") && messages[3]["tool_call_id"] == .string("c2"))
        let parts = messages[4]["content"]
        #expect(messages[4]["role"] == .string("user"))
        #expect(parts.elements.map { $0["type"].text } == ["text", "image_url", "text"])
        #expect(parts[0]["text"].text?.contains("c1") == true)
        #expect(parts[1]["image_url"]["url"] == .string("data:image/png;base64,aGk="))
        #expect(parts[2]["text"] == .string("And?"))
        // A router takes them where they are.
        let whole = try Self.write(request, for: nil).body["messages"]
        #expect(whole[2]["content"][1]["type"] == .string("image_url") && whole.elements.count == 5)
    }

    /// Nothing of the user's follows: the pictures get a turn of their own, before the model's next one and at the end.
    @Test func picturesGetATurnWhereNoneFollows() throws {
        var request = CanonicalRequest()
        let result = Message(.tool, [Self.result("c1", [.image(Self.pixel)])])
        request.messages = [
            Message(.user, [.text(TextItem("Look."))]), Message(.assistant, [Self.call("c1")]), result,
            Message(.assistant, [Self.call("c1")]), result,
        ]
        let messages = try Self.write(request).body["messages"]
        #expect(
            messages.elements.map { $0["role"].text } == [
                "user", "assistant", "tool", "user", "assistant", "tool", "user",
            ])
        #expect(messages[2]["content"].text?.isEmpty == false)
        #expect(messages[3]["content"][1]["type"] == .string("image_url"))
        #expect(messages[6]["content"][1]["type"] == .string("image_url"))
    }

    @Test func errorsAreSaidInTheTextOnce() throws {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [.text(TextItem("Go."))]),
            Message(.assistant, [Self.call("c1"), Self.call("c2"), Self.call("c3")]),
            Message(
                .tool,
                [
                    Self.result("c1", [.text(TextItem("No such file"))], isError: true),
                    Self.result("c2", [.text(TextItem("error: no such file"))], isError: true),
                    Self.result("c3", [], isError: true),
                ]),
        ]
        #expect(ChatHostRules().touches(request))
        let messages = try Self.write(request).body["messages"]
        #expect(
            messages.elements.suffix(3).map { $0["content"].text } == [
                "Error: No such file", "error: no such file", "Error",
            ])
        #expect(messages.elements.allSatisfy { $0["is_error"] == .null })
        #expect(try Self.write(request, for: nil).body["messages"][2]["is_error"] == .bool(true))
    }

    @Test func namesOfToolsFollowTheRulesAndComeBack() throws {
        let long = "mcp__" + String(repeating: "x", count: 80)
        var request = CanonicalRequest()
        request.tools = [Tool(name: long), Tool(name: "my.tool"), Tool(name: "my_tool")]
        request.toolChoice = .named("my.tool")
        request.messages = [
            Message(.user, [.text(TextItem("Go."))]), Message(.assistant, [Self.call("c1", "my.tool")]),
            Message(.tool, [Self.result("c1", [.text(TextItem("Done."))])]),
        ]
        #expect(ChatHostRules().touches(request))
        let (body, translation) = try Self.write(request)
        let sent = body["tools"].elements.compactMap { $0["function"]["name"].text }
        #expect(sent.allSatisfy { $0.utf8.count <= 64 && $0.utf8.allSatisfy(ChatHostRules.isNameByte) })
        #expect(Set(sent).count == 3 && sent[1] == "my_tool")
        #expect(body["tool_choice"]["function"]["name"] == .string(sent[1]))
        #expect(body["messages"][1]["tool_calls"][0]["function"]["name"] == .string(sent[1]))
        #expect(sent.map { translation.names.original(of: $0) } == [long, "my.tool", "my_tool"])
        let events = try chatEvents(
            [
                #"{"id":"u","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c9","type":"function","function":{"name":"my_tool","arguments":"{}"}}]}}]}"#
            ], translation)
        #expect(events.contains { $0.content == .toolCall(slot: 0, kind: .function, id: "c9", name: "my.tool") })
    }

    @Test func idsOfCallsAreNineLettersAndDigitsAtMistral() throws {
        var request = CanonicalRequest()
        request.messages = [
            Message(.user, [.text(TextItem("Go."))]),
            Message(.assistant, [Self.call("toolu_01A"), Self.call("toolu_01B"), Self.call("abcDEF123")]),
            Message(.tool, ["toolu_01A", "toolu_01B", "abcDEF123"].map { Self.result($0, []) }),
        ]
        #expect(!ChatHostRules().touches(request))
        let mistral = ChatHostRules(hasShortCallIDs: true)
        #expect(mistral.touches(request))
        let messages = try Self.write(request, for: mistral).body["messages"]
        let calls = messages[1]["tool_calls"].elements.compactMap { $0["id"].text }
        #expect(calls.allSatisfy { $0.count == 9 && $0.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } })
        #expect(Set(calls).count == 3 && calls[2] == "abcDEF123")
        #expect(messages.elements.suffix(3).compactMap { $0["tool_call_id"].text } == calls)
    }

    @Test func anOrdinaryRequestIsLeftAsItIs() throws {
        var request = CanonicalRequest()
        request.tools = [Tool(name: "get_weather")]
        request.messages = [
            Message(.user, [.text(TextItem("Go.")), .image(Self.pixel)]), Message(.assistant, [Self.call("toolu_01A")]),
            Message(.tool, [Self.result("toolu_01A", [.text(TextItem("Done."))])]),
        ]
        #expect(!ChatHostRules().touches(request))
        #expect(try Self.write(request).body == Self.write(request, for: nil).body)
    }

    /// What Anthropic takes and this dialect does not: no tokens at all (to fill a cache), and no share of them.
    @Test func bordersOfOtherDialectsAreMet() throws {
        let scanner = JSONScanner()
        let root = try scanner.scan(
            copying: #"{"model":"m","max_tokens":0,"top_p":0,"messages":[{"role":"user","content":"Hi"}]}"#)
        let request = try withExtendedLifetime(scanner) { try DialectTable.readRequest(root, of: .messages) }
        #expect(request.maxTokens == 0 && request.sampling.topP == 0)
        for host in [nil, ChatHostRules()] {
            let body = try Self.write(request, for: host).body
            #expect(body["max_tokens"] == .integer(1))
            #expect(body["top_p"] == .double(0.000001))
        }
        var target = TranslationTarget(model: "m", isStream: false, abilities: [.sampling])
        target.maxOutputTokens = 100
        let limits: [(ProviderDialect, [String])] = [
            (.anthropic, ["max_tokens"]), (.gemini, ["generationConfig", "maxOutputTokens"]),
            (.bedrock, ["inferenceConfig", "maxTokens"]), (.cohere, ["max_tokens"]),
        ]
        for (dialect, path) in limits {
            var out = ByteBuffer()
            _ = try DialectTable.writeRequest(request, in: dialect, for: target, into: &out)
            let limit = try path.reduce(JSON(out.text)) { $0[$1] }
            #expect(limit == .integer(dialect == .anthropic ? 0 : 1), "\(dialect)")
        }
    }
}
