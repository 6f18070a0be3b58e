import Completions
import Testing

@testable import Dialects

/// Requests of our own making, one file per theme: what a caller sends, and what a provider of the same dialect gets
/// after it went through the canonical form.
@Suite struct ResponsesRequestTests {
    private static let abilities: [String: TranslationTarget.Abilities] = [
        "sampling": .sampling, "reasoning": .reasoning, "cacheMarkers": .cacheMarkers, "alwaysThinks": .alwaysThinks,
    ]

    @Test(arguments: Fixture.all("openai-responses/requests"))
    func comesThrough(fixture: Fixture) throws {
        let options = fixture.has("options") ? try JSON(fixture.text("options")) : .null
        var abilities: TranslationTarget.Abilities = []
        for name in options["abilities"].elements {
            abilities.insert(try #require(name.text.flatMap { Self.abilities[$0] }))
        }
        let sent = try respond(
            to: fixture.text("request"), abilities: abilities,
            maxOutputTokens: options["max_output_tokens"].number.map(Int.init))
        #expect(try JSON(sent.body) == JSON(fixture.text("upstream")), "\(sent.body)")
        #expect(sent.translation.dropped == fixture.lines("dropped"))
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("openai-responses/requests").count >= 8)
    }

    /// What a provider is sent means to us what the caller sent.
    @Test(arguments: Fixture.all("openai-responses/requests"))
    func isReadBackTheSame(fixture: Fixture) throws {
        guard fixture.has("lossless") else { return }
        var first = try readResponses(fixture.text("request"))
        let sent = try respond(to: fixture.text("request"), abilities: [.sampling, .cacheMarkers])
        var second = try readResponses(sent.body)
        first.model = nil
        second.model = nil
        #expect(first == second)
    }

