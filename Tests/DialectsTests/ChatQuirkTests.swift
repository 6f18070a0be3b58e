import Buffers
import Catalog
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite("Quirks of chat hosts")
struct ChatQuirkTests {
    /// What a host is sent: the caller's body, spliced and said anew as for an endpoint.
    static func sent(_ body: String, _ configure: (inout UpstreamChatTarget) -> Void) throws -> JSON {
        var target = UpstreamChatTarget(modelJSON: Array("\"m\"".utf8))
        configure(&target)
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: body)
        let request = try ChatRequestDecoder.decode(root, surface: .chat)
        var edits = JSONEdits()
        var out = ByteBuffer()
        var splice = ChatRequestSplice(request, for: target)
        splice.write(source: body.utf8Span.span, pseudonym: nil, into: &edits)
        let rewrites = request.layout.rewrites.intersection(target.rewrites)
        if !rewrites.isEmpty { ChatRequestRewriter.write(rewrites, of: root, into: &edits) }
        edits.apply(to: body.utf8Span.span, into: &out)
        return try JSON(out.text)
    }

    static func body(_ members: String, messages: String = #"[{"role":"user","content":"Hi"}]"#) -> String {
        "{\"model\":\"a/b\",\"messages\":\(messages)\(members.isEmpty ? "" : ",")\(members)}"
    }

    static let effort = #""reasoning_effort":"high""#
    static let off = #""reasoning":{"enabled":false}"#

    @Test(
        "words for reasoning",
        arguments: [
            (.thinking, nil, effort, #"{"thinking":{"type":"enabled"}}"#),
            (.thinking, [.high, .xhigh], effort, #"{"thinking":{"type":"enabled"},"reasoning_effort":"high"}"#),
            (.thinking, [.max, .low], effort, #"{"thinking":{"type":"enabled"},"reasoning_effort":"low"}"#),
            (.thinking, [.high], off, #"{"thinking":{"type":"disabled"}}"#),
            (.thinking, nil, #""reasoning":{"effort":"none"}"#, #"{"thinking":{"type":"disabled"}}"#),
            (.thinking, nil, #""include_reasoning":true"#, "{}"),
            (.thinking, nil, #""reasoning":{"exclude":true}"#, "{}"),
            (.enableThinking, nil, #""reasoning":{"enabled":true}"#, #"{"enable_thinking":true}"#),
            (.enableThinking, nil, effort, #"{"enable_thinking":true}"#),
            (
                .enableThinking, nil, #""max_tokens":10000,"reasoning":{"effort":"high"}"#,
                #"{"max_tokens":10000,"enable_thinking":true,"thinking_budget":8000}"#
            ),
            (
                .enableThinking, nil, #""reasoning":{"max_tokens":3000}"#,
                #"{"enable_thinking":true,"thinking_budget":3000}"#
            ),
            (.enableThinking, nil, off, #"{"enable_thinking":false}"#),
            // What the caller says in the host's own words stands.
            (.thinking, nil, effort + #","thinking":{"type":"disabled"}"#, #"{"thinking":{"type":"disabled"}}"#),
            (.enableThinking, nil, effort + #","thinking_budget":5"#, #"{"thinking_budget":5}"#),
            (.disableReasoning, nil, effort, "{}"),
            (.disableReasoning, [.low, .medium, .high], effort, #"{"reasoning_effort":"high"}"#),
            (.disableReasoning, [.low, .medium, .high], off, #"{"disable_reasoning":true}"#),
            (.enabled, nil, effort, #"{"reasoning":{"enabled":true}}"#),
            (.enabled, [.low], effort, #"{"reasoning_effort":"low"}"#),
            (.enabled, [.low], off, #"{"reasoning":{"enabled":false}}"#),
            (.effort, nil, effort, #"{"reasoning_effort":"high"}"#),
            (.effort, [.low, .medium], effort, #"{"reasoning_effort":"medium"}"#),
            (.effort, [.medium, .high], #""reasoning":{"effort":"low"}"#, #"{"reasoning_effort":"medium"}"#),
            (.effort, [.low], off, #"{"reasoning_effort":"none"}"#),
            (.effort, [.max, .high], #""reasoning_effort":"max""#, #"{"reasoning_effort":"max"}"#),
            (.effort, [.max, .xhigh], #""reasoning_effort":"max""#, #"{"reasoning_effort":"xhigh"}"#),
        ] as [(ReasoningControl, [ReasoningPreferences.Effort]?, String, String)])
    func reasoning(
        control: ReasoningControl, efforts: [ReasoningPreferences.Effort]?, members: String, expected: String
    ) throws {
        let sent = try Self.sent(Self.body(members)) {
            $0.reasoning = control
            $0.efforts = KnownEfforts(efforts)
        }
        let wanted = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"
        let rest = expected.dropFirst()
        #expect(sent == (try JSON(wanted + (rest == "}" ? "" : ",") + rest)))
    }

    @Test("leave reasoning out where the endpoint lists its parameters and lacks it")
    func unlisted() throws {
        let sent = try Self.sent(Self.body(Self.effort)) {
            $0.reasoning = .thinking
            $0.parameters = RequestFieldSet(.temperature)
        }
        #expect(sent["thinking"] == .null && sent["reasoning_effort"] == .null)
    }

    @Test(
        "are looked for where hosts have rules",
        arguments: [
            (#""tools":[{"type":"custom","custom":{"name":"f"}}]"#, RequestRewrites.hostRules),
            (#""tools":[{"type":"function","function":{"name":"a.b"}}]"#, .hostRules),
            (#""tools":[{"type":"function","function":{"name":"a-b_9"}}]"#, []),
        ] as [(String, RequestRewrites)])
    func forms(members: String, expected: RequestRewrites) throws {
        #expect(try decode(Self.body(members)).layout.rewrites.intersection(.forms) == expected)
    }

    @Test(
        "are looked for in results of tools",
        arguments: [
            (#""tool_call_id":"123456789","content":"x""#, []),
            (#""tool_call_id":"call_1234","content":"x","is_error":false"#, []),
            (#""tool_call_id":"call_1","content":"x""#, .shortCallIDs),
            (#""tool_call_id":"123456789","content":"x","is_error":true"#, .hostRules),
            (
                #""tool_call_id":"1","content":[{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]"#,
                [.hostRules, .shortCallIDs]
            ),
        ] as [(String, RequestRewrites)])
    func forms(result: String, expected: RequestRewrites) throws {
        let messages = #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://a.example"}}]},"#
        let body = Self.body("", messages: messages + #"{"role":"tool",\#(result)}]"#)
        #expect(try decode(body).layout.rewrites.intersection(.forms) == expected)
    }

    @Test func aSeedInTheHostsOwnWordStands() throws {
        let sent = try Self.sent(Self.body(#""random_seed":5,"seed":7"#)) { $0.traits = .wantsRandomSeed }
        #expect(sent == (try JSON(Self.body(#""random_seed":5"#).replacing("a/b", with: "m"))))
    }

    @Test("name and choice")
    func spliced() throws {
        let sent = try Self.sent(Self.body(#""seed":7,"tool_choice":"required""#)) {
            $0.traits = [.wantsRandomSeed, .refusesForcedTools]
        }
        #expect(sent == (try JSON(Self.body(#""random_seed":7,"tool_choice":"auto""#).replacing("a/b", with: "m"))))
        let named = #""tool_choice":{"type":"function","function":{"name":"f"}}"#
        #expect(
            try Self.sent(Self.body(named)) { $0.traits = .refusesForcedTools }["tool_choice"] == JSON("\"auto\""))
        #expect(
            try Self.sent(Self.body(#""tool_choice":"none""#)) { $0.traits = .refusesForcedTools }["tool_choice"]
                == JSON("\"none\""))
    }

    @Test(
        "conversations",
        arguments: [
            (
                RequestRewrites.developerAsSystem,
                #"[{"role":"developer","content":"Be kind."},{"role":"user","content":"Hi"}]"#,
                #"[{"role":"system","content":"Be kind."},{"role":"user","content":"Hi"}]"#
            ),
            (
                .oneSystemMessage,
                """
                [{"role":"system","content":"One \\"1\\"."},
                 {"role":"developer","content":[{"type":"text","text":"Two\\n","cache_control":{"type":"ephemeral"}},
                  {"type":"text","text":"Three"}]},
                 {"role":"user","content":"Hi"},{"role":"system","content":"Later"}]
                """,
                """
                [{"role":"system","content":"One \\"1\\".\\n\\nTwo\\n\\n\\nThree"},{"role":"user","content":"Hi"},
                 {"role":"user","content":"Later"}]
                """
            ),
            (
                .oneSystemMessage, #"[{"role":"system","content":"A"},{"role":"user","content":"Hi"}]"#,
                #"[{"role":"system","content":"A"},{"role":"user","content":"Hi"}]"#
            ),
            (
                .prefixedPrefill, #"[{"role":"user","content":"Hi"},{"role":"assistant","content":"He"}]"#,
                #"[{"role":"user","content":"Hi"},{"role":"assistant","content":"He","prefix":true}]"#
            ),
            (
                .partialPrefill,
                #"[{"role":"user","content":"Hi"},{"reasoning":"r","role":"assistant","content":"He"}]"#,
                #"[{"role":"user","content":"Hi"},{"role":"assistant","content":"He","partial":true}]"#
            ),
            (
                .prefills, #"[{"role":"assistant","content":"He"},{"role":"user","content":"Hi"}]"#,
                #"[{"role":"assistant","content":"He"},{"role":"user","content":"Hi"}]"#
            ),
        ] as [(RequestRewrites, String, String)])
    func conversations(rewrites: RequestRewrites, messages: String, expected: String) throws {
        let sent = try Self.sent(Self.body("", messages: messages)) { $0.rewrites = rewrites }
        #expect(sent["messages"] == (try JSON(expected)))
    }

    @Test("strict is left out of functions and schemas, and of nothing else")
    func strict() throws {
        let members = #"""
            "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object",
              "properties":{"strict":{"type":"string"}}}},"cache_control":{"type":"ephemeral"}}],
            "response_format":{"type":"json_schema","json_schema":{"name":"s","schema":{"strict":1},"strict":true}}
            """#
        let sent = try Self.sent(Self.body(members)) { $0.rewrites = .withoutStrict }
        #expect(
            sent["tools"]
                == (try JSON(
                    #"""
                    [{"type":"function","function":{"name":"f","parameters":{"type":"object",
                      "properties":{"strict":{"type":"string"}}}}}]
                    """#)))
        #expect(
            sent["response_format"]
                == (try JSON(#"{"type":"json_schema","json_schema":{"name":"s","schema":{"strict":1}}}"#)))
    }

    @Test("reasoning is there in every turn of a conversation with tools")
    func placeholder() throws {
        let call = #""tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{}"}}]"#
        let messages = """
            [{"role":"user","content":"Hi"},{"role":"assistant","reasoning":"Hm","content":null,\(call)},
             {"role":"tool","tool_call_id":"1","content":"x"},{"role":"assistant","content":"",\(call)},
             {"role":"tool","tool_call_id":"1","content":"y"},{"role":"assistant","reasoning_content":"","content":"z"},
             {"reasoning":null,"role":"assistant","content":"w"}]
            """
        let sent = try Self.sent(Self.body("", messages: messages)) {
            $0.traits = .wantsReasoningContent
            $0.rewrites = .reasoningPlaceholder
        }
        let texts = sent["messages"].elements.filter { $0["role"].text == "assistant" }.map {
            $0["reasoning_content"].text
        }
        #expect(texts == ["Hm", " ", " ", " "])
        let plain = #"[{"role":"assistant","content":"z"},{"role":"user","content":"Hi"}]"#
        let unchanged = try Self.sent(Self.body("", messages: plain)) { $0.rewrites = .reasoningPlaceholder }
        #expect(unchanged["messages"] == (try JSON(plain)))
    }

    @Test(
        "cache markers are said in the spelling of the host",
        arguments: [
            (#""cache_control":{"type":"ephemeral","ttl":"1h"}"#, [], ""),
            (#""prompt_cache_breakpoint":{"mode":"explicit"}"#, [], ""),
            (
                #""cache_control":{"type":"ephemeral","ttl":"1h"}"#, .takesCacheBreakpoints,
                #""prompt_cache_breakpoint":{"mode":"explicit"}"#
            ),
            (
                #""prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}"#, .takesCacheBreakpoints,
                #""prompt_cache_breakpoint":{"mode":"explicit","ttl":"12h"}"#
            ),
            (
                #""prompt_cache_breakpoint":{"mode":"explicit"}"#, .takesCacheMarkers,
                #""cache_control":{"type":"ephemeral"}"#
            ),
            (
                #""cache_control":{"type":"ephemeral","ttl":"5m"}"#, .takesCacheMarkers,
                #""cache_control":{"type":"ephemeral","ttl":"5m"}"#
            ),
            (
                #""prompt_cache_breakpoint":{"mode":"explicit"}"#, [.takesCacheMarkers, .takesRouterFields],
                #""prompt_cache_breakpoint":{"mode":"explicit"}"#
            ),
            (
                #""cache_control":{"type":"ephemeral"},"prompt_cache_breakpoint":{"mode":"implicit"}"#,
                .takesCacheBreakpoints, #""prompt_cache_breakpoint":{"mode":"explicit"}"#
            ),
            (
                #""prompt_cache_breakpoint":{"mode":"explicit"},"cache_control":{"type":"ephemeral"}"#,
                .takesCacheMarkers, #""cache_control":{"type":"ephemeral"}"#
            ),
        ] as [(String, UpstreamChatTarget.Traits, String)])
    func cacheMarkers(marker: String, traits: UpstreamChatTarget.Traits, expected: String) throws {
        let text = #""type":"text","text":"x""#
        let rest = expected.isEmpty ? "" : "," + expected
        for part in ["{\(text),\(marker)}", "{\(marker),\(text)}", "{ \(marker) , \(text) }"] {
            let messages = "[{\"role\":\"user\",\"content\":[\(part),{\(text)}]}]"
            let sent = try Self.sent(Self.body("", messages: messages)) { $0.traits = traits }
            #expect(sent["messages"][0]["content"] == (try JSON("[{\(text)\(rest)},{\(text)}]")), "\(part)")
        }
    }
}
