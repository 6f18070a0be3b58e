import Accounting
import Activity
import TestSupport
import Testing

/// What is charged where a provider's report is not, or may not be, the whole truth.
@Suite("Reported usage")
struct ReportedUsageTests {
    private static let text = Script.content("Good day to you all.")

    private static func record(
        _ upstream: Upstream, isStream: Bool = true, _ members: String = ""
    ) async throws -> GenerationRecord {
        var record: GenerationRecord?
        try await withGateway(upstream) { gateway in
            let caller = try isStream ? gateway.askStream(members) : gateway.ask(members)
            let answer = await caller.wholeAnswer()
            #expect(answer.status == 200)
            let records = await gateway.records()
            try #require(records.count == 1)
            record = records[0]
            if records[0].status == .completed {
                let charged = "\"cost\":\(records[0].charge.total)"
                #expect(answer.body.contains(charged), "the caller is told what is charged")
            }
        }
        return try #require(record)
    }

    // MARK: When it came

    static let wholes: [String] = [
        // Behind the end, with it, before it, with the only content, and without any end.
        text + Script.finish + Script.usage + Script.done,
        Script.role(reporting: 1) + text + Script.finish + Script.usage + Script.done,
        Script.role(reporting: 1) + text + Script.reporting(5, with: Script.finish) + Script.done,
        text + Script.usage + Script.finish + Script.done,
        Script.reporting(5, with: Script.content("Good day to you all.", finish: "stop")) + Script.done,
        text + Script.usage + Script.done,
        Script.reporting(3, with: text) + Script.content("!") + Script.finish + Script.usage + Script.done,
        text + Script.finish + Script.usage + nothing + Script.done,
    ]

    private static let nothing =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\n"

    @Test(arguments: wholes)
    func aReportAtTheEndIsTheWhole(stream: String) async throws {
        let upstream = try ScriptedUpstream.answering(.startEvents, .chunk(stream), .chunk(""))
        let record = try await Self.record(Upstream(upstream))
        #expect(record.status == .completed && !record.usage.isEstimated && record.usage.completion == 5)
        #expect(record.charge.total.nanos == Script.cost)
    }

    @Test(arguments: [0, 1])
    func oneBeforeTheContentIsNot(reported: Int) async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.role(reporting: reported) + Self.text + Script.finish + Script.done),
            .chunk(""))
        let record = try await Self.record(Upstream(upstream))
        #expect(record.status == .completed && record.usage.isEstimated)
        #expect(record.usage.prompt == 10 && record.usage.completion >= 5)
        #expect(record.charge.total.nanos == 10 * 1000 + Int64(record.usage.completion) * 2000)
    }

    @Test func whatTheProviderSaidToHaveWrittenCountsWhereItIsMore() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.role(reporting: 77) + Self.text + Script.finish + Script.done), .chunk(""))
        let record = try await Self.record(Upstream(upstream))
        #expect(record.usage.isEstimated && record.usage.completion == 77)
    }

    @Test func oneWithTheEndOfTheFirstOfTwoChoicesIsNot() async throws {
        let first = Script.content("Good day.", finish: "stop")
        let second = Script.content("Good evening to all of you.", choice: 1, finish: "stop")
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.reporting(3, with: first) + second + Script.done), .chunk(""))
        let record = try await Self.record(Upstream(upstream), ",\"n\":2")
        #expect(record.status == .completed && record.usage.isEstimated && record.usage.completion > 6)
    }

    @Test func aBrokenStreamCostsTheOperatorWhatWasProduced() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.role(reporting: 1) + Self.text + Script.error))
        let record = try await Self.record(Upstream(upstream))
        #expect(record.status == .failed && record.charge == .none && record.usage.isEstimated)
        #expect(record.usage.upstreamCost?.nanos == 10 * 1000 + Int64(record.usage.completion) * 2000)
    }

    // MARK: What it says

    static let absurd = [
        #"{"prompt_tokens":1000000000000,"completion_tokens":5}"#,
        #"{"prompt_tokens":10,"completion_tokens":4000000000}"#,
        #"{"prompt_tokens":10,"completion_tokens":5,"num_search_queries":1000000000000}"#,
    ]

    private static func answering(_ usage: String, isStream: Bool) throws -> ScriptedUpstream {
        let ordinary = #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15}"#
        guard isStream else {
            return try .answering(.respond(json: Script.answer.replacing(ordinary, with: usage)))
        }
        let report = Script.usage.replacing(ordinary, with: usage)
        return try .answering(.startEvents, .chunk(text + Script.finish + report + Script.done), .chunk(""))
    }

    @Test(arguments: absurd, [false, true])
    func whatNoAnswerCanUseIsNotBelieved(usage: String, isStream: Bool) async throws {
        let record = try await Self.record(Upstream(Self.answering(usage, isStream: isStream)), isStream: isStream)
        #expect(record.status == .completed && record.usage.isEstimated)
        #expect((1...30).contains(record.usage.prompt) && (1...30).contains(record.usage.completion))
        #expect(record.usage.webSearches == 0)
    }

    @Test(arguments: [false, true])
    func neitherIsWhatWouldCostMillions(isStream: Bool) async throws {
        let usage = #"{"prompt_tokens":200000000,"completion_tokens":5}"#
        var upstream = Upstream(try Self.answering(usage, isStream: isStream))
        let believed = try await Self.record(upstream, isStream: isStream)
        #expect(!believed.usage.isEstimated && believed.charge.total.nanos == 200_000_010_000)
        upstream = Upstream(try Self.answering(usage, isStream: isStream))
        upstream.promptPrice = "0.01"
        let doubted = try await Self.record(upstream, isStream: isStream)
        #expect(doubted.usage.isEstimated && doubted.usage.prompt < 30 && doubted.usage.completion > 0)
    }

    @Test(arguments: ["9e9", "1000000.1", "-0.5"], [false, true])
    func aCostThatCannotBeIsTheListPrice(cost: String, isStream: Bool) async throws {
        let usage = #"{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"cost":\#(cost)}"#
        let record = try await Self.record(Upstream(Self.answering(usage, isStream: isStream)), isStream: isStream)
        #expect(!record.usage.isEstimated && record.usage.upstreamCost?.nanos == Script.cost)
        #expect(record.charge.total.nanos == Script.cost)
    }
}
