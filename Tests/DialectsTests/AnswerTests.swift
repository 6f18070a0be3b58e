import Accounting
import Completions
import JSONText
import Testing

@testable import Dialects

@Suite struct AnswerTests {
    @Test(arguments: Fixture.all("answers"))
    func writesAsWritten(fixture: Fixture) throws {
        let options = fixture.has("options") ? try JSON(fixture.text("options")) : .null
        let stamp = options["text"] == .bool(true) ? testTextStamp : testStamp
        let scanner = JSONScanner()
        let root = try scanner.scan(copying: fixture.text("upstream"))
        let summary = ChatAnswer.inspect(root)
        #expect(!summary.hasError && !summary.isMalformed)
        try check(summary, against: JSON(fixture.text("summary")))
        let usage = try #require(summary.usage)
        if fixture.has("usage") { try check(usage, against: JSON(fixture.text("usage"))) }
        let text = written {
            ChatAnswer.write(
                root, stamp: stamp, hidesReasoning: options["hides_reasoning"] == .bool(true), usage: usage,
                charge: testCharge, into: &$0)
        }
        guard case .object(var members) = try JSON(text) else { return }
        #expect(members.removeValue(forKey: "id") == .string(stamp.id))
        #expect(members.removeValue(forKey: "model") == .string("acme/model"))
        #expect(members.removeValue(forKey: "provider") == .string("Acme \"Inc\""))
        #expect(members.removeValue(forKey: "created") == .integer(1_700_000_000))
        let object = stamp.kind == .chat ? "chat.completion" : "text_completion"
        #expect(members.removeValue(forKey: "object") == .string(object))
        #expect(try JSON.object(members) == JSON(fixture.text("downstream")), "\(text)")
    }

    @Test func thereAreFixtures() {
        #expect(Fixture.all("answers").count >= 8)
    }

