import Accounting
import Activity
import TestSupport
import Testing

@Suite("Streams")
struct StreamTests {
    @Test func contentArrivesBeforeTheEnd() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.role + Script.content("Good")), .gate,
            .chunk(Script.content(" day.") + Script.finish + Script.usage + Script.done), .chunk(""))
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream()
            let early = await caller.answer { $0.streamedText == "Good" }
            #expect(early.streamedText == "Good" && !early.isComplete)
            #expect(early.header("content-type") == "text/event-stream")
            upstream.openGate()
            let answer = await caller.wholeAnswer()
            expectComplete(answer)
            #expect(answer.events.allSatisfy { $0 == "[DONE]" || $0.contains("\"model\":\"acme/one\"") })
            #expect(gateway.ledger.records.map(\.charge.total.nanos) == [Script.cost])
        }
    }

    @Test func theEndLeavesInOnePieceOnceTheRecordIsDurable() async throws {
        let upstream = try ScriptedUpstream.goodStream()
        try await withGateway(Upstream(upstream)) { gateway in
            gateway.ledger.hold()
            let caller = try gateway.askStream()
            let early = await caller.answer { $0.streamedText == "Good day." }
            #expect(await gateway.records().count == 1)
            await gateway.turn()
            #expect(caller.answer.body == early.body)
            #expect(early.events.count == 1 && !early.body.contains("\"stop\""))
            gateway.ledger.release()
            let answer = await caller.wholeAnswer()
            expectComplete(answer)
            let end = answer.chunks.last ?? ""
            #expect(end.contains("\"finish_reason\":\"stop\"") && end.contains("\"cost\":0.00002,"))
            #expect(end.hasSuffix(Script.done))
            #expect(gateway.ledger.records.count == 1)
        }
    }

    @Test(arguments: [
        ("single bytes", 1, Script.content("Good day.")),
        ("events of several data lines", 4096, Script.content("Good day.").replacing(",\"", with: ",\ndata: \"")),
        ("carriage returns", 4096, Script.content("Good day.").replacing("\n", with: "\r\n")),
        ("comments between", 4096, ": still here\n\n" + Script.content("Good day.")),
        ("a bare line of JSON", 4096, String(Script.content("Good day.").dropFirst("data: ".count))),
    ])
    func anyFramingGivesTheSameStream(_ name: String, _ size: Int, _ content: String) async throws {
        let body = content + Script.finish + Script.usage + Script.done
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: \(body.utf8.count)\r\n\r\n"
        let upstream = try ScriptedUpstream.answering(.sendPieces(Array((head + body).utf8), size: size))
        try await withGateway(Upstream(upstream)) { gateway in
            expectComplete(try await gateway.askStream().wholeAnswer())
            #expect(gateway.ledger.records.map(\.status) == [.completed])
        }
    }

    @Test func aPlainAnswerToAStreamRequestBecomesAStream() async throws {
        let upstream = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.askStream().wholeAnswer()
            #expect(answer.header("content-type") == "text/event-stream")
            expectComplete(answer)
            #expect(gateway.ledger.records.map(\.charge.total.nanos) == [Script.cost])
        }
    }

    @Test func aStreamWithoutUsageIsChargedByEstimate() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.content("Good day.") + Script.finish + Script.done), .chunk(""))
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.askStream().wholeAnswer()
            #expect(answer.events.last == "[DONE]")
            let record = try #require(gateway.ledger.records.first)
            #expect(record.usage.isEstimated && record.usage.completion > 0)
            #expect(record.charge.total.nanos > 0)
        }
    }

    @Test func silenceAfterTheFinishReasonIsTheEnd() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.content("Good day.") + Script.finish + Script.usage), .readUntilEnd)
        try await withGateway(Upstream(upstream)) { gateway in
            expectComplete(try await gateway.askStream().wholeAnswer())
            let records = gateway.ledger.records
            #expect(records.map(\.status) == [.completed])
            #expect((records.first?.durationMs ?? 0) >= 2_000, "it might have said more")
            #expect(await upstream.wait { $0[0].peerClosed })
        }
    }
}

/// A whole stream of "Good day.": finish, usage, `[DONE]`, and each once.
func expectComplete(_ answer: CallerAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(answer.status == 200 && answer.isComplete, sourceLocation: sourceLocation)
    #expect(answer.streamedText == "Good day.", sourceLocation: sourceLocation)
    let reasons = answer.events.compactMap { JSONComparison.value(at: "choices.0.finish_reason", in: $0) }
    #expect(reasons.filter { $0 != "null" } == ["\"stop\""], sourceLocation: sourceLocation)
    #expect(
        answer.events.filter { JSONComparison.value(at: "usage.cost", in: $0) != nil }.count == 1,
        sourceLocation: sourceLocation)
    #expect(answer.events.filter { $0 == "[DONE]" }.count == 1, sourceLocation: sourceLocation)
    #expect(answer.events.last == "[DONE]", sourceLocation: sourceLocation)
}
