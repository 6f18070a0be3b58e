import Completions
import Testing

@testable import Dialects

/// What endpoints outside of the chat dialect are not asked for.
@Suite struct RequestParameterTests {
    private static func request() -> CanonicalRequest {
        var request = CanonicalRequest()
        request.maxTokens = 100
        request.sampling.temperature = 0.5
        request.sampling.topP = 0.9
        request.sampling.topK = 5
        request.sampling.minP = 0.1
        request.sampling.topA = 0.1
        request.sampling.frequencyPenalty = 1
        request.sampling.presencePenalty = 1
        request.sampling.repetitionPenalty = 1
        request.sampling.seed = 7
        request.sampling.logitBias = RawJSON("{}")
        request.wantsLogprobs = true
        request.topLogprobs = 2
        request.verbosity = "low"
        request.stop = ["END"]
        request.toolChoice = .required
        request.tools = [Tool(name: "f")]
        request.outputFormat = .jsonObject
        request.reasoning.effort = .low
        request.allowsParallelToolCalls = false
        return request
    }

    @Test func whatAListLacksIsTakenOut() {
        var request = Self.request()
        let names = request.remove(.leftOut(known: [.init(.temperature), .init(.seed)], refused: []))
        #expect(
            names == [
                "top_p", "top_k", "min_p", "top_a", "frequency_penalty", "presence_penalty", "repetition_penalty",
                "logit_bias", "logprobs", "top_logprobs", "verbosity",
            ])
        var sampling = SamplingParameters()
        sampling.temperature = 0.5
        sampling.seed = 7
        var expected = Self.request()
        expected.sampling = sampling
        expected.wantsLogprobs = nil
        expected.topLogprobs = nil
        expected.verbosity = nil
        #expect(request == expected)
    }

    @Test func withoutAListAllIsAsked() {
        var request = Self.request()
        #expect(request.remove(.leftOut(known: nil, refused: [])).isEmpty)
        #expect(request == Self.request())
    }

    @Test func whatTheHostRefusesIsTakenOutWhateverItLists() {
        var request = Self.request()
        let refused = RequestFieldSet(.seed, .logprobs, .stop, .parallelToolCalls, .maxTokens)
        #expect(
            request.remove(.leftOut(known: nil, refused: refused)) == [
                "seed", "logprobs", "top_logprobs", "parallel_tool_calls", "stop",
            ])
        #expect(request.stop.isEmpty && request.maxTokens == 100 && request.sampling.topK == 5)
        // What was not sent is not named.
        var plain = CanonicalRequest()
        plain.wantsLogprobs = false
        #expect(plain.remove(.leftOut(known: [], refused: refused)).isEmpty)
    }

    @Test func aSearchIsAskedForOnce() {
        var request = CanonicalRequest()
        request.askForWebSearch()
        #expect(request.webSearchOptions == RawJSON("{}"))
        request.webSearchOptions = RawJSON(#"{"search_context_size":"high"}"#)
        request.askForWebSearch()
        #expect(request.webSearchOptions == RawJSON(#"{"search_context_size":"high"}"#))
        var own = CanonicalRequest()
        let native = NativeItem(dialect: "anthropic", json: RawJSON(#"{"type":"web_search_20250305"}"#))
        own.tools = [Tool(.native(native), name: "web_search")]
        own.askForWebSearch()
        #expect(own.webSearchOptions == nil)
    }
}