    /// The next request of a conversation begins with the bytes of the one before.
    @Test func aLongerConversationBeginsWithTheShorterOne() throws {
        let head = #"""
            {"model":"m","instructions":"Be brief.","tools":[{"type":"function","name":"f"}],"input":[
            {"role":"user","content":"One"},
            {"type":"reasoning","id":"rs_1","summary":[],"encrypted_content":"s"},
            {"type":"function_call","call_id":"c1","name":"f","arguments":"{ \"a\":1}"}
            """#
        let first = try respond(to: head + "]}", abilities: [.reasoning]).body
        let next = #",{"type":"function_call_output","call_id":"c1","output":"1"},{"role":"user","content":"Two"}]}"#
        let second = try respond(to: head + next, abilities: [.reasoning]).body
        #expect(second.hasPrefix(first.dropLast(2)))
    }

    @Test func isTheSameEveryTime() throws {
        for fixture in Fixture.all("openai-responses/requests") {
            let first = try respond(to: fixture.text("request")).body
            #expect(try respond(to: fixture.text("request")).body == first)
        }
    }

    private func written(
        _ messages: [Message], abilities: TranslationTarget.Abilities = [], format: String? = nil,
        _ edit: (inout CanonicalRequest) -> Void = { _ in }
    ) throws -> (body: JSON, translation: Translation) {
        var request = CanonicalRequest()
        request.messages = messages
        edit(&request)
        let target = TranslationTarget(model: "m", isStream: true, abilities: abilities, reasoningFormat: format)
        let sent = try writtenResponses(request, for: target)
        return (try JSON(sent.body), sent.translation)
    }

    @Test func reasoningGoesBackOnlyWhereItCameFrom() throws {
        let turn = Message(
            .assistant,
            [
                .reasoning(ReasoningItem(.text, text: "a", signature: "s", format: "anthropic-claude-v1", index: 0)),
                .reasoning(ReasoningItem(.summary, text: "lost", id: "rs_1", format: "openai-responses-v1", index: 0)),
                .reasoning(ReasoningItem(.summary, text: "x", id: "rs_2", format: "xai-responses-v1", index: 1)),
                .reasoning(ReasoningItem(.encrypted, data: "y", id: "rs_2", format: "xai-responses-v1", index: 2)),
                .reasoning(ReasoningItem(.summary, text: "b", id: "rs_3", format: "openai-responses-v1", index: 3)),
                .reasoning(ReasoningItem(.encrypted, data: "c", id: "rs_3", format: "openai-responses-v1", index: 4)),
                .text(TextItem("Hi")),
            ])
        let hi = #"{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi"}]}"#
        let own = #"""
            {"type":"reasoning","id":"rs_3","summary":[{"type":"summary_text","text":"b"}],"encrypted_content":"c"}
            """#
        let other = #"""
            {"type":"reasoning","id":"rs_2","summary":[{"type":"summary_text","text":"x"}],"encrypted_content":"y"}
            """#
        #expect(try written([turn]).body["input"] == JSON("[\(own),\(hi)]"))
        #expect(try written([turn], format: "xai-responses-v1").body["input"] == JSON("[\(other),\(hi)]"))
    }

    @Test func sealedReasoningIsAskedOfModelsThatReason() throws {
        let include = try JSON(#"["reasoning.encrypted_content"]"#)
        let user = [Message(.user, [.text(TextItem("Hi"))])]
        #expect(try written(user).body["include"] == .null)
        #expect(try written(user, abilities: .reasoning).body["include"] == include)
        #expect(try written(user) { $0.reasoning.effort = .low }.body["include"] == include)
        #expect(try written(user) { $0.reasoning.effort = ReasoningPreferences.Effort.none }.body["include"] == .null)
    }

    @Test(arguments: [(950, "xhigh"), (800, "high"), (500, "medium"), (200, "low"), (10, "minimal"), (0, "none")])
    func budgetsBecomeEfforts(budget: Int, effort: String) throws {
        let sent = try written([Message(.user, [.text(TextItem("Hi"))])]) {
            $0.reasoning.maxTokens = budget
            $0.maxTokens = 1000
        }
        #expect(sent.body["reasoning"]["effort"].text == effort)
    }

    @Test func summariesThatWillBeHiddenAreNotAskedFor() throws {
        let sent = try written([Message(.user, [.text(TextItem("Hi"))])]) {
            $0.reasoning.effort = .high
            $0.reasoningSummary = "detailed"
            $0.reasoning.isExcluded = true
        }
        #expect(try sent.body["reasoning"] == JSON(#"{"effort":"high"}"#))
    }

    @Test func unsupportedParametersAreNamed() throws {
        let sent = try written([Message(.user, [.text(TextItem("Hi"))])]) {
            $0.sampling.temperature = 1
            $0.sampling.topP = 0.5
            $0.sampling.topK = 4
            $0.sampling.seed = 7
            $0.sampling.frequencyPenalty = 0
            $0.sampling.presencePenalty = 1
            $0.sampling.logitBias = RawJSON("{}")
            $0.stop = ["x"]
            $0.choiceCount = 2
            $0.predictedOutput = RawJSON("{}")
            $0.outputFormat = .native(RawJSON(#"{"type":"grammar"}"#))
            $0.others = [
                NamedJSON("provider", RawJSON("{}")), NamedJSON("safe_prompt", RawJSON("true")),
                NamedJSON("truncation", RawJSON(#""auto""#)),
            ]
            $0.tools = [
                Tool(.native(NativeItem(dialect: "anthropic", json: RawJSON("{}"))), name: "bash_20250124"),
                Tool(
                    .native(NativeItem(dialect: "openai-responses", json: RawJSON("{}"))), name: "openrouter:datetime"),
            ]
        }
        #expect(
            sent.translation.dropped == [
                "tools.bash_20250124", "tools.openrouter:datetime", "response_format", "temperature", "top_p", "top_k",
                "presence_penalty", "seed", "logit_bias", "stop", "n", "prediction", "safe_prompt",
            ])
        #expect(
            try sent.body
                == JSON(
                    #"{"model":"m","stream":true,"store":false,"truncation":"auto","input":[{"role":"user","content":"Hi"}]}"#
                ))
    }

    @Test func namesAndIDsFitTheProvider() throws {
        let long = String(repeating: "é-", count: 60)
        let turns = [
            Message(.assistant, [.toolCall(ToolCallItem(id: long, name: "my.tool", arguments: ""))]),
            Message(.tool, [.toolResult(ToolResultItem(callID: long, content: [.text(TextItem("ok"))]))]),
        ]
        let sent = try written(turns) {
            $0.tools = [Tool(name: "my.tool"), Tool(name: "my_tool")]
            $0.toolChoice = .named("my.tool")
        }
        let call = sent.body["input"][0]
        #expect(call["name"].text == "my_tool" && call["arguments"].text == "{}")
        #expect(sent.body["tools"][0]["name"].text == "my_tool" && sent.body["tools"][1]["name"].text == "my_tool_2")
        #expect(sent.body["tool_choice"]["name"].text == "my_tool")
        let id = try #require(call["call_id"].text)
        #expect(id.utf8.count <= 64 && id == sent.body["input"][1]["call_id"].text)
        #expect(sent.translation.names.original(of: "my_tool") == "my.tool")
    }

    @Test func searchOptionsBecomeATool() throws {
        let sent = try written([Message(.user, [.text(TextItem("Hi"))])]) {
            $0.webSearchOptions = RawJSON(
                #"{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"Ulm"}}}"#)
        }
        let tool = #"""
            {"type":"web_search","search_context_size":"low","user_location":{"type":"approximate","city":"Ulm"}}
            """#
        #expect(try sent.body["tools"] == JSON("[\(tool)]"))
    }

    @Test func mediaOfOtherDialectsIsWritten() throws {
        let user = Message(
            .user,
            [
                .text(TextItem("See", cache: CacheMarker(ttl: "5m"))),
                .image(MediaItem(.base64("QQ=="), mediaType: "image/webp")),
                .file(MediaItem(.base64("QUI="), mediaType: "application/pdf")),
                .file(MediaItem(.text("plain"), name: "a.txt")),
                .audio(MediaItem(.base64("QUJD"), mediaType: "audio/mpeg")),
            ], name: "ann")
        let parts = #"""
            [{"type":"input_text","text":"ann: See","prompt_cache_breakpoint":{"mode":"explicit"}},
             {"type":"input_image","image_url":"data:image/webp;base64,QQ==","detail":"auto"},
             {"type":"input_file","filename":"document.pdf","file_data":"data:application/pdf;base64,QUI="},
             {"type":"input_text","text":"a.txt:\nplain"},
             {"type":"input_audio","input_audio":{"data":"QUJD","format":"mp3"}}]
            """#
        #expect(try written([user], abilities: .cacheMarkers).body["input"][0]["content"] == JSON(parts))
    }

    /// Wherever it stands, and once; a request without any says nothing of it.
    @Test func aMarkerWithoutAPlaceIsNamed() throws {
        let marker = CacheMarker()
        let plain = Message(.user, [.text(TextItem("Hi"))])
        let marked = [
            Message(.user, [.text(TextItem("Hi", cache: marker)), .text(TextItem("there", cache: marker))]),
            Message(.user, [.image(MediaItem(.base64("QQ=="), mediaType: "image/png", cache: marker))]),
            Message(.assistant, [.text(TextItem("Hm", cache: marker))]),
            Message(.assistant, [.toolCall(ToolCallItem(id: "c", name: "f", arguments: "{}", cache: marker))]),
            Message(.tool, [.toolResult(ToolResultItem(callID: "c", content: [], cache: marker))]),
        ]
        for message in marked {
            #expect(try written([plain, message]).translation.dropped == ["cache_control"])
        }
        #expect(try written([plain]) { $0.cache = marker }.translation.dropped == ["cache_control"])
        let tools = try written([plain]) { $0.tools = [Tool(name: "f", cache: marker)] }
        #expect(tools.translation.dropped == ["cache_control"])
        #expect(try written([plain]).translation.dropped.isEmpty)
        #expect(try written(Array(marked.prefix(2)), abilities: .cacheMarkers).translation.dropped.isEmpty)
    }

    @Test(arguments: [
        MessageItem.video(MediaItem(.url("https://x.example/v.mp4"))),
        MessageItem.audio(MediaItem(.url("https://x.example/a.mp3"))),
    ])
    func contentThatCannotBeSaidIsRefused(item: MessageItem) {
        #expect(throws: APIError.self) {
            do {
                _ = try written([Message(.user, [.text(TextItem("Hi")), item])])
            } catch let error as APIError {
                #expect(error.param == "messages[0].content" && error.status == 400)
                throw error
            }
        }
    }

    @Test(arguments: [(5, nil, 16), (100, nil, 100), (100, 50, 50)] as [(Int, Int?, Int)])
    func limitsAreBroughtIntoRange(wanted: Int, most: Int?, sent: Int) throws {
        let body = #"{"input":"Hi","max_output_tokens":\#(wanted)}"#
        #expect(try JSON(respond(to: body, maxOutputTokens: most).body)["max_output_tokens"].number == Int64(sent))
    }
}
