import Completions
import Testing

@testable import Dialects

/// Requests of callers of other dialects, written for Anthropic.
@Suite struct AnthropicTranslationTests {
    private func body(
        for target: TranslationTarget = capableClaude, _ change: (inout CanonicalRequest) -> Void
    ) throws -> (json: JSON, translation: Translation) {
        var request = CanonicalRequest()
        request.messages = [Message(.user, [.text(TextItem("Hi"))])]
        change(&request)
        let result = try writeMessages(request, for: target)
        return (try JSON(result.body), result.translation)
    }

    private func turns(_ messages: [Message], for target: TranslationTarget = capableClaude) throws -> [JSON] {
        try body(for: target) { $0.messages = messages }.json["messages"].elements
    }

    private func text(_ text: String) -> MessageItem { .text(TextItem(text)) }

    private func call(_ id: String, _ name: String = "f", _ arguments: String = "{}") -> MessageItem {
        .toolCall(ToolCallItem(id: id, name: name, arguments: arguments))
    }

    private func result(_ id: String, _ said: String) -> Message {
        Message(.tool, [.toolResult(ToolResultItem(callID: id, content: [text(said)]))])
    }

    @Test func resultsOfParallelCallsStandFirstInOneTurn() throws {
        let turns = try turns([
            Message(.user, [text("a")]), Message(.assistant, [call("x"), call("y")]), result("x", "1"),
            Message(.system, [text("note")]), result("y", "2"), Message(.user, [text("b")]),
        ])
        #expect(turns.map { $0["role"].text } == ["user", "assistant", "user"])
        let blocks = turns[2]["content"].elements
        #expect(
            blocks.map { $0["tool_use_id"].text ?? $0["text"].text } == [
                "x", "y", "Note from the operator of this conversation:", "note", "b",
            ])
    }

    @Test func callsWithoutResultsAndResultsWithoutCallsAreMended() throws {
        let turns = try turns([
            Message(.user, [text("a")]), Message(.assistant, [call("x")]), Message(.user, [text("b")]),
            result("nobody", "lost"),
        ])
        #expect(turns.count == 3)
        let blocks = turns[2]["content"].elements
        #expect(blocks[0]["tool_use_id"].text == "x")
        #expect(blocks[0]["is_error"] == .bool(true))
        #expect(blocks.dropFirst().map(\.["text"].text) == ["b", "Result of the tool call nobody:", "lost"])
    }

    @Test func systemMessagesStayInTheirPlace() throws {
        let messages = [
            Message(.developer, [text("first")]), Message(.user, [text("a")]), Message(.system, [text("later")]),
            Message(.assistant, [text("b")]), Message(.user, [text("c")]),
        ]
        let able = try body { $0.messages = messages }.json
        #expect(able["system"][0]["text"].text == "first")
        #expect(able["messages"].elements.map { $0["role"].text } == ["user", "system", "assistant", "user"])
        var target = capableClaude
        target.abilities.remove(.systemAnywhere)
        let unable = try turns(messages, for: target)
        #expect(unable.map { $0["role"].text } == ["user", "assistant", "user"])
        #expect(unable[0]["content"].elements.map(\.["text"].text).last == "later")
    }

    @Test func emptyTextIsLeftOutAndTurnsAreMerged() throws {
        let turns = try turns([
            Message(.assistant, [text("hello")]), Message(.user, [text(" "), text("a")]), Message(.user, [text("b")]),
            Message(.assistant, [text("")]), Message(.user, [text("c")], name: "Eve"),
        ])
        #expect(turns.map { $0["role"].text } == ["user", "assistant", "user"])
        #expect(turns[0]["content"][0]["text"].text == ".")
        #expect(turns[2]["content"].elements.map(\.["text"].text) == ["a", "b", "Eve: c"])
    }

    @Test func onlySealedThoughtsOfThisFamilyGoBack() throws {
        let family = "anthropic-claude-v1"
        let turns = try turns([
            Message(.user, [text("a")]),
            Message(
                .assistant,
                [
                    .reasoning(ReasoningItem(.text, text: "t1", signature: "s1", format: family)),
                    .reasoning(ReasoningItem(.text, text: "unsealed", format: family)),
                    .reasoning(ReasoningItem(.encrypted, data: "d", format: family)),
                    .reasoning(ReasoningItem(.encrypted, data: "e", format: "openai-responses-v1")), call("x"),
                ]), result("x", "1"),
        ])
        let blocks = turns[1]["content"].elements
        #expect(blocks.map { $0["type"].text } == ["thinking", "redacted_thinking", "tool_use"])
        #expect(blocks[0]["signature"].text == "s1")
        #expect(blocks[1]["data"].text == "d")
    }

    @Test func namesAndIDsKeepTheRules() throws {
        let long = String(repeating: "n", count: 140)
        let result = try body {
            $0.tools = [Tool(name: "a.b"), Tool(name: "a/b"), Tool(name: long)]
            $0.toolChoice = .named("a/b")
            $0.messages += [
                Message(.assistant, [call("functions.f:0", "a.b"), call("functions.f:0", "a/b")]),
                self.result("functions.f:0", "1"),
            ]
        }
        #expect(result.json["tools"].elements.map(\.["name"].text) == ["a_b", "a_b_2", String(long.prefix(128))])
        #expect(result.json["tool_choice"]["name"].text == "a_b_2")
        let calls = result.json["messages"][1]["content"].elements
        #expect(calls.map { $0["id"].text } == ["functions_f_0", "functions_f_0_2"])
        #expect(calls.map { $0["name"].text } == ["a_b", "a_b_2"])
        #expect(result.translation.names.original(of: "a_b_2") == "a/b")
        let events = try anthropicEvents(
            answer: #"{"type":"message","content":[{"type":"tool_use","id":"toolu_1","name":"a_b_2","input":{}}]}"#,
            translation: result.translation)
        #expect(events.contains(CompletionEvent(.toolCall(slot: 0, kind: .function, id: "toolu_1", name: "a/b"))))
    }

    @Test func argumentsAreObjects() throws {
        let turns = try turns([
            Message(.user, [text("a")]),
            Message(
                .assistant,
                [call("1", "f", ""), call("2", "f", "null"), call("3", "f", "{\"a\": [1 ]}"), call("4", "f", "{oops")]),
        ])
        let inputs = turns[1]["content"].elements.map { $0["input"] }
        #expect(inputs == [.object([:]), .object([:]), try JSON("{\"a\":[1]}"), try JSON("{\"arguments\":\"{oops\"}")])
    }

    @Test func freeformToolsAreWrapped() throws {
        let result = try body {
            $0.tools = [Tool(.custom(format: nil), name: "patch", description: "Patches")]
            $0.messages += [
                Message(.assistant, [.toolCall(ToolCallItem(.custom, id: "c", name: "patch", arguments: "*** \"x\""))])
            ]
        }
        #expect(result.json["tools"][0]["input_schema"]["properties"]["input"]["type"].text == "string")
        #expect(result.json["messages"][1]["content"][0]["input"]["input"].text == "*** \"x\"")
        let events = try anthropicEvents(
            [
                #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t","name":"patch","input":{}}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{\"input\":\"a\\"}}"#,
                #"{"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"nb\"}"}}"#,
                #"{"type":"content_block_stop","index":0}"#,
            ], translation: result.translation)
        #expect(
            events == [
                CompletionEvent(.toolCall(slot: 0, kind: .custom, id: "t", name: "patch")),
                CompletionEvent(.toolArguments(slot: 0, "a\nb")),
            ])
    }

    @Test func historyWithCallsHasTools() throws {
        let json = try body { $0.messages += [Message(.assistant, [call("x")]), self.result("x", "1")] }.json
        #expect(json["tools"].elements.count == 1)
        #expect(json["tool_choice"]["type"].text == "none")
    }

    @Test func parametersWithoutAWordAreNamed() throws {
        let result = try body {
            $0.sampling.seed = 1
            $0.sampling.temperature = 0.5
            $0.sampling.minP = 0.1
            $0.sampling.frequencyPenalty = 1
            $0.choiceCount = 2
            $0.wantsLogprobs = true
            $0.promptCacheKey = "k"
            $0.user = "me@example.com"
            $0.stop = ["END", "\n"]
        }
        #expect(
            result.translation.dropped == [
                "temperature", "min_p", "frequency_penalty", "seed", "n", "logprobs", "prompt_cache_key", "user",
                "stop",
            ])
        #expect(result.json["stop_sequences"] == .array([.string("END")]))
        #expect(result.json["temperature"] == .null)
        let old = try body(for: budgetClaude) {
            $0.sampling.temperature = 1.7
            $0.sampling.topP = 0.5
            $0.user = "u-1"
        }
        #expect(old.json["temperature"] == .integer(1))
        #expect(old.json["metadata"]["user_id"].text == "u-1")
        #expect(old.translation.dropped == ["top_p"])
    }

    @Test func limitsAreKept() throws {
        #expect(try body { $0.maxTokens = 1_000_000 }.json["max_tokens"] == .integer(64_000))
        #expect(try body { _ in }.json["max_tokens"] == .integer(64_000))
        let unknown = TranslationTarget(model: "m", isStream: true, abilities: [])
        let json = try body(for: unknown) { _ in }.json
        #expect(json["max_tokens"] == .integer(4096))
        #expect(json["stream"] == .bool(true))
    }

    @Test func theBeginningOfAnAnswerIsOnlyForModelsThatTakeIt() throws {
        let messages = [Message(.user, [text("a")]), Message(.assistant, [text("I say: \n")])]
        #expect(try turns(messages)[1]["content"][0]["text"].text == "I say:")
        var target = capableClaude
        target.abilities.remove(.prefill)
        let error = #expect(throws: APIError.self) { try turns(messages, for: target) }
        #expect(error?.param == "messages")
        #expect(
            try body { request in
                request.messages = messages
                request.reasoning.effort = .high
            }.translation.dropped == ["reasoning"])
    }

    @Test func cloudsNameTheVersionInTheBody() throws {
        var target = capableClaude
        target.platform = .vertex
        #expect(try body(for: target) { _ in }.json["anthropic_version"].text == "vertex-2023-10-16")
        target.platform = .bedrock
        target.isStream = true
        let json = try body(for: target) { _ in }.json
        #expect(json["anthropic_version"].text == "bedrock-2023-05-31")
        #expect(json["model"] == .null)
        #expect(json["stream"] == .null)
    }
}
