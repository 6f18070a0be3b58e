import Accounting
import Completions
import Foundation
import JSONText
import Testing

@testable import Dialects

/// Chunks and answers from the events of any provider.
@Suite struct ChatEventWriterTests {
    private static let thought = "anthropic-claude-v1"

    private static let events: [CompletionEvent] = [
        CompletionEvent(.began(id: "msg_1", model: "claude")),
        CompletionEvent(.reasoning(ReasoningItem(.text, text: "Let ", format: thought))),
        CompletionEvent(.reasoning(ReasoningItem(.text, text: "me.", format: thought))),
        CompletionEvent(.reasoning(ReasoningItem(.text, signature: "sig", format: thought))),
        CompletionEvent(.reasoning(ReasoningItem(.encrypted, data: "enc", format: thought))),
        CompletionEvent(.text("Hel")), CompletionEvent(.text("lo")),
        CompletionEvent(.citation(Citation(url: "https://a.example", title: "A", range: 0..<5))),
        CompletionEvent(.reasoning(ReasoningItem(.text, text: "More.", format: thought))),
        CompletionEvent(.toolCall(slot: 0, kind: .function, id: "t1", name: "f")),
        CompletionEvent(.toolArguments(slot: 0, #"{"a""#)), CompletionEvent(.toolArguments(slot: 0, ":1}")),
        CompletionEvent(.toolCall(slot: 1, kind: .server, id: "s1", name: "web_search")),
        CompletionEvent(.toolArguments(slot: 1, "{}")),
        CompletionEvent(.toolCall(slot: 2, kind: .function, id: "t2", name: "g")),
        CompletionEvent(.usage(TokenUsage(prompt: 3, completion: 4))),
        CompletionEvent(.finished(.toolCalls, native: "tool_use")),
    ]

    private func end(_ events: [CompletionEvent], hidesReasoning: Bool = false) throws -> [String] {
        var writer = ChatEventWriter(stamp: testStamp, hidesReasoning: hidesReasoning)
        for event in events { _ = written { writer.write(event, into: &$0) } }
        let text = written {
            writer.writeEnd(
                reason: .toolCalls, native: "tool_use", usage: TokenUsage(prompt: 3, completion: 4), charge: testCharge,
                into: &$0)
        }
        return text.components(separatedBy: "\n\n").filter { !$0.isEmpty }
    }

    @Test func piecesOfOneThoughtShareTheirIndex() throws {
        var transcript = Transcript()
        for payload in chatChunks(Self.events) { transcript.add(try JSON(payload)) }
        #expect(
            transcript.details == [
                .init(index: 0, type: "reasoning.text", text: "Let me.", signature: "sig", format: Self.thought),
                .init(index: 1, type: "reasoning.encrypted", text: "enc", signature: nil, format: Self.thought),
                .init(index: 2, type: "reasoning.text", text: "More.", signature: nil, format: Self.thought),
            ])
        #expect(transcript.reasoning == "Let me.More." && transcript.text == "Hello")
        #expect(
            transcript.calls == [
                .init(index: 0, id: "t1", name: "f", arguments: #"{"a":1}"#),
                .init(index: 1, id: "t2", name: "g", arguments: ""),
            ])
    }

    @Test func everyChunkIsStamped() throws {
        for payload in chatChunks(Self.events) {
            let chunk = try JSON(payload)
            #expect(chunk["id"].text == testStamp.id && chunk["object"].text == "chat.completion.chunk")
            #expect(chunk["model"].text == "acme/model" && chunk["provider"].text == "Acme \"Inc\"")
            #expect(chunk["choices"][0]["delta"]["role"].text == "assistant")
            #expect(chunk["choices"][0]["delta"]["content"].text != nil)
            guard case .object(let choice) = chunk["choices"][0] else { continue }
            #expect(choice["finish_reason"] == .null && choice["native_finish_reason"] == .null)
        }
    }

    @Test func theEndHasArgumentsReasonAndUsage() throws {
        let parts = try end(Self.events)
        #expect(parts.count == 3)
        let missing = try JSON(payloadOf(parts[0] + "\n\n"))["choices"][0]["delta"]["tool_calls"][0]
        #expect(missing["index"].number == 1 && missing["function"]["arguments"].text == "{}")
        let finish = try JSON(payloadOf(parts[1] + "\n\n"))["choices"][0]
        #expect(finish["finish_reason"].text == "tool_calls" && finish["native_finish_reason"].text == "tool_use")
        let usage = try JSON(payloadOf(parts[2] + "\n\n"))
        #expect(usage["usage"]["total_tokens"].number == 7 && usage["choices"].elements.count == 1)
    }

    @Test func hiddenReasoningLeavesNoTrace() throws {
        var events = Self.events
        events.append(CompletionEvent(.toolSignature(slot: 0, "seal")))
        let chunks = chatChunks(events, hidesReasoning: true)
        #expect(chunks.allSatisfy { !$0.contains("reasoning") && !$0.contains("seal") })
        let answer = try JSON(chatAnswerBody(CompletionAnswer(events), hidesReasoning: true))["choices"][0]["message"]
        #expect(answer["reasoning"] == .null && answer["reasoning_details"] == .null)
        #expect(answer["content"].text == "Hello")
    }

    @Test func theAnswerIsWhatTheStreamJoinsTo() throws {
        let body = try JSON(chatAnswerBody(CompletionAnswer(Self.events)))
        #expect(body["object"].text == "chat.completion" && body["system_fingerprint"] == .null)
        let choice = body["choices"][0]
        #expect(choice["finish_reason"].text == "tool_calls" && choice["native_finish_reason"].text == "tool_use")
        let message = choice["message"]
        #expect(message["content"].text == "Hello" && message["reasoning"].text == "Let me.More.")
        #expect(message["reasoning_details"].elements.map { $0["index"].number } == [0, 1, 2])
        #expect(message["reasoning_details"][0]["signature"].text == "sig")
        #expect(message["annotations"][0]["url_citation"]["end_index"].number == 5)
        #expect(message["tool_calls"].elements.map { $0["id"].text } == ["t1", "t2"])
        #expect(message["tool_calls"][1]["function"]["arguments"].text == "{}")
        #expect(body["usage"]["prompt_tokens"].number == 3)
    }

    /// OpenAI's SDKs join the lists of a stream by the indexes of their entries, from 0 without a gap.
    @Test func entriesOfListsAreCountedAsTheClientSeesThem() throws {
        let image = MessageItem.image(MediaItem(.base64("UE5H"), mediaType: "image/png"))
        let chunks = try chatChunks([
            CompletionEvent(.citation(Citation(url: "https://a"))),
            CompletionEvent(.citation(Citation(url: "https://b"))),
            CompletionEvent(.media(image)), CompletionEvent(.media(image)),
            CompletionEvent(.toolCall(slot: 0, kind: .server, id: "s", name: "search")),
            CompletionEvent(.toolArguments(slot: 0, "{}")),
            CompletionEvent(.toolCall(slot: 1, kind: .function, id: "t", name: "f")),
            CompletionEvent(.toolArguments(slot: 1, "{}")),
        ]).map { try JSON($0)["choices"][0]["delta"] }
        #expect(chunks.compactMap { $0["annotations"][0]["index"].number } == [0, 1])
        #expect(chunks.compactMap { $0["images"][0]["index"].number } == [0, 1])
        #expect(chunks.compactMap { $0["tool_calls"][0]["index"].number } == [0, 0])
    }

    /// An answer that only the provider's own tools took part in has just ended.
    @Test func callsOfServerToolsAreNoReasonToEnd() {
        for (kind, reason) in [(ToolCallItem.Kind.server, FinishReason.stop), (.function, .toolCalls)] {
            var state = StreamState()
            state.note(CompletionEvent(.toolCall(slot: 0, kind: kind, id: "s", name: "search")))
            state.note(CompletionEvent(.finished(.stop, native: "end_turn")))
            #expect(state.finishReasonAtEnd == reason)
        }
    }

    @Test func tierAndFingerprintRideOnEveryChunkOnceKnown() throws {
        let chunks = try chatChunks([
            CompletionEvent(.text("a")), CompletionEvent(.serviceTier("flex")), CompletionEvent(.fingerprint("fp_1")),
            CompletionEvent(.text("b")),
        ]).map { try JSON($0) }
        #expect(chunks[0]["service_tier"] == .null && chunks[1]["service_tier"].text == "flex")
        #expect(chunks[1]["system_fingerprint"].text == "fp_1")
    }

    @Test func choicesAreToldApart() throws {
        let events = [
            CompletionEvent(.text("a")), CompletionEvent(.text("b"), choice: 1),
            CompletionEvent(.finished(.stop, native: "stop")),
            CompletionEvent(.finished(.length, native: "max"), choice: 1),
        ]
        #expect(try chatChunks(events).map { try JSON($0)["choices"][0]["index"].number } == [0, 1])
        let parts = try end(events)
        let reasons = try parts.dropLast().map { try JSON(payloadOf($0 + "\n\n"))["choices"][0]["finish_reason"].text }
        #expect(reasons == ["tool_calls", "length"])
        let answer = try JSON(chatAnswerBody(CompletionAnswer(events)))["choices"]
        #expect(answer.elements.map { $0["message"]["content"].text } == ["a", "b"])
    }

    @Test func aTextCompletionHasTextAlone() throws {
        let chunks = try chatChunks(Self.events, stamp: testTextStamp).map { try JSON($0) }
        #expect(chunks.map { $0["choices"][0]["text"].text } == ["Hel", "lo"])
        #expect(chunks.allSatisfy { $0["object"].text == "text_completion" })
        let answer = try JSON(chatAnswerBody(CompletionAnswer(Self.events), stamp: testTextStamp))
        #expect(answer["choices"][0]["text"].text == "Hello" && answer["object"].text == "text_completion")
    }

    /// Lists side by side, whose offsets go on from chunk to chunk.
    @Test func aTextCompletionHasLogprobsOfItsOwn() throws {
        let first =
            #"[{"token":"Gr\u00fc","logprob":-0.5,"top_logprobs":[{"token":"Gr\u00fc","logprob":-0.5},"#
            + #"{"token":"Ha","logprob":-1.25},{"token":"Ha","logprob":-3}]}]"#
        let second = #"[{"token":"n","logprob":0,"top_logprobs":[]},{"token":"!","logprob":-2}]"#
        let events = [
            CompletionEvent(.text("Gr\u{fc}")), CompletionEvent(.logprobs(RawJSON(first))),
            CompletionEvent(.text("n!")), CompletionEvent(.logprobs(RawJSON(second))),
        ]
        let chunks = try chatChunks(events, stamp: testTextStamp).map { try JSON($0)["choices"][0] }
        #expect(chunks.map { $0["text"].text } == ["Gr\u{fc}", "", "n!", ""])
        let expected = #"""
            [{"tokens":["Gr\u00fc"],"token_logprobs":[-0.5],"top_logprobs":[{"Gr\u00fc":-0.5,"Ha":-1.25}],"text_offset":[0]},
             {"tokens":["n","!"],"token_logprobs":[0,-2],"top_logprobs":null,"text_offset":[3,4]}]
            """#
        #expect([chunks[1]["logprobs"], chunks[3]["logprobs"]] == (try JSON(expected).elements))
        let whole = try JSON(chatAnswerBody(CompletionAnswer(events), stamp: testTextStamp))["choices"][0]["logprobs"]
        let lists = #"""
            {"tokens":["Gr\u00fc","n","!"],"token_logprobs":[-0.5,0,-2],
             "top_logprobs":[{"Gr\u00fc":-0.5,"Ha":-1.25},{},{}],"text_offset":[0,3,4]}
            """#
        #expect(try whole == JSON(lists))
        let plain = try JSON(chatAnswerBody(CompletionAnswer(Array(events.prefix(1))), stamp: testTextStamp))
        #expect(plain["choices"][0]["logprobs"] == .null)
    }

    @Test func freeformCallsAndRefusalsHaveTheirOwnMembers() throws {
        let events = [
            CompletionEvent(.toolCall(slot: 0, kind: .custom, id: "c", name: "g")),
            CompletionEvent(.toolArguments(slot: 0, "ls \"x\"")), CompletionEvent(.refusal("No.")),
        ]
        let deltas = try chatChunks(events).map { try JSON($0)["choices"][0]["delta"] }
        #expect(deltas[0]["tool_calls"][0]["custom"]["name"].text == "g")
        #expect(deltas[1]["tool_calls"][0]["custom"]["input"].text == "ls \"x\"")
        #expect(deltas[2]["refusal"].text == "No.")
        let message = try JSON(chatAnswerBody(CompletionAnswer(events)))["choices"][0]["message"]
        #expect(message["tool_calls"][0]["type"].text == "custom" && message["content"] == .null)
        #expect(message["refusal"].text == "No.")
    }

    /// What a client sends back of our answer is what the provider gave.
    @Test func whatIsSentBackIsWhatWasGiven() throws {
        let items = CompletionAnswer(Self.events).choices[0].items
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: chatAnswerBody(CompletionAnswer(Self.events)))
        let message = try #require(root["choices"]?[0]?["message"]).rawText
        let request = try readChat(#"{"messages":[\#(message)]}"#)
        let thoughts = { (items: [MessageItem]) -> [ReasoningItem] in
            items.compactMap {
                guard case .reasoning(var item) = $0 else { return nil }
                item.index = nil
                return item
            }
        }
        #expect(thoughts(request.messages[0].items) == thoughts(items))
    }

    @Test func aBrokenStreamEndsWithItsError() throws {
        var writer = ChatEventWriter(stamp: testStamp, hidesReasoning: false)
        let text = written { writer.writeError(APIError(.providerUnavailable, "gone"), into: &$0) }
        let chunk = try JSON(payloadOf(text))
        #expect(chunk["error"]["message"].text == "gone" && chunk["choices"][0]["finish_reason"].text == "error")
    }
}
