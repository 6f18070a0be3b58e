import Accounting
import Activity
import Completions
import TestSupport
import Testing

@Suite("Plain answers")
struct PlainAnswerTests {
    @Test func carriesOurStampAndPriceAndLeavesOneRecord() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.ask(",\"user\":\"ann\"").wholeAnswer()
            #expect(answer.status == 200)
            #expect(answer.value("model") == "\"acme/one\"")
            #expect(answer.value("provider") == "\"Alpha\"")
            #expect(answer.value("choices.0.message.content") == "\"Good day.\"")
            #expect(answer.value("usage.completion_tokens") == "5")
            #expect(answer.body.contains("\"cost\":0.00002,"))

            let records = gateway.ledger.records
            try #require(records.count == 1)
            let record = records[0]
            #expect(answer.value("id") == "\"\(record.id)\"")
            #expect(answer.header("x-generation-id") == "\(record.id)")
            #expect(record.status == .completed && record.httpStatus == 200)
            #expect(record.charge.total.nanos == Script.cost)
            #expect(record.usage.prompt == 10 && record.usage.completion == 5 && !record.usage.isEstimated)
            #expect(record.upstreamID == "up-7" && record.finishReason == .stop)
            #expect(record.attempts.map(\.provider) == ["Alpha"])
            #expect(record.user == "ann" && !record.hasInFlightRow && gateway.ledger.begun.isEmpty)
        }
        #expect(upstream.received().contains("\"model\":\"up-one\""))
        #expect(!upstream.received().contains("\"ann\""), "the provider gets a pseudonym")
    }

    @Test func nothingLeavesBeforeTheRecordIsDurable() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            gateway.ledger.hold()
            let caller = try gateway.ask()
            #expect(await gateway.records().count == 1)
            await gateway.turn()
            #expect(caller.answer.isEmpty)
            gateway.ledger.release()
            #expect(await caller.wholeAnswer().value("choices.0.message.content") == "\"Good day.\"")
            #expect(gateway.ledger.records.count == 1)
        }
    }

    @Test func aLargeAnswerComesWholeAndItsMemoryIsGivenBack() async throws {
        let text = String(repeating: "0123456789", count: 20_000)
        let upstream = try ScriptedUpstream.answering(
            .respond(json: Script.answer.replacing("Good day.", with: text)))
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.ask().wholeAnswer()
            #expect(answer.value("choices.0.message.content") == "\"\(text)\"")
        }
    }

    @Test func requestsOfOneConnectionAreIndependent() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.ask()
            let first = await caller.wholeAnswer()
            caller.forget()
            caller.send(GatewayFixture.request())
            let second = await caller.wholeAnswer()
            #expect(first.status == 200 && second.status == 200)
            #expect(first.value("id") != second.value("id"))
            #expect(gateway.ledger.records.count == 2)
        }
        #expect(upstream.connections.count == 1, "the upstream connection is used again")
    }
}
