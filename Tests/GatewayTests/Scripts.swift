import Foundation
import TestSupport

/// What upstreams say.
enum Script {
    static let answer =
        #"{"id":"up-7","object":"chat.completion","created":7,"model":"up-one","choices":[{"index":0,"message":"#
        + #"{"role":"assistant","content":"Good day."},"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"#
    /// What `answer` and the streams with `usage` cost: 10 prompt tokens and 5 completion tokens, in nano-dollars.
    static let cost: Int64 = 20_000

    static func event(_ choice: String) -> String {
        #"data: {"id":"up-7","object":"chat.completion.chunk","created":7,"model":"up-one","choices":[\#(choice)]}"#
            + "\n\n"
    }

    static func content(_ text: String, choice: Int = 0, finish: String? = nil) -> String {
        let reason = finish.map { "\"\($0)\"" } ?? "null"
        return event(
            #"{"index":\#(choice),"delta":{"role":"assistant","content":"\#(text)"},"finish_reason":\#(reason)}"#)
    }

    static let role = event(#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#)
    /// The first chunk of a host that says at once what it has read, and `completion` tokens that it has written.
    static func role(reporting completion: Int) -> String { reporting(completion, with: role) }

    /// An event that also reports usage.
    static func reporting(_ completion: Int, with event: String) -> String {
        let usage = #","usage":{"prompt_tokens":10,"completion_tokens":\#(completion)}}"# + "\n\n"
        return event.dropLast(3) + usage
    }

    static let finish = event(#"{"index":0,"delta":{},"finish_reason":"stop"}"#)
    static let usage =
        #"data: {"id":"up-7","object":"chat.completion.chunk","created":7,"model":"up-one","choices":[],"#
        + #""usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}}"# + "\n\n"
    static let done = "data: [DONE]\n\n"
    static let error = #"data: {"error":{"message":"the engine fell over","code":500}}"# + "\n\n"
}

extension ScriptedUpstream {
    /// Answers the first two requests of every connection with the same steps.
    static func answering(_ steps: Step...) throws -> ScriptedUpstream {
        try ScriptedUpstream([.readRequest] + steps + [.readRequest] + steps + [.readUntilEnd])
    }

    /// A plain good answer.
    static func good() throws -> ScriptedUpstream {
        try answering(.respond(json: Script.answer))
    }

    /// A good stream saying "Good day.".
    static func goodStream() throws -> ScriptedUpstream {
        try answering(
            .startEvents,
            .chunk(Script.content("Good day.") + Script.finish + Script.usage + Script.done), .chunk(""))
    }

    /// Requests that came in so far, over all connections.
    var requestCount: Int {
        connections.reduce(0) { $0 + $1.text.components(separatedBy: "POST /v1/").count - 1 }
    }
}
