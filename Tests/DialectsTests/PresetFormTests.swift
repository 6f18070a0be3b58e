import Completions
import Testing

@testable import Dialects

@Suite("A preset in the words of other dialects")
struct PresetFormTests {
    static let schema = #"{"type":"object","properties":{"x":{"type":"string"}}}"#
    static let fields = #"""
        {"model":"a/b","max_tokens":5,"stop":"END","temperature":0.5,"seed":7,"reasoning_effort":"high","verbosity":"low",
         "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":\#(schema)}},
         "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":\#(schema)},
                   "cache_control":{"type":"ephemeral"}},
                  {"type":"custom","custom":{"name":"c","description":"free"}},{"type":"openrouter:datetime"}],
         "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"logprobs":true,
         "provider":{"order":["x"]},"user":"u"}
        """#

    @Test func responses() throws {
        let body = try merged(#"{"preset":"p","input":"Hi"}"#, over: try preset(Self.fields), of: .responses).body
        #expect(
            body
                == (try JSON(
                    #"""
                    {"input":"Hi","model":"a/b","max_output_tokens":5,"stop":"END","temperature":0.5,"seed":7,
                     "reasoning":{"effort":"high"},
                     "tools":[{"type":"function","name":"f","description":"d","parameters":\#(Self.schema),
                               "cache_control":{"type":"ephemeral"}},
                              {"type":"custom","name":"c","description":"free"},{"type":"openrouter:datetime"}],
                     "tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,
                     "include":["message.output_text.logprobs"],"provider":{"order":["x"]},"user":"u",
                     "text":{"verbosity":"low",
                             "format":{"type":"json_schema","name":"n","strict":true,"schema":\#(Self.schema)}}}
                    """#)))
    }

    @Test func messages() throws {
        let body = try merged(#"{"preset":"p","messages":[]}"#, over: try preset(Self.fields), of: .messages).body
        #expect(
            body
                == (try JSON(
                    #"""
                    {"messages":[],"model":"a/b","max_tokens":5,"stop_sequences":["END"],"temperature":0.5,"seed":7,
                     "reasoning":{"effort":"high"},
                     "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":\#(Self.schema)},
                               "cache_control":{"type":"ephemeral"}},
                              {"name":"c","description":"free","input_schema":
                               {"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}},
                              {"type":"openrouter:datetime"}],
                     "tool_choice":{"type":"tool","name":"f"},"parallel_tool_calls":false,"logprobs":true,
                     "provider":{"order":["x"]},"user":"u",
                     "output_config":{"effort":"low","format":{"type":"json_schema","schema":\#(Self.schema)}}}
                    """#)))
    }

    @Test("is what their readers take", arguments: [CallerDialect.messages, .responses])
    func isRead(caller: CallerDialect) throws {
        let turn = caller == .messages ? #""messages":[{"role":"user","content":"Hi"}]"# : #""input":"Hi""#
        let one = try preset(Self.fields, system: "Be brief.")
        let body = try merged(#"{"preset":"p",\#(turn)}"#, over: one, of: caller).body.description
        let request = try caller == .messages ? readMessages(body) : readResponses(body)
        #expect(request.model == "a/b" && request.maxTokens == 5 && request.stop == ["END"])
        #expect(request.sampling.temperature == 0.5 && request.sampling.seed == 7)
        #expect(request.reasoning.effort == .high && request.verbosity == "low")
        #expect(request.tools.map(\.name) == ["f", "c", "openrouter:datetime"])
        #expect(request.toolChoice == .named("f") && request.allowsParallelToolCalls == false)
        #expect(request.messages.map(\.role) == [.system, .user])
        guard case .jsonSchema(let format) = request.outputFormat else { Issue.record("no schema"); return }
        #expect(format.schema == RawJSON(try JSON(Self.schema).description))
    }

    @Test(
        "writes choices of tools",
        arguments: [
            (CallerDialect.responses, #""required""#, #""required""#),
            (.responses, #""auto""#, #""auto""#),
            (
                .responses,
                #"{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}"#,
                #"{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"}]}"#
            ),
            (.responses, #"{"type":"web_search"}"#, #"{"type":"web_search"}"#),
            (.messages, #""required""#, #"{"type":"any"}"#),
            (.messages, #""none""#, #"{"type":"none"}"#),
            (.messages, #""auto""#, #"{"type":"auto"}"#),
        ])
    func choices(caller: CallerDialect, chat: String, expected: String) throws {
        let body = try merged(#"{"preset":"p"}"#, over: try preset(#"{"tool_choice":\#(chat)}"#), of: caller).body
        #expect(body["tool_choice"] == (try JSON(expected)))
    }

    @Test("keeps what has another form only beside something else")
    func others() throws {
        let efforts = #""reasoning":{"exclude":true},"reasoning_effort":"low""#
        let fields = #"{"max_tokens":5,"max_completion_tokens":6,\#(efforts)}"#
        let messages = try merged(#"{"preset":"p"}"#, over: try preset(fields), of: .messages).body
        #expect(messages == (try JSON(#"{"max_tokens":6,\#(efforts)}"#)))
        let responses = try merged(#"{"preset":"p"}"#, over: try preset(fields), of: .responses).body
        #expect(responses["max_output_tokens"] == .integer(6))
        let format = #"{"response_format":{"type":"json_object"},"logprobs":false}"#
        #expect(
            try merged(#"{"preset":"p"}"#, over: try preset(format), of: .responses).body
                == (try JSON(#"{"text":{"format":{"type":"json_object"}}}"#)))
        #expect(
            try merged(#"{"preset":"p"}"#, over: try preset(format), of: .messages).body
                == (try JSON(#"{"response_format":{"type":"json_object"},"logprobs":false}"#)))
    }
}
