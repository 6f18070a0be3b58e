import Accounting
import Completions
import JSONText
import Testing

@testable import Dialects

/// Streams of our own making, one file per theme: what a provider sends, what it means, what a caller gets.
@Suite struct ResponsesStreamTests {
    @Test(arguments: Fixture.all("openai-responses/streams"))
    func readsAndWrites(fixture: Fixture) throws {
        let events = try readResponsesStream(fixture.lines("upstream"))
        #expect(summary(CompletionAnswer(events)) == (try JSON(fixture.text("answer"))))
        let lines = responsesLines(events)
        let expected = fixture.lines("downstream")
        #expect(lines.count == expected.count)
        for (line, wanted) in zip(lines, expected) {
            if line.hasPrefix("data: {") {
                #expect(try JSON(line.dropFirst(6)) == JSON(wanted.dropFirst(6)))
            } else {
                #expect(line == wanted)
            }
        }
    }

    /// A whole answer is the same as its stream.
    @Test(arguments: Fixture.all("openai-responses/streams").filter { !$0.has("no_answer") })
    func wholeAnswersMeanTheSame(fixture: Fixture) throws {
        let last = try JSON(try #require(fixture.lines("upstream").last))
        let streamed = CompletionAnswer(try readResponsesStream(fixture.lines("upstream")))
        let whole = CompletionAnswer(try readResponsesAnswer(last["response"].compact))
        #expect(summary(whole) == summary(streamed))
    }

    /// The plain answer has the same output as the last event of the stream.
    @Test(arguments: Fixture.all("openai-responses/streams"))
    func plainAnswersHaveTheStreamsOutput(fixture: Fixture) throws {
        let events = try readResponsesStream(fixture.lines("upstream"))
        if CompletionAnswer(events).error != nil { return }
        let lines = responsesLines(events)
        let terminal = try JSON(lines[lines.count - 2].dropFirst(6))["response"]
        #expect(try JSON(responsesAnswer(events)) == terminal)
    }

    /// What a caller got and sends back means the same as what the provider said.
    @Test(arguments: Fixture.all("openai-responses/streams"))
    func outputsComeBackUnchanged(fixture: Fixture) throws {
        let answer = CompletionAnswer(try readResponsesStream(fixture.lines("upstream")))
        guard answer.error == nil, let choice = answer.choices.first else { return }
        let output = try JSON(responsesAnswer(readResponsesStream(fixture.lines("upstream"))))["output"]
        let request = try readResponses(#"{"model":"m","input":\#(output.compact)}"#)
        var returned = CompletionAnswer()
        returned.choices = [CompletionAnswer.Choice()]
        returned.choices[0].items = request.messages.flatMap(\.items).filter {
            // A drawing comes back as the item it came in.
            if case .native(let native) = $0 { !native.json.text.contains("image_generation_call") } else { true }
        }
        var expected = CompletionAnswer()
        expected.choices = [CompletionAnswer.Choice()]
        expected.choices[0].items = choice.items.filter { if case .image = $0 { false } else { true } }
        #expect(summary(returned) == summary(expected))
    }

    @Test(arguments: Fixture.all("openai-responses/streams"))
    func eventsAreNumberedAndInOrder(fixture: Fixture) throws {
        let lines = responsesLines(try readResponsesStream(fixture.lines("upstream")))
        var number: Int64 = 0
        var name = ""
        for line in lines where !line.hasSuffix("[DONE]") {
            if line.hasPrefix("event: ") {
                name = String(line.dropFirst(7))
                continue
            }
            let event = try JSON(line.dropFirst(6))
            #expect(event["sequence_number"].number == number)
            #expect(event["type"].text == name)
            number += 1
        }
        #expect(number >= 3)
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("openai-responses/streams").count >= 12)
    }

    @Test func hiddenReasoningLeavesNoTrace() throws {
        let events: [CompletionEvent] = [
            CompletionEvent(.reasoning(ReasoningItem(.summary, text: "thought", id: "rs_1", index: 0))),
            CompletionEvent(.reasoning(ReasoningItem(.encrypted, data: "sealed", id: "rs_1", index: 1))),
            CompletionEvent(.text("said")), CompletionEvent(.finished(.stop, native: "completed")),
        ]
        let lines = responsesLines(events, hidesReasoning: true).joined()
        #expect(!lines.contains("thought") && !lines.contains("sealed") && !lines.contains("\"rs_"))
        #expect(lines.contains("said"))
    }

    /// The blocks of Claude come as items that can be told apart, and come back in order with their seals.
    @Test func signedReasoningOfOthersComesBack() throws {
        let pieces = [
            ReasoningItem(.text, text: "first", signature: "s1", format: "anthropic-claude-v1", index: 0),
            ReasoningItem(.encrypted, data: "redacted", format: "anthropic-claude-v1", index: 1),
            ReasoningItem(.text, text: "", signature: "s2", format: "anthropic-claude-v1", index: 2),
        ]
        var events = pieces.map { CompletionEvent(.reasoning($0)) }
        events.append(CompletionEvent(.toolCall(slot: 0, kind: .function, id: "call_1", name: "f")))
        let output = try JSON(responsesAnswer(events))["output"]
        #expect(output.elements.count == 4)
        let request = try readResponses(#"{"input":\#(output.compact)}"#)
        let returned = request.messages[0].items.compactMap { item -> ReasoningItem? in
            if case .reasoning(var piece) = item {
                piece.id = nil
                return piece
            }
            return nil
        }
        #expect(returned == pieces)
    }

    @Test func signaturesOfCallsComeBack() throws {
        let events: [CompletionEvent] = [
            CompletionEvent(.toolCall(slot: 0, kind: .function, id: "call_1", name: "f")),
            CompletionEvent(.toolArguments(slot: 0, "{}")),
            CompletionEvent(.toolSignature(slot: 0, "seal")),
            CompletionEvent(.toolCall(slot: 1, kind: .function, id: "call_2", name: "g")),
        ]
        let output = try JSON(responsesAnswer(events))["output"]
        let request = try readResponses(#"{"input":\#(output.compact)}"#)
        let expected: [MessageItem] = [
            .toolCall(ToolCallItem(id: "call_1", name: "f", arguments: "{}", signature: "seal")),
            .toolCall(ToolCallItem(id: "call_2", name: "g", arguments: "{}")),
        ]
        #expect(request.messages == [Message(.assistant, expected)])
    }

    @Test func namesComeBackAsTheCallerWroteThem() throws {
        var translation = Translation()
        let sent = translation.names.sent(for: "my.tool", atMost: 64) { $0 != UInt8(ascii: ".") }
        let payload = #"""
            {"type":"response.output_item.added","output_index":0,"item":{"type":"function_call","id":"fc","call_id":"c","name":"\#(sent)","arguments":""}}
            """#
        let events = try readResponsesStream([payload], translation: translation)
        #expect(events.first == CompletionEvent(.toolCall(slot: 0, kind: .function, id: "c", name: "my.tool")))
    }

    @Test func aCutStreamIsAnError() throws {
        let events = try readResponsesStream([
            #"{"type":"response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel"}"#
        ])
        #expect(CompletionAnswer(events).error?.status == 502)
        let lines = responsesLines(events)
        #expect(lines.contains("event: response.failed"))
        #expect(!lines.contains("data: [DONE]"))
        let failed = try JSON(try #require(lines.last).dropFirst(6))["response"]
        #expect(failed["status"].text == "failed")
        #expect(failed["error_type"].text == "provider_unavailable")
        #expect(failed["error"]["code"].text == "server_error")
        #expect(failed["output"][0]["status"].text == "incomplete")
        #expect(failed["output"][0]["content"][0]["text"].text == "Hel")
    }

    @Test func nothingFollowsTheEnd() throws {
        let events = try readResponsesStream([
            #"{"type":"error","error":{"type":"server_error","code":"server_is_overloaded","message":"Busy"}}"#,
            #"{"type":"response.failed","response":{"status":"failed","error":{"code":"x","message":"again"}}}"#,
        ])
        #expect(
            events == [
                CompletionEvent(.failed(AnswerError(status: 503, type: "server_is_overloaded", message: "Busy")))
            ])
    }

    /// What is passed on as written may have been written on many lines; an event's data has one.
    @Test func everyEventIsOneLine() throws {
        let scanner = JSONScanner()
        let root = try scanner.scan(
            copying:
                "{\"input\": \"a\",\n \"tools\": [\r\n {\"type\": \"web_search\"}\n],\n \"service_tier\": \"flex\"}")
        let item = NativeItem(
            dialect: "openai-responses", json: RawJSON("{\"type\":\n\"web_search_call\",\"id\":\"ws_1\"}"))
        let citation = Citation(
            native: NativeItem(dialect: "openai-responses", json: RawJSON("{\n\"type\":\"file_path\"}")))
        let events: [CompletionEvent.Content] = [
            .native(item), .logprobs(RawJSON("[\n{\"token\":\"a\"}\n]")), .text("a"), .citation(citation),
        ]
        let lines = responsesLines(events.map { CompletionEvent($0) }, echo: ResponsesEcho(root))
        for line in lines { #expect(line.hasPrefix("event: ") || line.hasPrefix("data: ")) }
        let first = try JSON(lines[1].dropFirst(6))["response"]
        #expect(first["tools"][0]["type"].text == "web_search")
        #expect(first["service_tier"].text == "flex")
        #expect(first["tool_choice"].text == "auto")
    }

    @Test func otherErrorsInAStreamAreSeen() throws {
        let events = try readResponsesStream([#"{"object":"error","message":"boom","code":400}"#])
        #expect(CompletionAnswer(events).error?.message == "boom")
        #expect(CompletionAnswer(events).error?.status == 400)
    }
}

extension JSON {
    /// As JSON text.
    var compact: String {
        switch self {
        case .string(let value): RawJSON.string(value).text
        case .array(let values): "[" + values.map(\.compact).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(RawJSON.string($0.key).text):\($0.value.compact)" }.joined(separator: ",") + "}"
        default: description
        }
    }
}
