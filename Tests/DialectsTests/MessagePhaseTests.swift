import Catalog
import Completions
import Testing

@testable import Dialects

/// `phase` tells comments on the way from the answer itself. Source: OpenAI's Responses API, `ResponseOutputMessage`.
@Suite("Phases of messages in the Responses API")
struct MessagePhaseTests {
    private static let output = #"""
        [{"id":"msg_1","type":"message","status":"completed","role":"assistant","phase":"commentary",
          "content":[{"type":"output_text","text":"I look it up.","annotations":[]}]},
         {"id":"fc_1","type":"function_call","status":"completed","call_id":"call_1","name":"look","arguments":"{}"},
         {"id":"msg_2","type":"message","status":"completed","role":"assistant","phase":"commentary",
          "content":[{"type":"output_text","text":"Nearly.","annotations":[]}]},
         {"id":"msg_3","type":"message","status":"completed","role":"assistant","phase":"final_answer",
          "content":[{"type":"output_text","text":"Here ","annotations":[]},
                     {"type":"output_text","text":"it is.","annotations":[]}]},
         {"id":"msg_4","type":"message","status":"completed","role":"assistant",
          "content":[{"type":"output_text","text":"Bye.","annotations":[]}]}]
        """#
    private static let said: [[String?]] = [
        ["commentary", "I look it up."], [nil], ["commentary", "Nearly."], ["final_answer", "Here ", "it is."],
        [nil, "Bye."],
    ]

    private static let request = #"{"model":"acme/model","input":"Where?","stream":false}"#

    /// The phase of each item, and its texts.
    private func outline(_ output: JSON) -> [[String?]] {
        output.elements.map { item in [item["phase"].text] + item["content"].elements.map { $0["text"].text } }
    }

    @Test("are those of the provider's answer")
    func whole() throws {
        let pair = try PairTranslation(Self.request, from: .responses, to: .openAIResponses)
        let answer = try JSON(try pair.answer(#"{"id":"resp_1","status":"completed","output":\#(Self.output)}"#))
        #expect(outline(answer["output"]) == Self.said)
    }

    @Test("are those of the provider's stream, from the beginning of each message on")
    func streamed() throws {
        let pair = try PairTranslation(Self.request, from: .responses, to: .openAIResponses)
        var events: [(kind: String, payload: String)] = []
        for (index, item) in try JSON(Self.output).elements.enumerated() {
            let place = #""output_index":\#(index)"#
            let phase = item["phase"].text.map { #","phase":"\#($0)""# } ?? ""
            guard item["type"].text == "message" else {
                let call = #""type":"function_call","call_id":"call_1","name":"look","arguments":"{}""#
                events.append(("", #"{"type":"response.output_item.done",\#(place),"item":{\#(call)}}"#))
                continue
            }
            let open = #""item":{"type":"message","role":"assistant","content":[]\#(phase)}"#
            events.append(("", #"{"type":"response.output_item.added",\#(place),\#(open)}"#))
            for (part, content) in item["content"].elements.enumerated() {
                let delta = #""content_index":\#(part),"delta":\#(content["text"])"#
                events.append(("", #"{"type":"response.output_text.delta",\#(place),\#(delta)}"#))
            }
            events.append(("", #"{"type":"response.output_item.done",\#(place),"item":\#(item)}"#))
        }
        events.append(("", #"{"type":"response.completed","response":{"status":"completed","output":[]}}"#))
        let lines = try pair.stream(events).split(separator: "\n").filter { $0.hasPrefix("data: {") }
        let frames = try lines.map { try JSON($0.dropFirst(6)) }
        let end = try #require(frames.last { $0["type"].text == "response.completed" })
        #expect(outline(end["response"]["output"]) == Self.said)
        let begun = frames.filter { $0["type"].text == "response.output_item.added" }.map { $0["item"]["phase"].text }
        #expect(begun == Self.said.map { $0[0] })
    }

    @Test("go back to the provider with the conversation")
    func goBack() throws {
        let input = #"[{"role":"user","content":"Where?"},\#(Self.output.dropFirst())"#
        let request = #"{"model":"acme/model","input":\#(input),"stream":false}"#
        let written = try JSON(try PairTranslation(request, from: .responses, to: .openAIResponses).written)
        #expect(outline(.array(Array(written["input"].elements.dropFirst()))) == Self.said)
    }

    @Test("are texts")
    func wrong() throws {
        let error = #expect(throws: APIError.self) {
            try readResponses(#"{"model":"m","input":[{"role":"assistant","content":"Hi","phase":1}]}"#)
        }
        #expect(error?.param == "input[0].phase")
    }
}