    private func check(_ summary: AnswerSummary, against expected: JSON) throws {
        #expect(summary.finishReason.map { "\($0.wireName)" } == expected["finish"].text)
        #expect(summary.nativeFinishReason == expected["native"].text)
        #expect(JSON.bool(summary.hasOutput) == expected["output"])
        #expect(summary.produced.bytes == 0, "nothing is counted where usage was reported")
        if let tier = expected["tier"].text { #expect(summary.serviceTier == tier) }
    }

    private func check(_ usage: TokenUsage, against expected: JSON) throws {
        #expect(Int64(usage.prompt) == expected["prompt"].number)
        #expect(Int64(usage.completion) == expected["completion"].number)
        #expect(Int64(usage.reasoning) == expected["reasoning"].number)
        #expect(usage.upstreamCost?.nanos == expected["cost"].number)
    }

    private func summary(_ body: String) throws -> AnswerSummary {
        let scanner = JSONScanner()
        return ChatAnswer.inspect(try scanner.scan(copying: body))
    }

    @Test(arguments: ["[]", "5", "{}", #"{"choices":[]}"#, #"{"choices":{}}"#, #"{"choices":null,"usage":{}}"#])
    func whatIsNoAnswerIsMalformed(body: String) throws {
        let summary = try summary(body)
        #expect(summary.isMalformed && !summary.hasError)
    }

    @Test(arguments: [
        #"{"error":{"message":"m"}}"#, #"{"error":"m"}"#, #"{"detail":"m"}"#, #"{"object":"error","message":"m"}"#,
        #"[{"error":{"message":"m"}}]"#, #"{"choices":[{"finish_reason":"error","message":{"content":"part"}}]}"#,
        #"{"choices":[{"index":0,"message":{"content":"x"}},{"index":1,"error":{"message":"m"}}]}"#,
    ])
    func errorsInsideAreSeen(body: String) throws {
        let summary = try summary(body)
        #expect(summary.hasError && !summary.isMalformed)
    }

    @Test func neitherOutputNorReasonIsVisible() throws {
        let empty = try summary(#"{"choices":[{"index":0,"message":{"role":"assistant","content":null}}]}"#)
        #expect(!empty.hasOutput && empty.finishReason == nil && empty.usage == nil && !empty.isMalformed)
        let silent = try summary(#"{"choices":[{"index":0,"message":{"content":"x"},"finish_reason":null}]}"#)
        #expect(silent.hasOutput && silent.finishReason == .stop)
    }

    @Test func outputIsCountedWhereNothingWasReported() throws {
        let summary = try summary(#"{"choices":[{"message":{"content":"Hello there"}}],"usage":null}"#)
        #expect(summary.usage == nil && summary.produced.tokens == 2 && summary.produced.bytes == 11)
    }

    /// The table of hosts' usage forms.
    @Test(arguments: [
        (#"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}"#, [10, 5, 0, 0, 0]),
        (#"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4}}"#, [10, 5, 4, 0, 0]),
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3}}"#,
            [10, 5, 4, 3, 0]
        ),
        (#"{"prompt_tokens":10,"completion_tokens":5,"prompt_cache_hit_tokens":8}"#, [10, 5, 8, 0, 0]),
        (#"{"prompt_tokens":10,"completion_tokens":5,"cached_tokens":2}"#, [10, 5, 2, 0, 0]),
        // Gateways that speak for Anthropic.
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"cache_read_input_tokens":4,"cache_creation_input_tokens":3}"#,
            [10, 5, 4, 3, 0]
        ),
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":4,"cache_creation_tokens":3},"cache_creation_input_tokens":9}"#,
            [10, 5, 4, 3, 0]
        ),
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":8,"cache_creation_tokens":9}}"#,
            [10, 5, 8, 2, 0]
        ),
        (#"{"prompt_tokens":10,"completion_tokens":5,"reasoning_tokens":3}"#, [10, 5, 0, 0, 3]),
        // xAI: only the total proves that reasoning is not inside the completion.
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":18,"completion_tokens_details":{"reasoning_tokens":3}}"#,
            [10, 8, 0, 0, 3]
        ),
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"completion_tokens_details":{"reasoning_tokens":3}}"#,
            [10, 5, 0, 0, 3]
        ),
        // Perplexity's research: neither its reasoning nor what it read of its sources is in its totals.
        (
            #"{"prompt_tokens":33,"completion_tokens":7163,"total_tokens":7196,"citation_tokens":20016,"num_search_queries":18,"reasoning_tokens":73997}"#,
            [20049, 81160, 0, 0, 73997]
        ),
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"citation_tokens":0,"reasoning_tokens":3}"#,
            [10, 8, 0, 0, 3]
        ),
        // Nonsense is bounded, never trusted.
        (
            #"{"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":99}}"#,
            [10, 5, 10, 0, 0]
        ),
        (#"{"prompt_tokens":-4,"completion_tokens":5}"#, [0, 5, 0, 0, 0]),
        (#"{"prompt_tokens":10,"completion_tokens":null,"completion_tokens_details":null}"#, [10, 0, 0, 0, 0]),
        (#"{"prompt_tokens":10.0,"completion_tokens":5}"#, [10, 5, 0, 0, 0]),
    ])
    func readsUsageOfEveryHost(usage: String, expected: [Int]) throws {
        let read = try #require(try summary(#"{"choices":[{"index":0}],"usage":\#(usage)}"#).usage)
        #expect([read.prompt, read.completion, read.cached, read.cacheWrite, read.reasoning] == expected)
        #expect(read.total == read.prompt + read.completion)
    }

    /// What is written to the cache, by its duration, and what of the audio was read from it.
    @Test(arguments: [
        (#""cache_write_tokens":7,"cache_creation_token_details":{"ephemeral_1h_input_tokens":3}"#, [4, 3, 0]),
        (#""cache_creation_token_details":{"ephemeral_5m_input_tokens":4,"ephemeral_1h_input_tokens":3}"#, [4, 3, 0]),
        // DashScope, without and with what it says of the duration.
        (#""cached_tokens":2,"cache_creation_input_tokens":8,"cache_type":"ephemeral""#, [8, 0, 0]),
        (#""cache_creation_input_tokens":8,"cache_creation":{"ephemeral_5m_input_tokens":8}"#, [8, 0, 0]),
        (#""cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":3}"#, [5, 3, 0]),
        (#""cache_creation":null,"cache_creation_input_tokens":8"#, [8, 0, 0]),
        (#""cache_creation_token_details":{"ephemeral_1h_input_tokens":30}"#, [0, 20, 0]),
        (#""cache_write_tokens":30,"cache_creation_token_details":{"ephemeral_1h_input_tokens":15}"#, [5, 15, 0]),
        (#""cached_tokens":6,"cached_tokens_details":{"audio_tokens":5},"audio_tokens":9"#, [0, 0, 5]),
        (#""cached_tokens":6,"cached_tokens_details":{"audio_tokens":50},"audio_tokens":9"#, [0, 0, 6]),
        (#""cached_tokens":6,"cached_tokens_details":{"audio_tokens":50},"audio_tokens":3"#, [0, 0, 3]),
        (#""cached_tokens":6,"cached_tokens_details":null"#, [0, 0, 0]),
    ])
    func readsPartsOfTheCache(details: String, expected: [Int]) throws {
        let usage = #"{"prompt_tokens":20,"completion_tokens":5,"prompt_tokens_details":{\#(details)}}"#
        let read = try #require(try summary(#"{"choices":[{"index":0}],"usage":\#(usage)}"#).usage)
        #expect([read.cacheWrite5m, read.cacheWrite1h, read.cachedAudio] == expected)
    }

    @Test(arguments: ["null", "{}", "[]", #"{"total_tokens":5}"#, #"{"prompt_tokens":"5"}"#])
    func noReportIsNoUsage(usage: String) throws {
        #expect(try summary(#"{"choices":[{"index":0}],"usage":\#(usage)}"#).usage == nil)
    }

    @Test(arguments: [
        (#""cost":0.00012"#, 120_000), (#""cost":{"total_cost":1e-4}"#, 100_000),
        (#""estimated_cost":2"#, 2_000_000_000),
        (#""cost_in_usd_ticks":50"#, 5),
    ])
    func readsWhatTheProviderCharged(cost: String, nanos: Int64) throws {
        let usage = try summary(#"{"choices":[{}],"usage":{"prompt_tokens":1,"completion_tokens":1,\#(cost)}}"#).usage
        #expect(usage?.upstreamCost == Credits(nanos: nanos))
    }
}
