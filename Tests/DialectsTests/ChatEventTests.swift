import Accounting
import Completions
import Testing

@testable import Dialects

/// Streams through events and out again, against the stream that is spliced.
@Suite struct ChatEventTests {
    /// What a client joins from our chunks is the same whether they were spliced or written.
    @Test(arguments: Fixture.all("streams"))
    func writesWhatTheSpliceWrites(fixture: Fixture) throws {
        let options = fixture.has("options") ? try JSON(fixture.text("options")) : .null
        let stamp = options["text"] == .bool(true) ? testTextStamp : testStamp
        let hides = options["hides_reasoning"] == .bool(true)
        var spliced = Transcript()
        for line in fixture.lines("downstream") where line != "-" { spliced.add(try JSON(line)) }
        let events = try chatEvents(fixture.lines("upstream"))
        var written = Transcript()
        for payload in chatChunks(events, hidesReasoning: hides, stamp: stamp) { written.add(try JSON(payload)) }
        // A legacy host says what it says as text; a seal without a text is no words.
        #expect(written.withoutEnd == spliced.withoutEnd)
        let state = try JSON(fixture.text("state"))
        let answer = CompletionAnswer(events)
        #expect(answer.choices.first?.finishReason.map { "\($0.wireName)" } == state["finish"].text)
        #expect(answer.choices.first?.nativeFinishReason == state["native"].text)
        #expect(answer.usage.map { Int64($0.prompt) } == state["prompt"].number)
        #expect(answer.usage.map { Int64($0.completion) } == state["completion"].number)
        if let tier = state["tier"].text { #expect(answer.serviceTier == tier) }
    }

    /// A plain answer gives the same message, spliced or written.
    @Test(arguments: Fixture.all("answers"))
    func answersWhatTheSpliceAnswers(fixture: Fixture) throws {
        let options = fixture.has("options") ? try JSON(fixture.text("options")) : .null
        let stamp = options["text"] == .bool(true) ? testTextStamp : testStamp
        let answer = try chatAnswer(fixture.text("upstream"))
        let text = chatAnswerBody(answer, hidesReasoning: options["hides_reasoning"] == .bool(true), stamp: stamp)
        let actual = try JSON(text)
        let expected = try JSON(fixture.text("downstream"))
        #expect(actual["usage"] == expected["usage"])
        #expect(actual["choices"].elements.count == expected["choices"].elements.count)
        for (choice, other) in zip(actual["choices"].elements, expected["choices"].elements) {
            #expect(choice["finish_reason"] == other["finish_reason"], "\(text)")
            #expect(choice["native_finish_reason"] == other["native_finish_reason"], "\(text)")
            #expect(choice["text"] == other["text"])
            for member in ["content", "reasoning", "refusal"] {
                #expect(
                    choice["message"][member].text ?? "" == other["message"][member].text ?? "", "\(member): \(text)")
            }
            // Events know no difference between no arguments and none, and clients parse what they get.
            let arguments = { (message: JSON) -> [String] in
                message["tool_calls"].elements.map { $0["function"]["arguments"].text ?? "" }.map {
                    $0.isEmpty ? "{}" : $0
                }
            }
            #expect(arguments(choice["message"]) == arguments(other["message"]), "\(text)")
        }
    }

