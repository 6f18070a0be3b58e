import Completions
import Testing

@testable import Providers

@Suite("Context length sentences")
struct ContextLengthTests {
    @Test(
        "are recognised",
        arguments: [
            "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
            "input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000",
            "This request exceeds the maximum context limit",
            "The prompt is longer than the model's context length of 4096",
            "prompt is too long: 210000 tokens > 200000 maximum", "Prompt: Length 9000 exceeds",
            "Input is too long for requested model.", "Too many input tokens", "too many tokens: 9000",
            "Your input tokens exceed the limit",
            "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
            "the request exceeds the available context size. try increasing the context size",
            "Please reduce the length. Current length is 9000 while limit is 8192",
            "`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000",
            "prompt tokens (9000) exceed model maximum (8192)", "Input too long: 9000, limit is 8192",
            "maximum input length is 2048",
        ])
    func recognised(message: String) {
        #expect(ContextLengthPhrases.match(message.lowercased()))
        #expect(
            FailureClassifierTests.classify(400, FailureClassifierTests.openAI(message)).failureClass == .contextLength)
    }

    @Test("by their code alone", arguments: ["context_length_exceeded", "exceed_context_size_error"])
    func code(code: String) {
        let body = #"{"error":{"code":400,"message":"no","type":"\#(code)"}}"#
        #expect(FailureClassifierTests.classify(400, body).failureClass == .contextLength)
    }

    @Test(
        "are not seen where one field is too long, or something else is limited",
        arguments: [
            "Invalid 'user': string too long. Expected a string with maximum length 512, too many tokens",
            "current length is 5", "limit is 3", "max_tokens is too large", "context is missing",
            "string_above_max_length: maximum context length is",
        ])
    func others(message: String) {
        #expect(!ContextLengthPhrases.match(message.lowercased()))
    }

    @Test("do not outrank a rate limit or a missing key")
    func rank() {
        let body = FailureClassifierTests.openAI("too many tokens per minute")
        #expect(FailureClassifierTests.classify(429, body).failureClass == .rateLimited)
        #expect(FailureClassifierTests.classify(401, body).failureClass == .authentication)
    }
}
