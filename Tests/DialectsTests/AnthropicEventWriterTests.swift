import Accounting
import Buffers
import Completions
import Foundation
import Testing

@testable import Dialects

/// Answers of other families as streams of the Messages API.
@Suite struct AnthropicEventWriterTests {
    /// A short form of a stream: each block with what it came to.
    private func outline(_ events: [CompletionEvent], hidesReasoning: Bool = false) throws -> [String] {
        var lines: [String] = []
        var open: Int64?
        for frame in anthropicStream(events, hidesReasoning: hidesReasoning) {
            let json = try JSON(frame.data)
            switch frame.name {
            case "content_block_start":
                #expect(open == nil, "one block at a time")
                open = json["index"].number
                #expect(open == Int64(lines.count))
                let block = json["content_block"]
                lines.append([block["type"].text, block["name"].text].compactMap { $0 }.joined(separator: " ") + ":")
            case "content_block_delta":
                #expect(json["index"].number == open)
                let delta = json["delta"]
                let text =
                    delta["text"].text ?? delta["thinking"].text ?? delta["partial_json"].text
                    ?? delta["signature"].text.map { "<\($0)>" } ?? "(\(delta["citation"]["url"].text ?? ""))"
                lines[lines.count - 1] += text
            case "content_block_stop":
                #expect(json["index"].number == open)
                open = nil
            default: break
            }
        }
        #expect(open == nil)
        return lines
    }

    private func call(_ slot: Int, _ name: String) -> CompletionEvent {
        CompletionEvent(.toolCall(slot: slot, kind: .function, id: "call_\(slot)", name: name))
    }

    private func arguments(_ slot: Int, _ text: String) -> CompletionEvent {
        CompletionEvent(.toolArguments(slot: slot, text))
    }

