import Completions
import Testing

@testable import Dialects

/// Every way a request can be wrong: the field that is blamed, and a word of the sentence.
@Suite struct RequestErrorTests {
    private static let ok = #""messages":[{"role":"user","content":"Hi"}]"#

    @Test(arguments: [
        // Types and ranges of plain fields.
        (#""model":1"#, "model", "a string"),
        (#""models":"a/b""#, "models", "an array of strings"),
        (#""models":["a",2]"#, "models[1]", "a string"),
        (#""stream":"yes""#, "stream", "true or false"),
        (#""temperature":"hot""#, "temperature", "a string"),
        (#""temperature":2.1"#, "temperature", "0 up to 2"),
        (#""temperature":-0.1"#, "temperature", "0 up to 2"),
        (#""top_p":0"#, "top_p", "above 0"),
        (#""top_p":1.5"#, "top_p", "up to 1"),
        (#""top_k":-1"#, "top_k", "integer"),
        (#""top_k":1.5"#, "top_k", "integer"),
        (#""min_p":2"#, "min_p", "up to 1"),
        (#""top_a":-1"#, "top_a", "from 0"),
        (#""frequency_penalty":3"#, "frequency_penalty", "-2"),
        (#""presence_penalty":-3"#, "presence_penalty", "-2"),
        (#""repetition_penalty":0"#, "repetition_penalty", "above 0"),
        (#""seed":"1""#, "seed", "integer"),
        (#""max_tokens":0"#, "max_tokens", "integer from 1"),
        (#""max_completion_tokens":1.5"#, "max_completion_tokens", "integer"),
        (#""n":0"#, "n", "1 to 128"),
        (#""logprobs":5"#, "logprobs", "true or false"),
        (#""top_logprobs":21"#, "top_logprobs", "0 to 20"),
        (#""logit_bias":{"5":101}"#, "logit_bias.5", "-100"),
        (#""logit_bias":[]"#, "logit_bias", "an object"),
        (#""stop":5"#, "stop", "4 strings"),
        (#""stop":["a","b","c","d","e"]"#, "stop", "at most 4"),
        (#""stop":["a",1]"#, "stop[1]", "a string"),
        (#""user":1"#, "user", "a string"),
        (#""metadata":{"a":1}"#, "metadata.a", "a string"),
        (#""metadata":"x""#, "metadata", "an object"),
        (#""metadata":{"a":"1","a":"2"}"#, "metadata.a", "more than once"),
        (#""modalities":["smell"]"#, "modalities[0]", "\"text\""),
        (#""verbosity":"loud""#, "verbosity", "\"low\""),
        (#""parallel_tool_calls":1"#, "parallel_tool_calls", "true or false"),
        (#""trace":"x""#, "trace", "an object"),
        (#""trace":{"trace_id":1}"#, "trace.trace_id", "a string"),
        (#""trace":{"trace_id":"a","trace_id":"b"}"#, "trace.trace_id", "more than once"),
        (#""max_tool_calls":31"#, "max_tool_calls", "1 to 30"),
        (#""stream_options":true"#, "stream_options", "an object"),
        (#""stream_options":{"include_usage":1}"#, "stream_options.include_usage", "true or false"),
        (#""usage":{"include":1}"#, "usage.include", "true or false"),
        // Reasoning.
        (#""reasoning":"high""#, "reasoning", "an object"),
        (#""reasoning":{"effort":"huge"}"#, "reasoning.effort", "\"minimal\""),
        (#""reasoning":{"max_tokens":-1}"#, "reasoning.max_tokens", "integer"),
        (#""reasoning":{"exclude":"no"}"#, "reasoning.exclude", "true or false"),
        (#""reasoning":{"effort":"low","max_tokens":5}"#, "reasoning.max_tokens", "exclude each other"),
        (#""reasoning":{"effort":"low"},"reasoning_effort":"high""#, "reasoning_effort", "send one"),
        (#""reasoning_effort":5"#, "reasoning_effort", "one of"),
        (#""include_reasoning":0"#, "include_reasoning", "true or false"),
        // Tools and formats.
        (#""tools":{}"#, "tools", "an array"),
        (#""tools":[1]"#, "tools[0]", "an object"),
        (#""tools":[{}]"#, "tools[0].type", "missing"),
        (#""tools":[{"type":"function"}]"#, "tools[0].function", "missing"),
        (#""tools":[{"type":"function","function":{}}]"#, "tools[0].function.name", "missing"),
        (#""tools":[{"type":"function","function":{"name":""}}]"#, "tools[0].function.name", "not empty"),
        (#""tool_choice":"maybe""#, "tool_choice", "\"required\""),
        (#""tool_choice":1"#, "tool_choice", "a number"),
        (#""response_format":"json""#, "response_format", "an object"),
        (#""response_format":{}"#, "response_format.type", "missing"),
        (#""response_format":{"type":"xml"}"#, "response_format.type", "\"json_schema\""),
        (#""response_format":{"type":"json_schema"}"#, "response_format.json_schema", "missing"),
        (#""response_format":{"type":"json_schema","json_schema":{}}"#, "response_format.json_schema.name", "missing"),
        (
            #""response_format":{"type":"json_schema","json_schema":{"name":"a b"}}"#,
            "response_format.json_schema.name", "letters"
        ),
        (
            #""response_format":{"type":"json_schema","json_schema":{"name":"a","schema":[]}}"#,
            "response_format.json_schema.schema", "an object"
        ),
        // Plugins.
        (#""plugins":{}"#, "plugins", "an array"),
        (#""plugins":[{}]"#, "plugins[0].id", "missing"),
        (#""plugins":[{"id":"web","enabled":"yes"}]"#, "plugins[0].enabled", "true or false"),
        // Repeated keys, also by way of escapes.
        (#""model":"a","model":"b""#, "model", "more than once"),
        (#""model":"a","m\u006fdel":"b""#, "model", "more than once"),
        (#""provider":{"order":["a"],"order":["b"]}"#, "provider.order", "more than once"),
        (#""reasoning":{"effort":"low","effort":"high"}"#, "reasoning.effort", "more than once"),
        (
            #""stream_options":{"include_usage":true,"include_usag\u0065":false}"#, "stream_options.include_usage",
            "once"
        ),
        (#""usage":{"include":true,"include":true}"#, "usage.include", "more than once"),
        (#""plugins":[{"id":"a","id":"b"}]"#, "plugins[0].id", "more than once"),
        (#""response_format":{"type":"text","type":"json_object"}"#, "response_format.type", "more than once"),
        // Both kinds of prompt.
        (#""prompt":"Hi""#, "prompt", "exclude each other"),
    ])
    func blamesTheField(fields: String, param: String, word: String) {
        expect("{\(Self.ok),\(fields)}", param, word)
    }

    /// Lengths are in characters, whatever each takes in bytes.
    @Test(arguments: ["a", "ü", "\u{1F600}"])
    func boundsWhatIsKeptWithTheRecord(character: String) throws {
        func text(_ count: Int) -> String { String(repeating: character, count: count) }
        func pairs(_ count: Int) -> String { (0..<count).map { "\"k\($0)\":\"v\"" }.joined(separator: ",") }
        for fields in [
            "\"session_id\":\"\(text(256))\"", "\"user\":\"\(text(512))\"", "\"metadata\":{\(pairs(16))}",
            "\"metadata\":{\"\(text(64))\":\"\(text(512))\"}", "\"trace\":{\"x\":\"\(text(4000))\"}",
        ] {
            #expect(throws: Never.self) { try decode("{\(Self.ok),\(fields)}") }
        }
        expect("{\(Self.ok),\"session_id\":\"\(text(257))\"}", "session_id", "256 characters")
        expect("{\(Self.ok),\"user\":\"\(text(513))\"}", "user", "512 characters")
        expect("{\(Self.ok),\"metadata\":{\(pairs(17))}}", "metadata", "16 pairs")
        expect("{\(Self.ok),\"metadata\":{\"\(text(65))\":\"v\"}}", "metadata", "64 characters")
        expect("{\(Self.ok),\"metadata\":{\"k\":\"\(text(513))\"}}", "metadata.k", "512 characters")
        expect("{\(Self.ok),\"trace\":{\"x\":\"\(text(16_400))\"}}", "trace", "16384 bytes")
    }

    @Test(arguments: [
        (#"{}"#, "messages", "missing"),
        (#"{"model":"a"}"#, "messages", "missing"),
        (#"{"messages":null}"#, "messages", "missing"),
        (#"{"messages":[]}"#, "messages", "empty"),
        (#"{"messages":"Hi"}"#, "messages", "an array"),
        (#"{"messages":["Hi"]}"#, "messages[0]", "an object"),
        (#"{"messages":[{"content":"Hi"}]}"#, "messages[0].role", "missing"),
        (
            #"{"messages":[{"role":"user","content":"Hi"},{"role":"robot","content":"x"}]}"#, "messages[1].role",
            "one of"
        ),
        (#"{"messages":[{"role":5,"content":"Hi"}]}"#, "messages[0].role", "a number"),
        (#"{"messages":[{"role":"user"}]}"#, "messages[0].content", "missing"),
        (#"{"messages":[{"role":"user","content":null}]}"#, "messages[0].content", "missing"),
        (#"{"messages":[{"role":"user","content":5}]}"#, "messages[0].content", "a number"),
        (#"{"messages":[{"role":"user","content":["Hi"]}]}"#, "messages[0].content[0]", "an object"),
        (#"{"messages":[{"role":"user","content":[{"text":"Hi"}]}]}"#, "messages[0].content[0].type", "missing"),
        (#"{"messages":[{"role":"user","content":[{"type":"text"}]}]}"#, "messages[0].content[0].text", "missing"),
        (
            #"{"messages":[{"role":"user","content":[{"type":"text","text":1}]}]}"#, "messages[0].content[0].text",
            "string"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"type":"image_url"}]}]}"#, "messages[0].content[0].image_url",
            "missing"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"type":"image_url","image_url":{}}]}]}"#,
            "messages[0].content[0].image_url.url", "a string"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":"x"}]}]}"#,
            "messages[0].content[0].input_audio", "an object"
        ),
        (#"{"messages":[{"role":"tool","content":"42"}]}"#, "messages[0].tool_call_id", "missing"),
        (#"{"messages":[{"role":"tool","content":"42","tool_call_id":7}]}"#, "messages[0].tool_call_id", "a string"),
        (#"{"messages":[{"role":"assistant","tool_calls":{}}]}"#, "messages[0].tool_calls", "an array"),
        (#"{"messages":[{"role":"user","content":"a","content":"b"}]}"#, "messages[0].content", "more than once"),
        (#"{"messages":[{"role":"user","content":"a","cont\u0065nt":"b"}]}"#, "messages[0].content", "more than once"),
        (
            #"{"messages":[{"role":"user","content":[{"type":"text","type":"x","text":"a"}]}]}"#,
            "messages[0].content[0].type", "more than once"
        ),
    ])
    func blamesTheMessage(body: String, param: String, word: String) {
        expect(body, param, word)
    }

    @Test(arguments: [
        (#""order":"openai""#, "order", "an array of strings"),
        (#""order":[1]"#, "order[0]", "a string"),
        (#""only":{}"#, "only", "an array"),
        (#""ignore":true"#, "ignore", "an array"),
        (#""allow_fallbacks":"no""#, "allow_fallbacks", "true or false"),
        (#""require_parameters":1"#, "require_parameters", "true or false"),
        (#""data_collection":"never""#, "data_collection", "\"deny\""),
        (#""zdr":"yes""#, "zdr", "true or false"),
        (#""enforce_distillable_text":1"#, "enforce_distillable_text", "true or false"),
        (#""quantizations":["fp7"]"#, "quantizations[0]", "\"fp8\""),
        (#""sort":"beauty""#, "sort", "\"price\""),
        (#""sort":{"by":"beauty"}"#, "sort.by", "\"price\""),
        (#""sort":{"partition":"x"}"#, "sort.partition", "\"model\""),
        (#""max_price":5"#, "max_price", "an object"),
        (#""max_price":{"prompt":"free"}"#, "max_price.prompt", "a price"),
        (#""max_price":{"completion":-1}"#, "max_price.completion", "not negative"),
        (#""preferred_min_throughput":"fast""#, "preferred_min_throughput", "a number"),
        (#""preferred_max_latency":{"p90":"x"}"#, "preferred_max_latency.p90", "a number"),
        (#""options":[]"#, "options", "an object"),
        (#""options":{"openai":5}"#, "options.openai", "an object"),
    ])
    func blamesThePreference(fields: String, param: String, word: String) {
        expect("{\(Self.ok),\"provider\":{\(fields)}}", "provider.\(param)", word)
    }

    @Test(arguments: [
        (#"{}"#, "prompt", "missing"),
        (#"{"prompt":5}"#, "prompt", "a string"),
        (#"{"prompt":[]}"#, "prompt", "empty"),
        (#"{"prompt":["a",1]}"#, "prompt[1]", "a string"),
        (#"{"prompt":[1,-2]}"#, "prompt[1]", "integer"),
        (#"{"prompt":[[1],["x"]]}"#, "prompt[1][0]", "integer"),
        (#"{"prompt":[true]}"#, "prompt[0]", "a boolean"),
        (#"{"prompt":"a","logprobs":true}"#, "logprobs", "integer"),
        (#"{"prompt":"a","best_of":0}"#, "best_of", "1 to 128"),
        (#"{"prompt":"a","echo":"x"}"#, "echo", "true or false"),
        (#"{"prompt":"a","suffix":1}"#, "suffix", "a string"),
    ])
    func blamesTheLegacyField(body: String, param: String, word: String) {
        expect(body, param, word, surface: .completions)
    }

    @Test(arguments: ["[]", "5", "\"x\"", "null"])
    func refusesWhatIsNoObject(body: String) {
        let error = #expect(throws: APIError.self) { try decode(body) }
        #expect(error?.status == 400 && error?.param == nil)
        #expect(error?.message.contains("JSON object") == true)
    }

    @Test func refusesTooManyMembers() throws {
        let unknown = (0..<4095).map { "\"u\($0)\":1" }.joined(separator: ",")
        _ = try decode("{\(Self.ok),\(unknown)}")
        let error = #expect(throws: APIError.self) { try decode("{\(Self.ok),\(unknown),\"v\":1}") }
        #expect(error?.status == 400)
        #expect(error?.message.contains("4097 members; at most 4096") == true)
    }

    private func expect(
        _ body: String, _ param: String, _ word: String, surface: ChatRequestDecoder.Surface = .chat
    ) {
        let error = #expect(throws: APIError.self, "\(body)") { try decode(body, surface: surface) }
        #expect(error?.status == 400)
        #expect(error?.type == .invalidRequest)
        #expect(error?.param == param, "\(body)")
        #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains(param) == true, "the sentence names the field")
    }
}
