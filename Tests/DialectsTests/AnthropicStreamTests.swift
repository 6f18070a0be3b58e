import Accounting
import Completions
import Foundation
import Testing

@testable import Dialects

/// Streams and answers of Anthropic, read and written again.
@Suite struct AnthropicStreamTests {
    @Test(arguments: Fixture.all("anthropic/streams"))
    func streamsAsWritten(fixture: Fixture) throws {
        let options = fixture.has("options") ? try JSON(fixture.text("options")) : .null
        let events = try anthropicEvents(fixture.lines("upstream"))
        let frames = anthropicStream(events, hidesReasoning: options["hides_reasoning"] == .bool(true))
        for frame in frames { #expect(try JSON(frame.data)["type"].text == frame.name) }
        let expected = fixture.lines("downstream")
        #expect(frames.count == expected.count, "\(frames.map(\.data).joined(separator: "\n"))")
        for (frame, line) in zip(frames, expected) { #expect(try JSON(frame.data) == JSON(line), "\(frame.data)") }
        let answer = anthropicAnswer(events, hidesReasoning: options["hides_reasoning"] == .bool(true))
        if fixture.has("answer") { #expect(try JSON(answer) == JSON(fixture.text("answer")), "\(answer)") }
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("anthropic/streams").count >= 8)
    }

    /// What was written is read as what it was written from: nothing is lost between two of this dialect.
    @Test(arguments: Fixture.all("anthropic/streams"))
    func nothingIsLostOnTheWay(fixture: Fixture) throws {
        if fixture.has("options") || fixture.has("broken") { return }
        let events = try anthropicEvents(fixture.lines("upstream"))
        let again = try anthropicEvents(anthropicStream(events).map(\.data))
        #expect(essence(again) == essence(events))
        let whole = try anthropicEvents(answer: anthropicAnswer(events))
        #expect(essence(whole) == essence(events))
    }

    /// Speed has a price of its own; whose capacity served has none.
    @Test(arguments: [
        (#""service_tier":"standard","speed":"fast""#, "fast", "standard"), (#""speed":"fast""#, "fast", "standard"),
        (#""service_tier":"standard","speed":"standard""#, "default", "standard"),
        (#""service_tier":"priority","speed":"standard""#, "priority", "priority"),
    ])
    func speedIsATier(fields: String, tier: String, shown: String) throws {
        let events = try anthropicEvents(
            answer: """
                {"type":"message","id":"msg_1","model":"claude","content":[],"stop_reason":"end_turn","usage":{
                "input_tokens":9,"output_tokens":1,\(fields)}}
                """)
        let tiers = events.compactMap { event in
            if case .serviceTier(let word) = event.content { word } else { nil }
        }
        #expect(tiers == [tier])
        let usage = try JSON(anthropicAnswer(events))["usage"]
        #expect(usage["service_tier"].text == shown)
        #expect(usage["speed"].text == (tier == "fast" ? "fast" : nil))
    }

    @Test func countsAreAnthropics() throws {
        let answer = """
            {"type":"message","id":"msg_1","model":"claude","content":[],"stop_reason":"end_turn","usage":{
            "input_tokens":10,"cache_read_input_tokens":200,"cache_creation_input_tokens":30,
            "cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":10},"output_tokens":5,
            "output_tokens_details":{"thinking_tokens":3},"server_tool_use":{"web_search_requests":2}}}
            """
        let usage = try #require(CompletionAnswer(try anthropicEvents(answer: answer)).usage)
        #expect(usage.prompt == 240)
        #expect(usage.cached == 200)
        #expect(usage.cacheWrite5m == 20)
        #expect(usage.cacheWrite1h == 10)
        #expect(usage.completion == 5)
        #expect(usage.reasoning == 3)
        #expect(usage.webSearches == 2)
        #expect(usage.total == 245)
        let steps = answer.replacingOccurrences(
            of: "\"output_tokens\":5,",
            with: """
                "output_tokens":5,"iterations":[{"type":"compaction","input_tokens":100,"output_tokens":7},
                {"type":"message","input_tokens":10,"cache_read_input_tokens":200,"output_tokens":5}],
                """)
        let sum = try #require(CompletionAnswer(try anthropicEvents(answer: steps)).usage)
        #expect(sum.prompt == 310)
        #expect(sum.completion == 12)
    }

    @Test(
        arguments: [
            (.stop, nil, "end_turn"), (.stop, "stop", "end_turn"), (.stop, "pause_turn", "pause_turn"),
            (.length, "max_tokens", "max_tokens"), (.length, "MAX_TOKENS", "max_tokens"),
            (.toolCalls, "stop", "tool_use"),
            (.toolCalls, "tool_calls", "tool_use"), (.contentFilter, "SAFETY", "refusal"),
            (.length, "model_context_window_exceeded", "model_context_window_exceeded"),
        ] as [(FinishReason, String?, String)])
    func reasonsAreThisDialects(reason: FinishReason, native: String?, word: String) throws {
        let frames = anthropicStream([
            CompletionEvent(.text("a")), CompletionEvent(.finished(reason, native: native)),
        ])
        #expect(try JSON(frames[frames.count - 2].data)["delta"]["stop_reason"].text == word)
    }

    @Test func errorsInsideAStreamSayTheirStatus() throws {
        let events = try anthropicEvents([
            #"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"late"}}"#,
        ])
        #expect(
            events == [
                CompletionEvent(.failed(AnswerError(status: 529, type: "overloaded_error", message: "Overloaded")))
            ])
    }

    @Test func aStreamThatIsCutHasNoEnd() throws {
        let events = try anthropicEvents([
            #"{"type":"message_start","message":{"id":"m","content":[],"usage":{"input_tokens":3,"output_tokens":1}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hel"}}"#,
        ])
        #expect(CompletionAnswer(events).choices.first?.finishReason == nil)
        #expect(CompletionAnswer(events).usage?.prompt == 3)
        let second = try anthropicEvents([
            #"{"type":"message_start","message":{"id":"m","content":[]}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"a"}}"#,
            #"{"type":"message_start","message":{"id":"n","content":[]}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"b"}}"#,
        ])
        #expect(CompletionAnswer(second).error?.status == 502)
        #expect(CompletionAnswer(second).choices[0].items == [.text(TextItem("a"))])
    }

    @Test func whatIsNoMessageFails() throws {
        for body in ["{}", "[]", "5", #"{"type":"message"}"#, #"{"content":"text"}"#] {
            #expect(CompletionAnswer(try anthropicEvents(answer: body)).error?.status == 502, "\(body)")
        }
        let error = CompletionAnswer(try anthropicEvents(answer: #"{"error":"quota"}"#)).error
        #expect(error?.message == "quota")
    }
}
