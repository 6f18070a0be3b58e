import Buffers
import TestSupport
import Testing

@testable import MartletCLI

@Suite struct ChatStreamTests {
    private func read(_ pieces: [[UInt8]]) throws -> (text: String, answer: ChatAnswer) {
        var reader = ChatStreamReader()
        var text = ""
        var buffer = ByteBuffer()
        for piece in pieces {
            buffer.append(piece)
            try reader.take(&buffer, atEnd: false) { text += $0 }
        }
        try reader.take(&buffer, atEnd: true) { text += $0 }
        return (text, reader.answer)
    }

    static let stream = #"""
        : OPENROUTER PROCESSING

        data: {"id":"gen-1","provider":"Local","model":"a/b","choices":[{"index":0,"delta":{"content":"He\u001bllo "}}]}

        data: {"id":"gen-1","choices":[{"index":0,"delta":{"content":"wörld"},"finish_reason":"stop"}]}

        data: {"choices":[{"index":0,"delta":{"content":""}}],"usage":{"completion_tokens":7,"cost":1.5e-6}}

        data: [DONE]


        """#

    @Test func everySplitReadsTheSame() throws {
        let expected = ChatAnswer(
            provider: "Local", model: "a/b", finishReason: "stop", completionTokens: 7, cost: "1.5e-6", error: nil,
            isComplete: true)
        for pieces in Splits.all(Array(Self.stream.utf8)) {
            let (text, answer) = try read(pieces)
            #expect(text == "Hello wörld")
            #expect(answer == expected)
        }
    }

    @Test func anErrorInTheStreamIsItsSentence() throws {
        let chunk =
            #"data: {"error":{"code":502,"message":"It broke off."},"choices":[{"finish_reason":"error"}]}"# + "\n\n"
        let (text, answer) = try read([Array(chunk.utf8)])
        #expect(text.isEmpty)
        #expect(answer.error == "It broke off.")
        #expect(answer.finishReason == "error")
    }

    @Test func aCutStreamIsNotComplete() throws {
        let cut = Self.stream.replacing("data: [DONE]", with: "")
        #expect(try !read([Array(cut.utf8)]).answer.isComplete)
    }

    @Test(arguments: ["data: nonsense\n\n", "data: {\"a\":\n\n"])
    func chunksThatAreNoJSONFail(_ text: String) {
        #expect(throws: CallFailure("The server sent a chunk that is not JSON.")) { try read([Array(text.utf8)]) }
    }

    @Test func theSummaryNamesProviderSpeedAndCost() {
        var answer = ChatAnswer(provider: "Lo\u{1B}cal", model: "a/b", finishReason: "stop", completionTokens: 100)
        answer.cost = "1.5e-6"
        #expect(
            answer.summary(contentMs: 2000, totalMs: 9000)
                == "Local · a/b · 100 tokens · 50.0 tokens/s · $0.0000015")
        answer.finishReason = "length"
        answer.cost = nil
        #expect(
            answer.summary(contentMs: 0, totalMs: 3000)
                == "Local · a/b · 100 tokens · 33.3 tokens/s · finish: length")
        #expect(ChatAnswer().summary(contentMs: 0, totalMs: 0) == "")
    }

    @Test func theRequestIsJSON() {
        let body = ChatRequest.body(prompt: "say \"hi\"\n\u{1}", model: "a/b", isStream: true)
        let expected = """
            {"model":"a/b","messages":[{"role":"user","content":"say \\"hi\\"\\n\\u0001"}],"stream":true}
            """
        #expect(JSONComparison.difference(body, expected) == nil)
        let withoutModel = ChatRequest.body(prompt: "x", model: nil, isStream: false)
        #expect(
            JSONComparison.difference(
                withoutModel, #"{"messages":[{"role":"user","content":"x"}],"stream":false}"#) == nil)
    }

    @Test(arguments: [
        (
            401, #"{"error":{"code":401,"message":"This key is unknown."}}"#,
            "This key is unknown. Set MARTLET_API_KEY or --key-file to a key of this server."
        ),
        (404, #"{"error":{"message":"No endpoints found."}}"#, "No endpoints found."),
        (502, "<html>bad gateway</html>", "The server answered 502 without saying why."),
        (500, "", "The server answered 500 without saying why."),
        (400, #"{"error":"odd"}"#, "The server answered 400 without saying why."),
    ])
    func errorsAreShownAsTheirSentence(_ status: Int, _ body: String, _ expected: String) {
        #expect(ServerError.sentence(status: status, body: Array(body.utf8).span) == expected)
    }
}
