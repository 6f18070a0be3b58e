import Accounting
import Completions
import Testing

@testable import Dialects

@Suite struct StreamTests {
    @Test(arguments: Fixture.all("streams"))
    func relaysAsWritten(fixture: Fixture) throws {
        let options = fixture.has("options") ? try JSON(fixture.text("options")) : .null
        let stamp = options["text"] == .bool(true) ? testTextStamp : testStamp
        var relay = Relay(hidesReasoning: options["hides_reasoning"] == .bool(true), stamp: stamp)
        for payload in fixture.lines("upstream") { try relay.send(payload) }
        let expected = fixture.lines("downstream")
        try #require(expected.count == relay.events.count)
        for (event, line) in zip(relay.events, expected) {
            guard let event else {
                #expect(line == "-")
                continue
            }
            #expect(try unstamped(event, stamp) == JSON(line == "-" ? "null" : line), "\(event)")
        }
        try check(relay, against: JSON(fixture.text("state")))
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("streams").count >= 14)
    }

    private func check(_ relay: Relay, against state: JSON) throws {
        #expect(relay.summaries.map { JSON.bool($0.hasContent) } == state["content"].elements)
        #expect(relay.summaries.allSatisfy { !$0.hasError })
        #expect(relay.state.finishReason.map { "\($0.wireName)" } == state["finish"].text)
        #expect(relay.state.nativeFinishReason == state["native"].text)
        #expect(relay.state.usage.map { Int64($0.prompt) } == state["prompt"].number)
        #expect(relay.state.usage.map { Int64($0.completion) } == state["completion"].number)
        if let cached = state["cached"].number { #expect(relay.state.usage?.cached == Int(cached)) }
        if let reasoning = state["reasoning"].number { #expect(relay.state.usage?.reasoning == Int(reasoning)) }
        if let cost = state["cost"].number { #expect(relay.state.usage?.upstreamCost?.nanos == cost) }
        if let tier = state["tier"].text { #expect(relay.state.serviceTier == tier) }
        if let end = state["at_end"].text { #expect("\(relay.state.finishReasonAtEnd.wireName)" == end) }
        #expect(relay.state.hasProduced == relay.summaries.contains { $0.hasContent })
        #expect((relay.state.produced.tokens > 0) == relay.state.hasProduced || relay.state.produced.bytes == 0)
    }

    /// The event without what every event must carry, after checking that it does.
    private func unstamped(_ event: String, _ stamp: ResponseStamp) throws -> JSON {
        guard case .object(var members) = try JSON(event) else { return .null }
        #expect(members.removeValue(forKey: "id") == .string(stamp.id))
        #expect(members.removeValue(forKey: "model") == .string("acme/model"))
        #expect(members.removeValue(forKey: "provider") == .string("Acme \"Inc\""))
        #expect(members.removeValue(forKey: "created") == .integer(1_700_000_000))
        let object = stamp.kind == .chat ? "chat.completion.chunk" : "text_completion"
        #expect(members.removeValue(forKey: "object") == .string(object))
        return .object(members)
    }

    @Test(arguments: [
        #"{"error":{"message":"boom","code":"server_error"}}"#,
        #"{"error":"boom"}"#,
        #"{"choices":[{"index":0,"delta":{"content":"x"}}],"error":{"message":"boom"}}"#,
        #"{"type":"error","message":"boom"}"#,
        #"{"object":"error","message":"boom","code":400}"#,
        #"{"detail":"boom"}"#,
        #"{"x_groq":{"error":"boom"},"choices":[{"index":0,"delta":{}}]}"#,
        #"{"choices":[{"index":0,"delta":{"content":"x"},"error":{"message":"boom"}}]}"#,
        #"[{"error":{"code":429,"message":"boom"}}]"#,
        #"{"err\u006fr":"boom"}"#,
    ])
    func errorsAreSeenAndNotWritten(payload: String) throws {
        var relay = Relay()
        try relay.send(payload)
        #expect(relay.summaries[0].hasError && !relay.summaries[0].isWritten)
        #expect(inBandError(payload)?.message.contains("boom") == true)
    }

    @Test(arguments: ["error", "insufficient_system_resource", "abort", "network_error"])
    func failingFinishReasonsAreErrors(reason: String) throws {
        let payload = #"{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"\#(reason)"}]}"#
        var relay = Relay()
        try relay.send(payload)
        #expect(relay.summaries[0].hasError && relay.events[0] == nil)
        #expect(inBandError(payload) != nil)
    }

    @Test(
        arguments: [
            (#"{"error":{"message":"m","type":"t","code":"c"}}"#, nil, "c", "t", "m"),
            (#"{"error":{"message":"m","code":503}}"#, 503, "503", nil, "m"),
            (#"{"error":{"message":"m","code":"429"}}"#, 429, "429", nil, "m"),
            (#"{"error":{"message":"m","code":null,"type":"overloaded_error"}}"#, nil, nil, "overloaded_error", "m"),
            (#"{"error":{"message":"m","code":7}}"#, nil, "7", nil, "m"),
            (#"{"error":"text","error_type":"overloaded"}"#, nil, nil, "overloaded", "text"),
            (#"{"object":"error","message":"m","type":"BadRequest","code":400}"#, 400, "400", "BadRequest", "m"),
            (#"{"detail":[{"msg":"m"}]}"#, nil, nil, nil, "m"),
            (#"{"detail":{"error":"m"}}"#, nil, nil, nil, "m"),
            (#"{"error":{}}"#, nil, nil, nil, "The provider reported an error without a message."),
        ] as [(String, Int?, String?, String?, String)])
    func readsErrorsOfEveryShape(
        payload: String, status: Int?, code: String?, type: String?, message: String
    ) throws {
        let error = try #require(inBandError(payload))
        #expect(error.status == status && error.code == code && error.type == type && error.message == message)
    }

    @Test(arguments: [
        #"{"choices":[],"error":null}"#, #"{"choices":[{"index":0,"delta":{}}]}"#, #"{"id":"x"}"#, #"{"detail":null}"#,
        "5", "[]",
    ])
    func whatIsNoErrorIsNone(payload: String) {
        #expect(inBandError(payload) == nil)
    }

    @Test func longSentencesAreCut() throws {
        let payload = #"{"error":"\#(String(repeating: "x", count: 100_000))"}"#
        #expect(try #require(inBandError(payload)).message.utf8.count <= DialectLimits.errorMessageBytes)
    }
}
