import Activity
import Gateway
import TestSupport
import Testing

@Suite("Long waits")
struct WaitingTests {
    private static let comment = ": OPENROUTER PROCESSING\n\n"

    @Test func commentsComeWhileTheCallerWaitsAndFailoverGoesOn() async throws {
        let alpha = try ScriptedUpstream.answering(.gate, .respond(json: "{}", status: "500 Internal Server Error"))
        let beta = try ScriptedUpstream.goodStream()
        try await withGateway(Upstream(alpha), Upstream(beta), settings: { $0.commentMs = 1 }) { gateway in
            let caller = try gateway.askStream()
            let early = await caller.answer { $0.body.contains(Self.comment) }
            #expect(early.status == 200 && early.body.hasPrefix(Self.comment) && early.events.isEmpty)
            alpha.openGate()
            expectComplete(await caller.wholeAnswer())
            let record = try #require(gateway.ledger.records.first)
            #expect(record.status == .completed && record.attempts.count == 2)
        }
    }

    @Test func anErrorAfterACommentIsToldInTheStream() async throws {
        let alpha = try ScriptedUpstream.answering(
            .gate, .respond(json: #"{"error":{"message":"no such tool"}}"#, status: "400 Bad Request"))
        try await withGateway(Upstream(alpha), settings: { $0.commentMs = 1 }) { gateway in
            let caller = try gateway.askStream()
            _ = await caller.answer { $0.body.contains(Self.comment) }
            alpha.openGate()
            let answer = await caller.wholeAnswer()
            expectTypedError(answer)
            #expect(JSONComparison.value(at: "error.code", in: answer.events.last ?? "") == "400")
            #expect(gateway.ledger.records.map(\.status) == [.failed])
            #expect(gateway.ledger.records.map(\.httpStatus) == [400])
        }
    }

    @Test func plainAnswersGetNoComments() async throws {
        let alpha = try ScriptedUpstream.answering(.gate, .respond(json: Script.answer))
        try await withGateway(Upstream(alpha), settings: { $0.commentMs = 1 }) { gateway in
            let caller = try gateway.ask()
            #expect(await eventually { gateway.ledger.begun.count == 1 })
            alpha.openGate()
            #expect(await caller.wholeAnswer().header("content-type") == "application/json")
        }
    }

    @Test(arguments: [false, true])
    func aRequestThatRunsForASecondGetsAnInFlightRow(isStream: Bool) async throws {
        let alpha =
            try isStream
            ? ScriptedUpstream.answering(
                .startEvents, .chunk(Script.content("Good")), .gate,
                .chunk(Script.content(" day.") + Script.finish + Script.usage + Script.done), .chunk(""))
            : ScriptedUpstream.answering(.gate, .respond(json: Script.answer))
        try await withGateway(Upstream(alpha)) { gateway in
            let caller = try isStream ? gateway.askStream() : gateway.ask()
            #expect(await eventually { !gateway.ledger.begun.isEmpty })
            #expect(gateway.ledger.records.isEmpty)
            alpha.openGate()
            #expect(await caller.wholeAnswer().status == 200)
            let begun = gateway.ledger.begun
            let records = gateway.ledger.records
            #expect(begun.map(\.status) == [.interrupted] && records.map(\.status) == [.completed])
            #expect(begun.map(\.id) == records.map(\.id))
            #expect(records.map(\.hasInFlightRow) == [true])
            #expect((begun.first?.durationMs ?? 0) >= 1_000)
        }
    }
}