    @Test func toolCallsBeginOnceWhateverTheHostDoes() throws {
        let fixture = try #require(Fixture.all("streams").first { $0.name == "tool-calls-odd" })
        let answer = CompletionAnswer(try chatEvents(fixture.lines("upstream")))
        let calls = try #require(answer.choices.first).items
        let expected: [MessageItem] = [
            .toolCall(ToolCallItem(id: "call_AbCdEfGhIjKlMnOpQrSt00", name: "a", arguments: "{}")),
            .toolCall(ToolCallItem(id: "call_b", name: "b", arguments: "1")),
            .toolCall(ToolCallItem(id: "call_c", name: "c", arguments: #"{"k":"v\n"}"#)),
        ]
        #expect(calls == expected)
    }

    /// One call's name comes behind the next call's: the events are those of a host that sends each call by itself.
    @Test func callsBeginInTheirOrderHoweverLateTheirNamesCome() throws {
        let named = try Self.events([
            #"{"index":0,"id":"a","function":{"arguments":"{\"x\""}}"#,
            #"{"index":1,"id":"b","function":{"name":"g","arguments":"{}"}}"#,
            #"{"index":1,"function":{"arguments":" "}}"#,
            #"{"index":0,"function":{"name":"f","arguments":":1}"}}"#,
            #"{"index":1,"function":{"arguments":" "}}"#,
        ])
        let expected: [CompletionEvent.Content] = [
            .began(id: nil, model: nil), .toolCall(slot: 0, kind: .function, id: "a", name: "f"),
            .toolArguments(slot: 0, #"{"x":1}"#), .toolCall(slot: 1, kind: .function, id: "b", name: "g"),
            .toolArguments(slot: 1, "{} "), .toolArguments(slot: 1, " "),
        ]
        #expect(named == expected)
        let nameless = try Self.events([
            #"{"index":0,"id":"a","function":{"arguments":"1"}}"#, #"{"index":1,"id":"b","function":{"name":"g"}}"#,
        ])
        #expect(
            nameless.dropFirst() == [
                .toolCall(slot: 0, kind: .function, id: "a", name: ""), .toolArguments(slot: 0, "1"),
                .toolCall(slot: 1, kind: .function, id: "b", name: "g"),
            ])
    }

    /// What seals a call stands behind its beginning.
    @Test func sealsWaitForTheirCalls() throws {
        let seal = #"{"type":"reasoning.encrypted","data":"c2VhbA==","id":"a","format":"google-gemini-v1"}"#
        let events = try chatEvents([
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{}}]}}]}"#,
            #"{"choices":[{"index":0,"delta":{"reasoning_details":[\#(seal)]}}]}"#,
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"name":"f"}}]}}]}"#,
        ])
        #expect(
            events.map(\.content).dropFirst() == [
                .toolCall(slot: 0, kind: .function, id: "a", name: "f"), .toolSignature(slot: 0, "c2VhbA=="),
            ])
    }

    /// What a host's deltas of calls come to, each in a chunk of its own.
    private static func events(_ calls: [String]) throws -> [CompletionEvent.Content] {
        try chatEvents(calls.map { #"{"choices":[{"index":0,"delta":{"tool_calls":[\#($0)]}}]}"# }).map(\.content)
    }

    @Test func nothingIsReadBehindAnError() throws {
        let text = #"{"id":"1","choices":[{"index":0,"delta":{"content":"x"},"finish_reason":null}]}"#
        let call = #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{}}]}}]}"#
        let events = try chatEvents([text, call, #"{"error":{"message":"boom"}}"#, text, call])
        #expect(events.count == 3)
        guard case .failed(let error)? = events.last?.content else { throw Unexpected() }
        #expect(error.message == "boom")
    }

    /// Lists of another shape would end up inside of lists.
    @Test(arguments: [#"{"token":["x"]}"#, #""x""#, "[]", "null"])
    func probabilitiesAreAList(content: String) throws {
        let events = try chatEvents([
            #"{"choices":[{"index":0,"delta":{"content":"x"},"logprobs":{"content":\#(content)}}]}"#
        ])
        #expect(events.map(\.content) == [.began(id: nil, model: nil), .text("x")])
    }

    @Test func anAnswerBeginsWhenItIsNamed() throws {
        let events = try chatEvents([
            #"{"id":"","model":"","choices":[],"prompt_filter_results":[]}"#,
            #"{"id":"chatcmpl-1","model":"gpt","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#,
            #"{"id":"chatcmpl-2","model":"gpt","choices":[{"index":0,"delta":{"content":"x"}}]}"#,
        ])
        #expect(events.map(\.content) == [.began(id: "chatcmpl-1", model: "gpt"), .text("x")])
    }

    @Test func namesComeBackAsTheCallerGaveThem() throws {
        var translation = Translation()
        let sent = translation.names.sent(for: "my.tool", atMost: 64) { $0 != UInt8(ascii: ".") }
        let events = try chatEvents(
            [
                #"{"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","function":{"name":"\#(sent)","arguments":""}}]}}]}"#
            ], translation)
        #expect(events.last?.content == .toolCall(slot: 0, kind: .function, id: "c", name: "my.tool"))
    }

    @Test func legacyAndFreeformCallsAreCalls() throws {
        let legacy = CompletionAnswer(
            try chatEvents([
                #"{"id":"x1","choices":[{"index":0,"delta":{"function_call":{"name":"f","arguments":""}}}]}"#,
                #"{"id":"x1","choices":[{"index":0,"delta":{"function_call":{"arguments":"{}"}}}]}"#,
                #"{"id":"x1","choices":[{"index":0,"delta":{},"finish_reason":"function_call"}]}"#,
            ]))
        #expect(legacy.choices[0].items == [.toolCall(ToolCallItem(id: "call_x100", name: "f", arguments: "{}"))])
        #expect(legacy.choices[0].finishReason == .toolCalls)
        let freeform = CompletionAnswer(
            try chatEvents([
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"custom","custom":{"name":"g","input":"a"}}]}}]}"#,
                #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":"b"}}]}}]}"#,
            ]))
        #expect(freeform.choices[0].items == [.toolCall(ToolCallItem(.custom, id: "c", name: "g", arguments: "ab"))])
    }

    /// Snowflake sends every member that there is.
    @Test func membersWithNothingInThemAreNone() throws {
        let answer = try chatAnswer(
            #"""
            {"id":"","service_tier":"","system_fingerprint":"","choices":[{"index":0,"finish_reason":"","message":{
            "role":"assistant","content":"x","function_call":{"name":"","arguments":""},"tool_calls":null,"refusal":"",
            "audio":{"id":"","data":"","transcript":"","expires_at":0}}}]}
            """#)
        let choice = try #require(answer.choices.first)
        #expect(choice.items == [.text(TextItem("x"))] && choice.audio == nil && choice.finishReason == .stop)
        #expect(answer.serviceTier == nil && answer.fingerprint == nil && answer.id == nil)
    }

    @Test func sealsOfCallsAreSignatures() throws {
        let detail = #"{"type":"reasoning.encrypted","data":"c2VhbA==","id":"c","format":"google-gemini-v1","index":1}"#
        let payload =
            #"{"choices":[{"index":0,"delta":{"content":"","reasoning_details":[\#(detail)],"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}"#
        let events = try chatEvents([payload])
        #expect(events.last?.content == .toolSignature(slot: 0, "c2VhbA=="))
        let chunks = try chatChunks(events).map { try JSON($0) }
        let last = try #require(chunks.last)["choices"][0]["delta"]["reasoning_details"][0]
        #expect(last["data"] == .string("c2VhbA==") && last["id"] == .string("c"))
        #expect(last["format"] == .string("google-gemini-v1"))
    }

    /// Perplexity repeats its sources in every chunk; other hosts annotate.
    @Test func sourcesAreCitedOnce() throws {
        let payload =
            #"{"citations":["https://a.example"],"search_results":[{"title":"A","url":"https://a.example"}],"choices":[{"index":0,"delta":{"content":"x"}}]}"#
        let answer = CompletionAnswer(try chatEvents([payload, payload]))
        guard case .text(let item)? = answer.choices[0].items.first else { throw Unexpected() }
        #expect(item.citations == [Citation(url: "https://a.example", title: "A")])
    }

    @Test func imagesSpeechAndProbabilitiesPass() throws {
        let events = try chatEvents([
            #"{"choices":[{"index":0,"delta":{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}}]}"#,
            #"{"choices":[{"index":0,"delta":{"audio":{"id":"a","data":"UklG","transcript":"Hi","expires_at":7}}}]}"#,
            #"{"choices":[{"index":0,"delta":{"content":"x"},"logprobs":{"content":[{"token":"x","logprob":-1}]}}]}"#,
        ])
        let answer = CompletionAnswer(events)
        let choice = try #require(answer.choices.first)
        #expect(choice.items.first == .image(MediaItem(.base64("AAAA"), mediaType: "image/png")))
        #expect(choice.audio?.data == "UklG" && choice.audio?.transcript == "Hi" && choice.audio?.expiresAt == 7)
        let chunks = try chatChunks(events).map { try JSON($0)["choices"][0] }
        #expect(chunks[0]["delta"]["images"][0]["image_url"]["url"] == .string("data:image/png;base64,AAAA"))
        #expect(chunks[1]["delta"]["audio"]["expires_at"] == .integer(7))
        #expect(chunks[3]["logprobs"]["content"][0]["token"] == .string("x"))
        let body = try JSON(chatAnswerBody(answer))["choices"][0]
        #expect(body["message"]["images"][0]["image_url"]["url"] == .string("data:image/png;base64,AAAA"))
        #expect(body["message"]["audio"]["data"] == .string("UklG"))
        #expect(body["logprobs"]["content"][0]["logprob"] == .integer(-1))
    }

    @Test(
        arguments: [
            (#"{"error":{"message":"boom","code":"rate_limit_exceeded","type":"x"}}"#, "rate_limit_exceeded"),
            (#"{"error":{"message":"boom","code":429,"type":"too_many"}}"#, "too_many"),
            (#"{"choices":[{"index":0,"delta":{"content":"boom"},"finish_reason":"network_error"}]}"#, "network_error"),
            (#"{"detail":"boom"}"#, nil), (#"{"object":"error","message":"boom","code":503}"#, "503"),
            (#"[{"error":{"code":400,"message":"boom","status":"INVALID"}}]"#, "400"),
            (#"{"choices":[{"index":0,"delta":{"content":"x"},"error":{"message":"boom"}}]}"#, nil),
            (#"{"x_groq":{"error":"boom"},"choices":[{"index":0,"delta":{}}]}"#, nil),
        ] as [(String, String?)])
    func errorsEndTheAnswer(payload: String, type: String?) throws {
        let events = try chatEvents([payload])
        guard case .failed(let error)? = events.last?.content else { throw Unexpected() }
        #expect(error.type == type)
        #expect(events.allSatisfy { !$0.isOutput }, "nothing of a broken event is shown")
    }

    @Test(arguments: [#"{}"#, #"{"choices":[]}"#, #"{"choices":{}}"#, "5", "[]"])
    func whatIsNoAnswerFails(body: String) throws {
        #expect(try chatAnswer(body).error != nil)
    }

    private struct Unexpected: Error {}
}

/// What a client joins of chunks: texts, details by index, calls by index.
struct Transcript: Equatable {
    var text = ""
    var reasoning = ""
    var refusal = ""
    var details: [Detail] = []
    var calls: [Call] = []
    var finish: String?

    struct Detail: Equatable {
        var index: Int64?
        var type: String?
        var text: String
        var signature: String?
        var format: String?
    }

    struct Call: Equatable {
        var index: Int64?
        var id: String?
        var name: String
        var arguments: String
    }

    var withoutEnd: Transcript {
        var copy = self
        copy.finish = nil
        // Pieces of one thought may be one piece or several; which block they belong to may not differ.
        copy.details = []
        return copy
    }

    mutating func add(_ payload: JSON) {
        for choice in payload["choices"].elements { add(choice: choice) }
    }

    private mutating func add(choice: JSON) {
        if let reason = choice["finish_reason"].text { finish = reason }
        let delta = choice["delta"]
        text += delta["content"].text ?? choice["text"].text ?? ""
        reasoning += delta["reasoning"].text ?? ""
        refusal += delta["refusal"].text ?? ""
        for detail in delta["reasoning_details"].elements { add(detail: detail) }
        for call in delta["tool_calls"].elements {
            let index = call["index"].number
            if !calls.contains(where: { $0.index == index }) {
                calls.append(Call(index: index, id: call["id"].text, name: "", arguments: ""))
            }
            let place = calls.firstIndex { $0.index == index } ?? 0
            calls[place].name += call["function"]["name"].text ?? ""
            calls[place].arguments += call["function"]["arguments"].text ?? ""
        }
    }

    private mutating func add(detail: JSON) {
        let index = detail["index"].number
        let text = detail["text"].text ?? detail["summary"].text ?? detail["data"].text ?? ""
        let place = details.firstIndex { $0.index == index && $0.type == detail["type"].text }
        guard let place else {
            details.append(
                Detail(
                    index: index, type: detail["type"].text, text: text, signature: detail["signature"].text,
                    format: detail["format"].text))
            return
        }
        details[place].text += text
        details[place].signature = detail["signature"].text ?? details[place].signature
    }
}
