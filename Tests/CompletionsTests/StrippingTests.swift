import Testing

@testable import Completions

@Suite("What a request can be sent without")
struct StrippingTests {
    static func names(
        _ named: [String], sent: [String], added: RequestFieldSet = RequestFieldSet(),
        _ change: (CompletionRequest) -> Void = { _ in }
    ) -> Set<String> {
        let request = CompletionRequest(kind: .chat)
        request.fields = RequestFieldSet(names: sent)
        change(request)
        return Set(request.strippable(RequestFieldSet(names: named), added: added).names)
    }

    @Test func onlyWhatWasSentAndRefused() {
        #expect(Self.names(["top_k", "seed"], sent: ["top_k", "temperature"]) == ["top_k"])
        #expect(Self.names([], sent: ["top_k"]).isEmpty)
        #expect(
            Self.names(["stream_options"], sent: [], added: RequestFieldSet(.streamOptions)) == ["stream_options"])
    }

    @Test(arguments: [
        "messages", "model", "max_tokens", "max_completion_tokens", "tools", "tool_choice", "response_format",
        "structured_outputs", "web_search_options", "n", "modalities", "service_tier", "stream", "functions",
    ])
    func notWhatMakesTheAnswerAnother(name: String) {
        #expect(Self.names([name], sent: [name]).isEmpty)
    }

    @Test func whatMeansNothingAloneGoesToo() {
        #expect(Self.names(["logprobs"], sent: ["logprobs", "top_logprobs"]) == ["logprobs", "top_logprobs"])
        #expect(Self.names(["top_logprobs"], sent: ["logprobs", "top_logprobs"]) == ["top_logprobs"])
        #expect(Self.names(["reasoning_effort"], sent: ["reasoning"]) == ["reasoning"])
    }

    @Test func whoWantsNoReasoningGetsNone() {
        let sent = ["reasoning", "reasoning_effort"]
        #expect(Self.names(["reasoning"], sent: sent) { $0.reasoning.effort = .low } == Set(sent))
        #expect(
            Self.names(["reasoning"], sent: sent) { $0.reasoning.effort = ReasoningPreferences.Effort.none }.isEmpty)
        #expect(Self.names(["reasoning"], sent: sent) { $0.reasoning.isEnabled = false }.isEmpty)
        #expect(Self.names(["reasoning"], sent: sent) { $0.reasoning.maxTokens = 0 }.isEmpty)
    }

    @Test func whoDemandsEveryParameterKeepsThem() {
        #expect(Self.names(["top_k"], sent: ["top_k"]) { $0.provider.requiresParameters = true }.isEmpty)
    }
}
