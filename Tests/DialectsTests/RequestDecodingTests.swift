import Completions
import Testing

@testable import Dialects

@Suite struct RequestDecodingTests {
    private static let hi = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test func everyDocumentedFieldIsAccepted() throws {
        let request = try decode(
            #"""
            {"messages":[{"role":"developer","content":"d"},{"role":"user","content":"Hi","name":"bob"}],
             "model":"a/b:nitro","models":["c/d"],"route":"fallback","preset":"p","provider":{"order":["x"]},
             "plugins":[{"id":"web","enabled":false},{"id":"moderation"}],"transforms":["middle-out"],"stream":true,
             "stream_options":{"include_usage":false},"usage":{"include":true},"max_tokens":9,"temperature":1,
             "top_p":1,"top_k":0,"min_p":0,"top_a":1,"frequency_penalty":-2,"presence_penalty":2,
             "repetition_penalty":2,"seed":-5,"logit_bias":{"1":-100},"logprobs":true,"top_logprobs":20,
             "stop":["a","b"],"response_format":{"type":"json_schema","json_schema":{"name":"a-b_1","strict":true,
             "schema":{}}},"structured_outputs":true,"tools":[{"type":"function","function":{"name":"f"}},
             {"type":"openrouter:web_search"}],"tool_choice":{"type":"function","function":{"name":"f"}},
             "parallel_tool_calls":false,"deferred_tools":{},"stop_server_tools_when":[],"max_tool_calls":30,
             "reasoning":{"effort":"high","exclude":true,"summary":"auto","context":"auto","mode":"pro"},
             "reasoning_effort":"high","include_reasoning":true,"verbosity":"max","modalities":["text","image"],
             "audio":{"voice":"v","format":"wav"},"image_config":{},"prediction":{"type":"content","content":"x"},
             "service_tier":"flex","speed":"fast","cache_control":{"type":"ephemeral"},"prompt_cache_key":"k",
             "prompt_cache_options":{"mode":"explicit"},"session_id":"s","user":"u","metadata":{"a":"b"},
             "trace":{"x":1},"web_search_options":{},"x_search_filter":{},"debug":{"echo_upstream_body":true},"n":2,
             "store":false,"safe_prompt":true,"raw_mode":1}
            """#)
        #expect(request.model == "a/b:nitro" && request.models == ["c/d"] && request.preset == "p")
        #expect(request.isStream && request.kind == .chat && request.maxTokens == 9 && request.choiceCount == 2)
        #expect(request.provider.order == ["x"] && request.responseFormat == .jsonSchema)
        #expect(
            request.plugins.map(\.id) == ["web", "moderation"] && request.plugins.map(\.isEnabled) == [false, true])
        #expect(request.reasoning.effort == .high && request.reasoning.isExcluded)
        #expect(request.outputModalities == [.text, .image] && request.inputModalities == .text)
        #expect(request.user == "u" && request.sessionID == "s" && request.serviceTier == "flex")
        #expect(request.promptSize.messages == 2 && request.promptSize.tools == 2 && request.promptSize.textBytes == 3)
        #expect(request.fields.names.count == RequestField.allCases.count - 7)
        #expect(request.layout.members.filter { $0.field == nil }.count == 2)
    }

    @Test func annotationsAreKeptOnOneLine() throws {
        let request = try decode(
            """
            {\(Self.hi),"metadata" : { "a" : "1\\n2" ,
             "b\\"":"ü" },"trace":{ "trace_id" : "t t\\\\" ,
             "more" : [ 1 , { "x" : null } ] } }
            """)
        #expect(request.metadata == #"{"a":"1\n2","b\"":"ü"}"#)
        #expect(request.trace == #"{"trace_id":"t t\\","more":[1,{"x":null}]}"#)
        let plain = try decode("{\(Self.hi)}")
        #expect(plain.metadata == nil && plain.trace == nil)
    }

    @Test func everyFieldIsFoundByItsName() throws {
        for field in RequestField.allCases where field != .messages && field != .prompt {
            let request = try decode("{\(Self.hi),\"\(field.wireName)\":null,\"x\":null}")
            #expect(request.layout.members.map(\.field) == [.messages, field, nil], "\(field.wireName)")
            #expect(request.fields == RequestFieldSet(.messages))
        }
    }

    @Test func escapedKeysMeanWhatTheySay() throws {
        let request = try decode(#"{"mess\u0061ges":[{"r\u006fle":"\u0075ser","content":"Hi"}],"m\u006fdel":"a\/b"}"#)
        #expect(request.model == "a/b")
        #expect(request.fields == RequestFieldSet(.messages, .model))
    }

    @Test func nullMeansAbsent() throws {
        let fields = RequestField.allCases.filter { $0 != .messages }.map { "\"\($0.wireName)\":null" }
        let request = try decode("{\(Self.hi),\(fields.joined(separator: ","))}")
        #expect(request.fields == RequestFieldSet(.messages))
        #expect(!request.isStream && request.maxTokens == nil)
    }

    @Test func theNewerLimitWins() throws {
        let request = try decode(#"{\#(Self.hi),"max_completion_tokens":5,"max_tokens":7}"#)
        #expect(request.maxTokens == 5)
        let reversed = try decode(#"{\#(Self.hi),"max_tokens":7,"max_completion_tokens":5.0}"#)
        #expect(reversed.maxTokens == 5)
    }

    @Test func preferencesAreTyped() throws {
        let request = try decode(
            #"""
            {"messages":[{"role":"user","content":"Hi"}],"top":{"a":1},"provider":{"order":["a","b"],"only":["c"],
             "ignore":["d"],"allow_fallbacks":false,"require_parameters":true,"data_collection":"deny","zdr":true,
             "quantizations":["fp8","int4"],"sort":{"by":"latency","partition":"none"},
             "max_price":{"prompt":0.5,"completion":"1.25","request":"0.01","image":1e-3},
             "preferred_min_throughput":50,"preferred_max_latency":{"p50":1,"p99":3.5},
             "options":{"acme":{"safe":true,"top":2,"model":"evil"}},"future":1}}
            """#)
        let provider = request.provider
        #expect(provider.order == ["a", "b"] && provider.only == ["c"] && provider.ignore == ["d"])
        #expect(!provider.allowsFallbacks && provider.requiresParameters && provider.deniesDataCollection)
        #expect(provider.zeroDataRetention && provider.quantizations == [.fp8, .int4])
        #expect(provider.sort == ProviderPreferences.Sort(by: .latency, partition: .none))
        #expect(provider.maxPrice?.promptPicosPerToken == 500_000)
        #expect(provider.maxPrice?.completionPicosPerToken == 1_250_000)
        #expect(provider.maxPrice?.picosPerRequest == 10_000_000_000)
        #expect(provider.maxPrice?.picosPerImage == 1_000_000_000 && provider.maxPrice?.picosPerAudioUnit == nil)
        #expect(provider.preferredMinThroughput?.p50 == 50 && provider.preferredMaxLatency?.p99 == 3.5)
        #expect(provider.options.count == 1 && provider.options[0].slug == "acme")
        #expect(provider.options[0].members.count == 2 && provider.options[0].replaced == [1])
    }

    @Test(arguments: [(#""price""#, ProviderPreferences.Sort.Order.price), (#""exacto""#, .exacto)])
    func sortMayBeAWord(word: String, order: ProviderPreferences.Sort.Order) throws {
        let request = try decode("{\(Self.hi),\"provider\":{\"sort\":\(word),\"only\":[]}}")
        #expect(request.provider.sort == ProviderPreferences.Sort(by: order))
        #expect(request.provider.only == nil)
    }

    @Test func contentPartsAreCounted() throws {
        let request = try decode(
            #"""
            {"messages":[{"role":"user","content":[{"type":"text","text":"12345"},
             {"type":"image_url","image_url":{"url":"https://x"}},{"type":"image_url","image_url":"data:x"},
             {"type":"input_audio","input_audio":{"data":"","format":"wav"}},{"type":"file","file":{}},
             {"type":"video_url","video_url":{"url":"x"}},{"type":"future","x":1}]},
             {"role":"assistant","content":null,"tool_calls":[]},{"role":"assistant","refusal":"no"},
             {"role":"tool","tool_call_id":"c","content":[{"type":"text","text":"r"}]}]}
            """#)
        let size = request.promptSize
        #expect(size.messages == 4 && size.images == 2 && size.audios == 1 && size.files == 1 && size.videos == 1)
        #expect(request.inputModalities == [.text, .image, .audio, .file, .video])
        #expect(size.textBytes >= 6)
    }

    @Test(arguments: [
        (#"{"prompt":"abc"}"#, CompletionRequest.PromptForm.string, 1),
        (#"{"prompt":["a","b","c"],"n":2}"#, .strings, 6),
        (#"{"prompt":[1,2,3],"best_of":4,"n":2}"#, .tokens, 4),
        (#"{"prompt":[[1],[2,3]],"logprobs":5,"echo":true,"suffix":"x"}"#, .tokenLists, 2),
    ])
    func promptsInEveryForm(body: String, form: CompletionRequest.PromptForm, choices: Int) throws {
        for surface in [ChatRequestDecoder.Surface.completions, .chat] {
            let request = try decode(body, surface: surface)
            #expect(request.kind == .text && request.promptForm == form && request.choiceCount == choices)
        }
    }

    @Test func messagesOnTheLegacyRouteAreChat() throws {
        #expect(try decode("{\(Self.hi)}", surface: .completions).kind == .chat)
    }
}
