import Catalog
import Completions
import Foundation
import Testing

@testable import Dialects

/// What Gemini signs must come back to it as it came and where it stood, whichever dialect the conversation goes through
/// on its way to the caller and back.
@Suite("Gemini's thought signatures")
struct ThoughtSignatureTests {
    /// Two calls at once of which the first is signed, then one more, then a signed text.
    private static let answers = [
        [
            #"{"text":"Both at once.","thought":true}"#,
            #"{"functionCall":{"id":"fn-1","name":"look","args":{"at":"a"}},"thoughtSignature":"U0lHMQ=="}"#,
            #"{"functionCall":{"id":"fn-2","name":"look","args":{"at":"b"}}}"#,
        ],
        [
            #"{"text":"Now the last."}"#,
            #"{"functionCall":{"id":"fn-3","name":"look","args":{"at":"c"}},"thoughtSignature":"U0lHMg=="}"#,
        ],
        [#"{"text":"All three are"}"#, #"{"text":" there.","thoughtSignature":"U0lHMw=="}"#],
    ]
    private static let calls = [["fn-1", "fn-2"], ["fn-3"], []]

    @Test("come back through every caller", arguments: [CallerDialect.chat, .messages, .responses], [false, true])
    func roundTrip(caller: CallerDialect, isStream: Bool) throws {
        var conversation = Conversation(caller: caller, isStream: isStream)
        conversation.say("Where are they?")
        for (parts, ids) in zip(Self.answers, Self.calls) {
            let pair = try PairTranslation(conversation.request(), from: caller, to: .gemini)
            if isStream {
                try conversation.take(stream: try pair.stream(Self.events(parts)))
            } else {
                try conversation.take(answer: try pair.answer(Self.answer(parts.joined(separator: ","), isLast: true)))
            }
            if ids.isEmpty { conversation.say("Thanks.") } else { conversation.addResults(ids) }
        }
        let written = try JSON(try PairTranslation(conversation.request(), from: caller, to: .gemini).written)
        let turns = written["contents"].elements.filter { $0["role"].text == "model" }.map { turn in
            turn["parts"].elements.filter { $0["thought"] == .null }.map { part in
                [part["functionCall"]["args"]["at"].text ?? part["text"].text, part["thoughtSignature"].text]
            }
        }
        #expect(
            turns == [
                [["a", "U0lHMQ=="], ["b", nil]], [["Now the last.", nil], ["c", "U0lHMg=="]],
                [["All three are there.", "U0lHMw=="]],
            ])
    }

