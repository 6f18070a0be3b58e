import Completions
import Testing

@testable import Dialects

private let turn = #"{"role":"user","content":"Hi"}"#

@Suite("A request laid over a preset")
struct PresetMergeTests {
    @Test("gets the fields that it does not have")
    func fills() throws {
        let fields = #"{"model":"a/b","models":["c/d"],"temperature":0.2,"max_tokens":5,"provider":{"order":["x"]}}"#
        let result = try merged(
            #"{"model":"@preset/p","messages":[\#(turn)],"temperature":1,"stream":true,"own":null}"#,
            over: try preset(fields))
        #expect(
            result.body
                == (try JSON(
                    #"{"messages":[\#(turn)],"temperature":1,"stream":true,"own":null,"model":"a/b","models":["c/d"],"max_tokens":5,"provider":{"order":["x"]}}"#
                )))
        #expect(result.preset.fields == ["model", "models", "max_tokens", "provider"])
    }

    @Test(
        "keeps what it says itself, under any of its names",
        arguments: [
            (CallerDialect.chat, #""max_completion_tokens":7"#, #"{"max_tokens":5}"#),
            (.chat, #""reasoning_effort":"low""#, #"{"reasoning":{"effort":"high"}}"#),
            (.chat, #""provider":{"sort":"price"}"#, #"{"provider":{"order":["x"]}}"#),
            (.chat, #""stop":[]"#, #"{"stop":"END"}"#),
            (.messages, #""thinking":{"type":"disabled"}"#, #"{"reasoning_effort":"high"}"#),
            (.messages, #""fallbacks":[{"model":"c/d"}]"#, #"{"models":["e/f"]}"#),
            (.messages, #""stop_sequences":["x"]"#, #"{"stop":["END"]}"#),
            (.messages, #""output_config":{"effort":"low"}"#, #"{"verbosity":"high"}"#),
            (.responses, #""max_output_tokens":7"#, #"{"max_tokens":5}"#),
            (.responses, #""text":{"verbosity":"low"}"#, #"{"response_format":{"type":"json_object"}}"#),
            (.chat, #""reasoning":{"exclude":false}"#, #"{"include_reasoning":false}"#),
            (.messages, #""thinking":{"type":"adaptive","display":"omitted"}"#, #"{"include_reasoning":true}"#),
            (
                .messages, #""tool_choice":{"type":"auto","disable_parallel_tool_use":true}"#,
                #"{"parallel_tool_calls":true}"#
            ),
            (.messages, #""metadata":{"user_id":"me"}"#, #"{"user":"all"}"#),
            (.responses, #""logprobs":true"#, #"{"logprobs":true,"top_logprobs":2}"#),
            (.responses, #""include":["reasoning.encrypted_content"]"#, #"{"logprobs":true}"#),
        ])
    func keeps(caller: CallerDialect, own: String, fields: String) throws {
        let result = try merged(#"{"model":"a/b@preset/p",\#(own)}"#, over: try preset(fields), of: caller)
        #expect(result.body == (try JSON(#"{"model":"a/b",\#(own)}"#)))
        #expect(result.preset.fields.isEmpty)
    }

    @Test("says nothing of what is about something else beside it")
    func nested() throws {
        let reasoning = try merged(
            #"{"preset":"p","include_reasoning":true}"#,
            over: try preset(#"{"reasoning":{"effort":"low","exclude":true}}"#))
        #expect(reasoning.body == (try JSON(#"{"include_reasoning":true,"reasoning":{"effort":"low"}}"#)))
        let shown = try merged(
            #"{"preset":"p","reasoning":{"effort":"low"}}"#, over: try preset(#"{"include_reasoning":false}"#))
        #expect(shown.body == (try JSON(#"{"reasoning":{"effort":"low"},"include_reasoning":false}"#)))
        let choice = try merged(
            #"{"preset":"p","tool_choice":{"type":"auto"},"metadata":{"a":"b"}}"#,
            over: try preset(#"{"parallel_tool_calls":false,"user":"all"}"#), of: .messages)
        #expect(choice.preset.fields == ["parallel_tool_calls", "user"])
    }

    @Test("takes null for nothing said")
    func nulls() throws {
        let result = try merged(
            #"{"preset":"p","model":null,"tools":null,"temperature":null,"messages":[\#(turn)]}"#,
            over: try preset(#"{"model":"a/b","temperature":0.5,"tools":[{"type":"openrouter:datetime"}]}"#))
        #expect(
            result.body
                == (try JSON(
                    #"{"messages":[\#(turn)],"model":"a/b","temperature":0.5,"tools":[{"type":"openrouter:datetime"}]}"#
                )))
    }

    @Test("keeps its model, and the preset's where it names none")
    func models() throws {
        let one = try preset(#"{"model":"a/b"}"#)
        for (body, model) in [
            (#"{"model":"c/d:floor@preset/p"}"#, "c/d:floor"), (#"{"model":"c/d","preset":"p"}"#, "c/d"),
            (#"{"model":"@preset/p"}"#, "a/b"), (#"{"preset":"p"}"#, "a/b"),
            (#"{"preset":"p","model":"@preset/p"}"#, "a/b"),
        ] {
            #expect(try merged(body, over: one).body == (try JSON(#"{"model":"\#(model)"}"#)))
        }
        #expect(try merged(#"{"model":"@preset/p"}"#, over: try preset("{}")).body == (try JSON("{}")))
    }

    @Test("refuses a key that is there twice")
    func repeated() {
        let error = #expect(throws: APIError.self) {
            try merged(#"{"preset":"p","model":"a/b","model":"c/d"}"#, over: try preset("{}"))
        }
        #expect(error?.param == "model" && error?.status == 400)
    }

    @Test("refuses more members and tools than are taken")
    func bounds() {
        let many = (0..<4096).map { #""x\#($0)":1"# }.joined(separator: ",")
        let members = #expect(throws: APIError.self) {
            try merged(#"{"preset":"p",\#(many)}"#, over: try preset("{}"))
        }
        #expect(members?.status == 400 && members?.message.contains("4097 members") == true)
        let tools = #"{"preset":"p","tools":[\#(String(repeating: "{},", count: 4096)){}]}"#
        let error = #expect(throws: APIError.self) {
            try merged(tools, over: try preset(#"{"tools":[{"type":"x"}]}"#))
        }
        #expect(error?.status == 400 && error?.param == "tools" && error?.message.contains("4096") == true)
        #expect(throws: Never.self) { try merged(tools, over: try preset("{}")) }
    }

    // MARK: System prompts

    @Test(
        "begins with the preset's instructions where it has none of its own",
        arguments: [
            (CallerDialect.chat, "{}", #"{"messages":[{"role":"system","content":"Be \"brief\"."},\#(turn)]}"#),
            (.messages, "{}", #"{"messages":[\#(turn)],"system":"Be \"brief\"."}"#),
            (.messages, #"{"system":null}"#, #"{"messages":[\#(turn)],"system":"Be \"brief\"."}"#),
            (.chat, #"{"messages":[{"role":"user","content":"y"},{"role":"developer","content":"x"}]}"#, nil),
            (.chat, #"{"messages":[{"role":"system","content":"x"}]}"#, nil),
            (.messages, #"{"messages":[\#(turn),{"role":"system","content":"x"}]}"#, nil),
            (.messages, #"{"messages":[\#(turn)],"system":"x"}"#, nil),
            (.responses, #"{"input":"Hi","instructions":"x"}"#, nil),
            (.responses, #"{"input":[{"role":"developer","content":"x"}]}"#, nil),
            (.responses, #"{"input":"Hi"}"#, #"{"input":"Hi","instructions":"Be \"brief\"."}"#),
            (.completions, #"{"prompt":"Once"}"#, nil),
            (.chat, #"{"messages":[]}"#, nil),
            (.chat, #"{"messages":"Hi"}"#, nil),
        ] as [(CallerDialect, String, String?)])
    func instructions(caller: CallerDialect, given: String, expected: String?) throws {
        var body = String(given.dropFirst().dropLast())
        if caller != .responses, caller != .completions, !given.contains("messages") {
            body = (body.isEmpty ? "" : body + ",") + #""messages":[\#(turn)]"#
        }
        let result = try merged(
            #"{"preset":"p",\#(body)}"#, over: try preset("{}", system: "Be \"brief\"."), of: caller)
        #expect(result.body == (try JSON(expected ?? "{\(body)}")))
    }

    @Test("leaves out what a text that is gone on with has no use for")
    func text() throws {
        let fields = #"{"tools":[{"type":"x"}],"tool_choice":"auto","logprobs":true,"top_logprobs":2,"seed":1}"#
        let result = try merged(#"{"preset":"p","prompt":"Once"}"#, over: try preset(fields), of: .completions)
        #expect(result.body == (try JSON(#"{"prompt":"Once","seed":1}"#)))
    }

    // MARK: Tools

    @Test("has the tools of both, the preset's first, each in its own version where both have one")
    func tools() throws {
        let fields = #"""
            {"tools":[
              {"type":"function","function":{"name":"a","description":"preset"}},
              {"type":"openrouter:web_search","parameters":{"max_results":1}},
              {"type":"openrouter:advisor","parameters":{"name":"one","model":"x"}},
              {"type":"function","function":{"name":"b"}}]}
            """#
        let result = try merged(
            #"""
            {"preset":"p","tools":[
              {"type":"function","function":{"name":"c"}},
              {"type":"openrouter:advisor","parameters":{"name":"two"}},
              {"type":"openrouter:web_search","parameters":{"max_results":9}},
              {"type":"function","function":{"name":"a","description":"request"}}]}
            """#, over: try preset(fields))
        #expect(
            result.body["tools"]
                == (try JSON(
                    #"""
                    [{"type":"function","function":{"name":"a","description":"request"}},
                     {"type":"openrouter:web_search","parameters":{"max_results":9}},
                     {"type":"openrouter:advisor","parameters":{"name":"one","model":"x"}},
                     {"type":"function","function":{"name":"b"}},
                     {"type":"function","function":{"name":"c"}},
                     {"type":"openrouter:advisor","parameters":{"name":"two"}}]
                    """#)))
        #expect(result.preset.fields == ["tools"])
    }

    @Test("tells tools apart of which there may be several, and keeps all of the request's")
    func several() throws {
        func joined(_ own: String, _ given: String, of caller: CallerDialect = .responses) throws -> JSON {
            let result = try merged(
                #"{"preset":"p","tools":[\#(own)]}"#, over: try preset(#"{"tools":[\#(given)]}"#), of: caller)
            return result.body["tools"]
        }
        for (kind, name) in [("mcp", "server_label"), ("namespace", "name"), ("mcp_toolset", "mcp_server_name")] {
            let (a, b) = (#"{"type":"\#(kind)","\#(name)":"a"}"#, #"{"type":"\#(kind)","\#(name)":"b"}"#)
            let own = #"{"type":"\#(kind)","\#(name)":"a","own":true}"#
            #expect(try joined(b, a) == JSON("[\(a),\(b)]"))
            #expect(try joined("\(b),\(own)", a) == JSON("[\(own),\(b)]"))
        }
        let (one, two) = (#"{"type":"x","own":1}"#, #"{"type":"x","own":2}"#)
        #expect(
            try joined("\(one),\(two)", #"{"type":"x"},{"type":"y"},{"type":"x"}"#, of: .chat)
                == JSON(#"[\#(one),{"type":"y"},\#(two)]"#))
    }

    @Test("compares tools across dialects")
    func toolsOfOtherDialects() throws {
        let one = try preset(
            #"{"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}},{"type":"function","function":{"name":"g"}}]}"#
        )
        let messages = try merged(
            #"{"preset":"p","tools":[{"name":"f","input_schema":{"type":"object"}}]}"#, over: one, of: .messages)
        #expect(messages.body["tools"].elements.count == 2)
        #expect(messages.body["tools"][0] == (try JSON(#"{"name":"f","input_schema":{"type":"object"}}"#)))
        let responses = try merged(
            #"{"preset":"p","tools":[{"type":"function","name":"f"}]}"#, over: one, of: .responses)
        #expect(
            responses.body["tools"]
                == (try JSON(#"[{"type":"function","name":"f"},{"type":"function","name":"g"}]"#)))
    }

    @Test("leaves tools alone that are no list, for the decoder to refuse")
    func noTools() throws {
        let result = try merged(#"{"preset":"p","tools":7}"#, over: try preset(#"{"tools":[{"type":"x"}]}"#))
        #expect(result.body == (try JSON(#"{"tools":7}"#)))
    }

    // MARK: Errors

    @Test("says of a refused field that the preset gave it")
    func explains() throws {
        let applied = try merged(#"{"preset":"p"}"#, over: try preset(#"{"tools":[{"type":"x"}],"seed":1}"#)).preset
        let field = applied.explain(.invalid("tools[0].type", "No."))
        #expect(field.message == "No. The preset \"p\" gives 'tools' to this request.")
        #expect(field.param == "tools[0].type")
        #expect(applied.explain(.invalid("model", "No.")).message == "No.")
        #expect(applied.explain(APIError(.server, "No.")).message == "No.")
    }
}
