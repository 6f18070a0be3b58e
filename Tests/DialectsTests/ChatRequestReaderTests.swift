import Completions
import Testing

@testable import Dialects

/// What a chat body means, member by member.
@Suite struct ChatRequestReaderTests {
    private func message(_ json: String) throws -> Message {
        try #require(try readChat(#"{"messages":[\#(json)]}"#).messages.first)
    }

    private func items(_ json: String) throws -> [MessageItem] {
        try message(#"{"role":"user","content":[\#(json)]}"#).items
    }

    @Test func everyParameterHasItsPlace() throws {
        let request = try readChat(
            #"""
            {"model":"a/b","stream":true,"max_tokens":5,"max_completion_tokens":7,"temperature":0.3,"top_p":0.9,
            "top_k":40,"min_p":0.05,"top_a":0.1,"frequency_penalty":-1,"presence_penalty":1.5,
            "repetition_penalty":1.1,"seed":-9,"logit_bias":{"50256":-100},"stop":"END","n":2,"logprobs":true,
            "top_logprobs":3,"verbosity":"low","modalities":["text","image"],"cache_control":{"type":"ephemeral",
            "ttl":"1h"},"prompt_cache_key":"k","user":"u","metadata":{"b":"2","a":"1"},"service_tier":"flex",
            "prediction":{"type":"content","content":"x"},"audio":{"voice":"alloy","format":"wav"},
            "image_config":{"aspect_ratio":"1:1"},"web_search_options":{"search_context_size":"low"},
            "parallel_tool_calls":false,"messages":[{"role":"user","content":"Hi"}]}
            """#)
        #expect(request.model == "a/b" && request.isStream && request.maxTokens == 7)
        #expect(request.sampling.temperature == 0.3 && request.sampling.topP == 0.9 && request.sampling.topK == 40)
        #expect(request.sampling.minP == 0.05 && request.sampling.topA == 0.1)
        #expect(request.sampling.frequencyPenalty == -1 && request.sampling.presencePenalty == 1.5)
        #expect(request.sampling.repetitionPenalty == 1.1 && request.sampling.seed == -9)
        #expect(request.sampling.logitBias == RawJSON(#"{"50256":-100}"#))
        #expect(request.stop == ["END"] && request.choiceCount == 2)
        #expect(request.wantsLogprobs == true && request.topLogprobs == 3 && request.verbosity == "low")
        #expect(request.outputModalities == [.text, .image] && request.cache == CacheMarker(ttl: "1h"))
        #expect(request.promptCacheKey == "k" && request.user == "u" && request.serviceTier == "flex")
        #expect(request.metadata == [StringPair("b", "2"), StringPair("a", "1")])
        #expect(request.predictedOutput == RawJSON(#"{"type":"content","content":"x"}"#))
        #expect(request.audioOptions == RawJSON(#"{"voice":"alloy","format":"wav"}"#))
        #expect(request.imageOptions == RawJSON(#"{"aspect_ratio":"1:1"}"#))
        #expect(request.webSearchOptions == RawJSON(#"{"search_context_size":"low"}"#))
        #expect(request.allowsParallelToolCalls == false && request.others.isEmpty)
        #expect(request.messages == [Message(.user, [.text(TextItem("Hi"))])])
    }

    @Test func whatOnlyTheRouterKnowsIsKeptInOrder() throws {
        let request = try readChat(
            #"""
            {"provider":{"order":["a"]},"safe_prompt":true,"models":["x"],"plugins":[{"id":"web"}],"trace":{"a":1},
            "session_id":"s","usage":{"include":true},"stream_options":{"include_usage":true},"preset":null,
            "speed":"fast","unknown":null,"messages":[{"role":"user","content":"Hi"}]}
            """#)
        #expect(
            request.others.map(\.name) == [
                "provider", "safe_prompt", "models", "plugins", "trace", "session_id", "usage", "stream_options",
                "speed", "unknown",
            ])
        #expect(request.others[0].json == RawJSON(#"{"order":["a"]}"#))
    }

    @Test func reasoningHasThreeSpellings() throws {
        func reading(_ members: String) throws -> CanonicalRequest {
            try readChat(#"{\#(members),"messages":[{"role":"user","content":"Hi"}]}"#)
        }
        let whole = try reading(
            #""reasoning":{"effort":"high","exclude":true,"enabled":true,"summary":"auto","context":"all_turns","mode":"pro"}"#
        )
        #expect(whole.reasoning.effort == .high && whole.reasoning.isExcluded && whole.reasoning.isEnabled == true)
        #expect(whole.reasoningSummary == "auto" && whole.reasoningContext == "all_turns")
        #expect(whole.reasoningMode == "pro")
        #expect(try reading(#""reasoning":{"max_tokens":2000}"#).reasoning.maxTokens == 2000)
        #expect(try reading(#""reasoning_effort":"minimal""#).reasoning.effort == .minimal)
        #expect(try reading(#""include_reasoning":false"#).reasoning.isExcluded)
        #expect(try reading(#""include_reasoning":true"#).reasoning == ReasoningPreferences())
        #expect(try reading(#""reasoning_effort":"low","reasoning":{"exclude":true}"#).reasoning.effort == .low)
    }

    @Test func partsOfEveryKind() throws {
        let found = try items(
            #"""
            {"type":"text","text":"a","cache_control":{"type":"ephemeral"}},
            {"type":"text","text":"b","prompt_cache_breakpoint":{"mode":"explicit","ttl":"30m"}},
            {"type":"image_url","image_url":{"url":"https://a.example/x.png","detail":"low"}},
            {"type":"image_url","image_url":"data:image/png;base64,AAAA","cache_control":{"type":"ephemeral","ttl":"1h"}},
            {"type":"input_audio","input_audio":{"data":"UklG","format":"wav"}},
            {"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBE"}},
            {"type":"file","file":{"file_data":"https://a.example/b.pdf"}},
            {"type":"file","file":{"file_id":"file-1"}},
            {"type":"video_url","video_url":{"url":"https://a.example/v.mp4","processing":"agentic"}},
            {"type":"input_video","input_video":{"url":"data:video/mp4;base64,AAAA"}},
            {"type":"hologram","hologram":1}
            """#)
        let expected: [MessageItem] = [
            .text(TextItem("a", cache: CacheMarker())), .text(TextItem("b", cache: CacheMarker(ttl: "30m"))),
            .image(MediaItem(.url("https://a.example/x.png"), detail: "low")),
            .image(MediaItem(.base64("AAAA"), mediaType: "image/png", cache: CacheMarker(ttl: "1h"))),
            .audio(MediaItem(.base64("UklG"), mediaType: "audio/wav")),
            .file(MediaItem(.base64("JVBE"), mediaType: "application/pdf", name: "a.pdf")),
            .file(MediaItem(.url("https://a.example/b.pdf"))), .file(MediaItem(.fileID("file-1"))),
            .video(MediaItem(.url("https://a.example/v.mp4"), detail: "agentic")),
            .video(MediaItem(.base64("AAAA"), mediaType: "video/mp4")),
            .native(NativeItem(dialect: "openai", json: RawJSON(#"{"type":"hologram","hologram":1}"#))),
        ]
        #expect(found == expected)
    }

    @Test func aTurnOfTheAssistantsIsInOrder() throws {
        let turn = try message(
            #"""
            {"role":"assistant","content":"Let me look.","tool_calls":[{"id":"c1","type":"function","function":
            {"name":"f","arguments":"{\"a\": 1}"}},{"id":"c2","type":"custom","custom":{"name":"g","input":"raw"}}],
            "reasoning":"ignored","reasoning_details":[{"type":"reasoning.text","text":"t","signature":"s",
            "format":"anthropic-claude-v1","index":0},{"type":"reasoning.encrypted","data":"d","id":"rs_1","format":
            "openai-responses-v1","index":1},{"type":"reasoning.encrypted","data":"seal","id":"c1","format":
            "google-gemini-v1","index":2}],"annotations":[{"type":"url_citation","url_citation":{"url":"https://a.example",
            "title":"A","content":"cc","start_index":4,"end_index":7}}],"refusal":"no","prefix":true}
            """#)
        let expected: [MessageItem] = [
            .reasoning(ReasoningItem(.text, text: "t", signature: "s", format: "anthropic-claude-v1", index: 0)),
            .reasoning(ReasoningItem(.encrypted, data: "d", id: "rs_1", format: "openai-responses-v1", index: 1)),
            .text(
                TextItem(
                    "Let me look.",
                    citations: [Citation(url: "https://a.example", title: "A", text: "cc", range: 4..<7)])),
            .refusal("no"),
            .toolCall(ToolCallItem(id: "c1", name: "f", arguments: #"{"a": 1}"#, signature: "seal")),
            .toolCall(ToolCallItem(.custom, id: "c2", name: "g", arguments: "raw")),
        ]
        #expect(turn.items == expected)
        #expect(turn.extras == NativeItem(dialect: "openai", json: RawJSON(#"{"prefix":true}"#)))
    }

    @Test(arguments: [
        (#""reasoning":"a","reasoning_content":"a""#, "a"), (#""reasoning_content":"b""#, "b"),
        (#""reasoning":"c","reasoning_details":[]"#, "c"),
        (#""reasoning":"d","reasoning_details":[{"type":"reasoning.text","text":"e"}]"#, "e"),
        (#""reasoning":"f","reasoning_details":null"#, "f"),
    ])
    func detailsWinOverTheText(members: String, text: String) throws {
        let turn = try message(#"{"role":"assistant","content":"x",\#(members)}"#)
        #expect(turn.items == [.reasoning(ReasoningItem(.text, text: text)), .text(TextItem("x"))])
    }

    @Test func textIsKeptBesideDetailsThatHaveNone() throws {
        let turn = try message(
            #"{"role":"assistant","content":null,"reasoning":"t","reasoning_details":[{"type":"reasoning.encrypted","data":"d"}]}"#
        )
        #expect(
            turn.items == [
                .reasoning(ReasoningItem(.text, text: "t")), .reasoning(ReasoningItem(.encrypted, data: "d")),
            ])
    }

    @Test func resultsThatFollowEachOtherAreOneTurn() throws {
        let request = try readChat(
            #"""
            {"messages":[{"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","name":"g",
            "content":[{"type":"text","text":"2"},{"type":"image_url","image_url":{"url":"https://a.example/x"}}],
            "is_error":true,"cache_control":{"type":"ephemeral"}},{"role":"user","content":"next"},
            {"role":"tool","tool_call_id":"c","content":""}]}
            """#)
        #expect(request.messages.map(\.role) == [.tool, .user, .tool])
        let image = MessageItem.image(MediaItem(.url("https://a.example/x")))
        let expected: [MessageItem] = [
            .toolResult(ToolResultItem(callID: "a", content: [.text(TextItem("1"))])),
            .toolResult(
                ToolResultItem(
                    callID: "b", name: "g", content: [.text(TextItem("2")), image], isError: true,
                    cache: CacheMarker())),
        ]
        #expect(request.messages[0].items == expected)
        #expect(request.messages[2].items == [.toolResult(ToolResultItem(callID: "c", content: []))])
    }

    @Test func legacyFunctionsAreTools() throws {
        let request = try readChat(
            #"""
            {"functions":[{"name":"f","description":"d","parameters":{"type":"object"}}],"function_call":{"name":"f"},
            "messages":[{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},
            {"role":"function","name":"f","content":"ok"}]}
            """#)
        #expect(
            request.tools == [Tool(name: "f", description: "d", parameters: RawJSON(#"{"type":"object"}"#))])
        #expect(request.toolChoice == .named("f"))
        guard case .toolCall(let call) = request.messages[0].items[0] else { throw Unexpected() }
        #expect(call.name == "f" && !call.id.isEmpty)
        let result = ToolResultItem(callID: call.id, name: "f", content: [.text(TextItem("ok"))])
        #expect(request.messages[1].items == [.toolResult(result)])
    }

    @Test func toolsOfEveryKind() throws {
        let request = try readChat(
            #"""
            {"tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":
            "object"}},"cache_control":{"type":"ephemeral"},"defer_loading":true},{"type":"custom","custom":{"name":"g",
            "format":{"type":"grammar"}}},{"type":"openrouter:datetime","parameters":{"timezone":"UTC"}}],
            "messages":[{"role":"user","content":"Hi"}]}
            """#)
        let native = NativeItem(
            dialect: "openai", json: RawJSON(#"{"type":"openrouter:datetime","parameters":{"timezone":"UTC"}}"#))
        #expect(
            request.tools == [
                Tool(
                    name: "f", description: "d",
                    parameters: RawJSON(
                        #"{"type":"#
                            + "\n" + #""object"}"#), isStrict: true, cache: CacheMarker(),
                    extras: NativeItem(dialect: "openai", json: RawJSON(#"{"defer_loading":true}"#))),
                Tool(.custom(format: RawJSON(#"{"type":"grammar"}"#)), name: "g"),
                Tool(.native(native), name: "openrouter:datetime"),
            ])
    }

    @Test(arguments: [
        (#""auto""#, ToolChoice.auto), (#""none""#, ToolChoice.none), (#""required""#, .required),
        (#"{"type":"function","function":{"name":"f"}}"#, .named("f")),
        (#"{"type":"custom","custom":{"name":"g"}}"#, .named("g")),
        (#"{"type":"openrouter:web_search"}"#, .named("openrouter:web_search")),
        (
            #"{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}},{"type":"openrouter:datetime"}]}}"#,
            .among(["f", "openrouter:datetime"], isRequired: true)
        ),
    ])
    func choicesOfTools(json: String, choice: ToolChoice) throws {
        let tools = #"[{"type":"openrouter:web_search"}]"#
        let request = try readChat(
            #"{"tool_choice":\#(json),"tools":\#(tools),"messages":[{"role":"user","content":"Hi"}]}"#)
        #expect(request.toolChoice == choice)
    }

    @Test func aPromptIsAMessage() throws {
        #expect(try readChat(#"{"prompt":"Once"}"#).messages == [Message(.user, [.text(TextItem("Once"))])])
        #expect(try readChat(#"{"prompt":["Once"],"logprobs":2}"#).topLogprobs == 2)
        for body in [#"{"prompt":[1,2]}"#, #"{"prompt":["a","b"]}"#, #"{"prompt":[[1]]}"#] {
            #expect(throws: APIError.self) { try readChat(body) }
            do { _ = try readChat(body) } catch let error as APIError {
                #expect(error.status == 400 && error.param == "prompt")
            }
        }
    }

    private struct Unexpected: Error {}
}