    @Test func interleavedCallsAreWrittenOneBehindTheOther() throws {
        #expect(
            try outline([
                CompletionEvent(.text("Let me")), CompletionEvent(.text(" see.")), call(0, "a"), call(1, "b"),
                arguments(1, "{\"y\":"), arguments(0, "{\"x\":\"}"), arguments(1, "2}"), call(2, "c"),
                arguments(0, "\"}"), CompletionEvent(.text("done")),
            ]) == ["text:Let me see.", "tool_use a:{\"x\":\"}\"}", "tool_use b:{\"y\":2}", "tool_use c:", "text:done"])
    }

    @Test func theFirstCallFlowsWhileTheOthersWait() {
        var writer = AnthropicEventWriter(stamp: testStamp, hidesReasoning: false)
        var seen = ByteBuffer()
        for event in [call(0, "a"), arguments(0, "{\"x\":"), call(1, "b"), arguments(1, "{}")] {
            writer.write(event, into: &seen)
        }
        #expect(seen.text.contains("{\\\"x\\\":"))
        #expect(!seen.text.contains("\"name\":\"b\""))
        writer.write(arguments(0, "1}"), into: &seen)
        #expect(seen.text.contains("\"name\":\"b\""))
    }

    @Test func reasoningOfOtherFamiliesIsSealedAndComesBack() throws {
        let pieces = [
            ReasoningItem(.text, text: "plain", format: "unknown"),
            ReasoningItem(.summary, text: "sum", id: "rs_1", format: "openai-responses-v1", index: 1),
            ReasoningItem(.encrypted, data: "secret", id: "rs_1", format: "openai-responses-v1", index: 2),
            ReasoningItem(.text, text: "own", signature: "sig", format: "anthropic-claude-v1", index: 3),
            ReasoningItem(.encrypted, data: "red", format: "anthropic-claude-v1", index: 4),
        ]
        let events = pieces.map { CompletionEvent(.reasoning($0)) }
        let text = anthropicAnswer(events + [call(0, "f"), arguments(0, "{}")])
        let answer = try JSON(text)
        #expect(
            answer["content"].elements.map { $0["type"].text } == [
                "thinking", "thinking", "redacted_thinking", "thinking", "redacted_thinking", "tool_use",
            ])
        let start = try #require(text.range(of: "[{")).lowerBound
        let end = try #require(text.range(of: ",\"stop_reason\"")).lowerBound
        let content = text[start..<end]
        let request = try readMessages(#"{"model":"m","messages":[{"role":"assistant","content":\#(content)}]}"#)
        var expected = pieces
        expected[3].index = nil
        expected[4].index = nil
        #expect(request.messages[0].items.dropLast() == expected.map { .reasoning($0) }[...])
        #expect(
            try outline(events).map { String($0.prefix(14)) } == [
                "thinking:plain", "thinking:sum<m", "redacted_think", "thinking:own<s", "redacted_think",
            ])
    }

    @Test func hiddenThoughtsKeepTheirSeal() throws {
        let events = [
            CompletionEvent(.reasoning(ReasoningItem(.text, text: "a", format: "anthropic-claude-v1", index: 0))),
            CompletionEvent(
                .reasoning(ReasoningItem(.text, text: "b", signature: "s", format: "anthropic-claude-v1", index: 0))),
            CompletionEvent(.reasoning(ReasoningItem(.text, text: "unsealed", format: "unknown", index: 1))),
            CompletionEvent(.text("said")),
        ]
        #expect(try outline(events, hidesReasoning: true) == ["thinking:<s>", "text:said"])
        #expect(try outline(events) == ["thinking:ab<s>", "thinking:unsealed", "text:said"])
        let answer = try JSON(anthropicAnswer(events, hidesReasoning: true))
        #expect(answer["content"].elements.map { $0["thinking"].text } == ["", nil])
    }

    @Test func citationsRefusalsAndMediaHaveTheirPlace() throws {
        let events = [
            CompletionEvent(.text("A")), CompletionEvent(.citation(Citation(url: "https://a", title: "t"))),
            CompletionEvent(.text("B")), CompletionEvent(.refusal("I will ")), CompletionEvent(.refusal("not.")),
            CompletionEvent(.media(.image(MediaItem(.base64("iVBORw0KGgoAAA"), mediaType: "image/png")))),
            CompletionEvent(.audio(id: "1", data: "AAAA", transcript: "heard", expiresAt: nil)),
            CompletionEvent(.finished(.stop, native: "stop")),
        ]
        #expect(try outline(events) == ["text:A(https://a)", "text:B", "image:", "text:heard"])
        let answer = try JSON(anthropicAnswer(events))
        #expect(answer["stop_reason"].text == "refusal")
        #expect(answer["stop_details"]["explanation"].text == "I will not.")
        #expect(answer["content"][0]["citations"][0]["url"].text == "https://a")
        #expect(answer["content"][2]["source"]["media_type"].text == "image/png")
    }

    @Test func freeformCallsAreWrapped() throws {
        let events = [
            CompletionEvent(.toolCall(slot: 0, kind: .custom, id: "c", name: "patch")), arguments(0, "a\""),
            arguments(0, "\nb"), call(1, "f"), arguments(1, "{}"),
        ]
        #expect(try outline(events) == [#"tool_use patch:{"input":"a\"\nb"}"#, "tool_use f:{}"])
        #expect(try JSON(anthropicAnswer(events))["content"][0]["input"]["input"].text == "a\"\nb")
    }

    @Test func nothingButTheEnd() throws {
        let frames = anthropicStream([CompletionEvent(.finished(.stop, native: nil))])
        #expect(frames.map(\.name) == ["message_start", "message_delta", "message_stop"])
    }

    @Test func brokenStreamsEndWithTheirError() throws {
        let frames = anthropicStream([
            CompletionEvent(.text("Hel")), CompletionEvent(.failed(AnswerError(status: 529, message: "gone"))),
        ])
        #expect(frames.map(\.name) == ["message_start", "content_block_start", "content_block_delta", "error"])
        let error = try JSON(frames[3].data)
        #expect(error["error"]["type"].text == "api_error")
        #expect(error["error"]["error_type"].text == "provider_unavailable")
        #expect(error["request_id"].text == testStamp.id)
        let ended = anthropicStream([CompletionEvent(.text("a")), CompletionEvent(.finished(.error, native: "error"))])
        #expect(ended.last?.name == "error")
    }

    @Test(
        arguments: [
            (.authentication, "authentication_error"), (.permissionDenied, "permission_error"),
            (.paymentRequired, "billing_error"), (.notFound, "not_found_error"), (.imageNotFound, "not_found_error"),
            (.rateLimitExceeded, "rate_limit_error"), (.providerOverloaded, "overloaded_error"),
            (.timeout, "timeout_error"), (.invalidRequest, "invalid_request_error"), (.server, "api_error"),
            (.providerUnavailable, "api_error"), (.contextLengthExceeded, "invalid_request_error"),
        ] as [(ErrorType, String)])
    func errorsHaveThisDialectsTypes(type: ErrorType, word: String) throws {
        let error = APIError(type, "It is so.", param: "model")
        let json = try JSON(written { AnthropicErrorEnvelope.write(error, generation: nil, into: &$0) })
        let message = type == .contextLengthExceeded ? "prompt is too long: It is so." : "It is so."
        #expect(
            json
                == .object([
                    "type": .string("error"), "request_id": .null,
                    "error": .object([
                        "type": .string(word), "message": .string(message), "error_type": .string("\(type.wireName)"),
                        "param": .string("model"),
                    ]),
                ]))
    }

    @Test func countsAndModels() throws {
        #expect(written { AnthropicTokenCount.write(42, into: &$0) } == #"{"input_tokens":42}"#)
        let models = [
            AnthropicModelList.Entry(
                id: "a/b", displayName: "A: B", created: 1_709_210_096, contextLength: 9, maxOutputTokens: 8),
            AnthropicModelList.Entry(id: "c", displayName: "C", created: 0),
        ]
        let json = try JSON(written { AnthropicModelList.write(models, hasMore: false, into: &$0) })
        #expect(json["first_id"].text == "a/b")
        #expect(json["last_id"].text == "c")
        #expect(json["has_more"] == .bool(false))
        #expect(
            json["data"][0]
                == (try JSON(
                    #"""
                    {"type":"model","id":"a/b","display_name":"A: B","created_at":"2024-02-29T12:34:56Z","lifecycle":"active",
                    "max_input_tokens":9,"max_tokens":8}
                    """#)))
        #expect(json["data"][1]["created_at"].text == "1970-01-01T00:00:00Z")
        #expect(written { AnthropicModelList.write([], hasMore: false, into: &$0) }.contains(#""first_id":null"#))
    }
}