    @Test("stand before their calls in the Messages API, and behind those that have begun")
    func places() throws {
        let events = [
            CompletionEvent(.toolCall(slot: 0, kind: .function, id: "a", name: "f")),
            CompletionEvent(.toolSignature(slot: 0, "s0")), CompletionEvent(.toolArguments(slot: 0, "{}")),
            CompletionEvent(.toolCall(slot: 1, kind: .function, id: "b", name: "f")),
            CompletionEvent(.toolArguments(slot: 1, "{}")), CompletionEvent(.toolSignature(slot: 1, "s1")),
        ]
        let starts = try anthropicStream(events).filter { $0.name == "content_block_start" }.map { frame in
            try JSON(frame.data)["content_block"]
        }
        #expect(
            starts.map { $0["type"].text } == ["redacted_thinking", "tool_use", "tool_use", "redacted_thinking"])
        #expect(
            starts.compactMap { $0["data"].text } == [
                #"martlet.reasoning:{"kind":2,"format":"google-gemini-v1","id":"a","data":"s0"}"#,
                #"martlet.reasoning:{"kind":2,"format":"google-gemini-v1","id":"b","data":"s1"}"#,
            ])
        let whole = try JSON(anthropicAnswer(events))["content"].elements
        #expect(
            whole.map { $0["type"].text } == ["redacted_thinking", "tool_use", "redacted_thinking", "tool_use"])
    }

    /// Clients with types of their own for items may leave out what OpenAI does not know.
    @Test("come back from callers of the Responses API who leave the format out")
    func withoutFormat() throws {
        let request = #"""
            {"model":"acme/model","input":[{"role":"user","content":"Where?"},
             {"type":"function_call","call_id":"fn-1","name":"look","arguments":"{\"at\":\"a\"}"},
             {"type":"reasoning","id":"fn-1","summary":[],"encrypted_content":"U0lHMQ=="},
             {"type":"function_call_output","call_id":"fn-1","output":"there"}],
             "tools":[{"type":"function","name":"look","parameters":{"type":"object"}}]}
            """#
        let written = try JSON(try PairTranslation(request, from: .responses, to: .gemini).written)
        #expect(written["contents"][1]["parts"][0]["thoughtSignature"] == .string("U0lHMQ=="))
    }

    private static func answer(_ parts: String, isLast: Bool) -> String {
        let end = isLast ? #","finishReason":"STOP""# : ""
        return #"{"candidates":[{"content":{"role":"model","parts":[\#(parts)]}\#(end)}]}"#
    }

    private static func events(_ parts: [String]) -> [(kind: String, payload: String)] {
        parts.enumerated().map { place, part in ("", answer(part, isLast: place == parts.count - 1)) }
    }
}

/// A caller who keeps what it was answered as its SDK has it, and sends all of it with every request.
private struct Conversation {
    let caller: CallerDialect
    let isStream: Bool
    private var turns: [Any] = []

    init(caller: CallerDialect, isStream: Bool) {
        self.caller = caller
        self.isStream = isStream
    }

    func request() throws -> String {
        let parameters: [String: Any] = ["type": "object", "properties": ["at": ["type": "string"]]]
        var tool: [String: Any] = ["name": "look"]
        var body: [String: Any] = ["model": "acme/model", "stream": isStream]
        switch caller {
        case .messages:
            tool["input_schema"] = parameters
            body["max_tokens"] = 1_000
            body["tools"] = [tool]
        case .responses:
            tool["type"] = "function"
            tool["parameters"] = parameters
            body["tools"] = [tool]
        case .chat, .completions:
            tool["parameters"] = parameters
            body["tools"] = [["type": "function", "function": tool] as [String: Any]]
        }
        body[caller == .responses ? "input" : "messages"] = turns
        return String(decoding: try JSONSerialization.data(withJSONObject: body), as: UTF8.self)
    }

    mutating func say(_ text: String) { turns.append(["role": "user", "content": text]) }

    mutating func addResults(_ ids: [String]) {
        switch caller {
        case .messages:
            let results = ids.map { ["type": "tool_result", "tool_use_id": $0, "content": "there"] }
            turns.append(["role": "user", "content": results] as [String: Any])
        case .responses:
            turns += ids.map { ["type": "function_call_output", "call_id": $0, "output": "there"] as Any }
        case .chat, .completions:
            turns += ids.map { ["role": "tool", "tool_call_id": $0, "content": "there"] as Any }
        }
    }

    mutating func take(answer: String) throws {
        let root = try Self.object(answer)
        switch caller {
        case .messages:
            turns.append(["role": "assistant", "content": root["content"] ?? NSNull()] as [String: Any])
        case .responses: turns += root["output"] as? [Any] ?? []
        case .chat, .completions:
            let choices = root["choices"] as? [[String: Any]]
            turns.append(choices?.first?["message"] ?? NSNull())
        }
    }

    /// Joins a stream as the SDKs of the dialect do.
    mutating func take(stream: String) throws {
        let lines = stream.split(separator: "\n").filter { $0.hasPrefix("data: {") }
        let events = try lines.map { try Self.object(String($0.dropFirst(6))) }
        switch caller {
        case .messages: turns.append(["role": "assistant", "content": try Self.blocks(events)] as [String: Any])
        case .responses:
            let last = events.last { $0["type"] as? String == "response.completed" }
            turns += (last?["response"] as? [String: Any])?["output"] as? [Any] ?? []
        case .chat, .completions: turns.append(Self.message(events))
        }
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    private static func blocks(_ events: [[String: Any]]) throws -> [[String: Any]] {
        var blocks: [[String: Any]] = []
        var input = ""
        for event in events {
            switch event["type"] as? String {
            case "content_block_start":
                blocks.append(event["content_block"] as? [String: Any] ?? [:])
                input = ""
            case "content_block_delta":
                let delta = event["delta"] as? [String: Any] ?? [:]
                input += delta["partial_json"] as? String ?? ""
                for member in ["text", "thinking", "signature"] {
                    guard let more = delta[member] as? String else { continue }
                    blocks[blocks.count - 1][member] = (blocks[blocks.count - 1][member] as? String ?? "") + more
                }
            case "content_block_stop" where !input.isEmpty: blocks[blocks.count - 1]["input"] = try object(input)
            default: break
            }
        }
        return blocks
    }

    private static func message(_ chunks: [[String: Any]]) -> [String: Any] {
        var content = ""
        var lists: [String: [[String: Any]]] = [:]
        for chunk in chunks {
            let delta = (chunk["choices"] as? [[String: Any]])?.first?["delta"] as? [String: Any] ?? [:]
            content += delta["content"] as? String ?? ""
            for name in ["tool_calls", "reasoning_details"] {
                for entry in delta[name] as? [[String: Any]] ?? [] { join(entry, to: &lists[name, default: []]) }
            }
        }
        var message: [String: Any] = lists
        message["role"] = "assistant"
        message["content"] = content
        return message
    }

    /// Entries of the same index are pieces of one.
    private static func join(_ entry: [String: Any], to list: inout [[String: Any]]) {
        let index = entry["index"] as? Int
        guard let place = list.firstIndex(where: { $0["index"] as? Int == index }) else { return list.append(entry) }
        for (name, value) in entry {
            switch (list[place][name], value) {
            case (let before as String, let more as String) where name == "text": list[place][name] = before + more
            case (var before as [String: Any], let more as [String: Any]):
                let text = (before["arguments"] as? String ?? "") + (more["arguments"] as? String ?? "")
                before["arguments"] = text
                list[place][name] = before
            default: list[place][name] = value
            }
        }
    }
}
