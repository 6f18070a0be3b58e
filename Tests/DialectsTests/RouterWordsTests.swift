import Completions
import Testing

@testable import Dialects

@Suite("Words of the router in requests of /messages")
struct RouterWordsTests {
    static func read(_ more: String) throws -> CanonicalRequest {
        try readMessages(#"{"model":"a/b","messages":[{"role":"user","content":"Hi"}],\#(more)}"#)
    }

    @Test("mean what they mean in chat")
    func meanings() throws {
        let request = try Self.read(
            #"""
            "min_p":0.1,"top_a":0.2,"frequency_penalty":1,"presence_penalty":-1,"repetition_penalty":1.5,"seed":9,
            "logit_bias":{"1":2},"reasoning":{"effort":"low","exclude":true,"summary":"auto"},"parallel_tool_calls":false
            """#)
        var sampling = SamplingParameters()
        sampling.minP = 0.1
        sampling.topA = 0.2
        sampling.frequencyPenalty = 1
        sampling.presencePenalty = -1
        sampling.repetitionPenalty = 1.5
        sampling.seed = 9
        sampling.logitBias = RawJSON(#"{"1":2}"#)
        #expect(request.sampling == sampling && request.others.isEmpty)
        #expect(request.reasoning.effort == .low && request.reasoning.isExcluded && request.reasoningSummary == "auto")
        #expect(request.allowsParallelToolCalls == false)
    }

    @Test(
        "are checked as there",
        arguments: [
            (#""seed":"x""#, "seed"), (#""min_p":2"#, "min_p"), (#""logit_bias":[]"#, "logit_bias"),
            (#""reasoning":{"effort":"much"}"#, "reasoning.effort"),
            (#""parallel_tool_calls":1"#, "parallel_tool_calls"),
            (#""reasoning":{"effort":"low"},"thinking":{"type":"disabled"}"#, "reasoning"),
        ])
    func faults(more: String, param: String) {
        let error = #expect(throws: APIError.self) { try Self.read(more) }
        #expect(error?.param == param && error?.status == 400)
    }
}
