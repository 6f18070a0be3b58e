import Accounting
import Activity
import Catalog
import TestSupport
import Testing

@Suite("Callers who leave")
struct DisconnectTests {
    @Test(arguments: [false, true])
    func leavingASilentUpstreamClosesItAndLeavesOneRecord(isStream: Bool) async throws {
        let upstream = try ScriptedUpstream([.readRequest, .readUntilEnd])
        let other = try ScriptedUpstream.good()
        try await withGateway(Upstream(upstream), Upstream(other)) { gateway in
            let caller = try isStream ? gateway.askStream() : gateway.ask()
            #expect(await upstream.wait { !$0.isEmpty && $0[0].text.contains("hello there") })
            caller.disconnect()
            #expect(await upstream.wait { $0[0].peerClosed })
            let records = await gateway.records()
            await gateway.turn()
            #expect(gateway.ledger.records.count == 1)
            #expect(records.map(\.status) == [.cancelled] && records.map(\.httpStatus) == [499])
            #expect(records.map(\.charge) == [.none] && records[0].usage.upstreamCost == nil, "nobody knows it")
        }
        #expect(other.requestCount == 0)
    }

    @Test func leavingAStreamIsChargedForWhatWasProduced() async throws {
        let upstream = try ScriptedUpstream(
            [.readRequest, .startEvents, .chunk(Script.content("Good day to you all.")), .readUntilEnd])
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream()
            _ = await caller.answer { !$0.streamedText.isEmpty }
            caller.disconnect()
            #expect(await upstream.wait { $0[0].peerClosed })
            let record = try #require(await gateway.records().first)
            #expect(record.status == .cancelled && record.httpStatus == 499)
            #expect(record.usage.isEstimated && record.usage.completion > 0 && record.usage.prompt > 0)
            #expect(record.charge.total.nanos > 0)
            await gateway.turn()
            #expect(gateway.ledger.records.count == 1)
        }
    }

    /// Anthropic and others say at the beginning what they know by then.
    @Test(arguments: [0, 1])
    func leavingAfterAnEarlyReportIsChargedForWhatWasProduced(reported: Int) async throws {
        let upstream = try ScriptedUpstream([
            .readRequest, .startEvents,
            .chunk(Script.role(reporting: reported) + Script.content("Good day to you all.")), .readUntilEnd,
        ])
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream()
            _ = await caller.answer { !$0.streamedText.isEmpty }
            caller.disconnect()
            let record = try #require(await gateway.records().first)
            #expect(record.status == .cancelled && record.usage.isEstimated)
            #expect(record.usage.prompt == 10 && record.usage.completion >= 5)
            #expect(record.charge.total.nanos == 10 * 1000 + Int64(record.usage.completion) * 2000)
        }
    }

    @Test func aProviderThatBillsOnIsReadToItsEndForAPlainAnswerToo() async throws {
        let upstream = try ScriptedUpstream.answering(.gate, .respond(json: Script.answer))
        try await withGateway(Upstream(upstream, cancel: .bills)) { gateway in
            let caller = try gateway.ask()
            #expect(await upstream.wait { !$0.isEmpty && $0[0].text.contains("hello there") })
            caller.disconnect()
            await gateway.turn()
            #expect(gateway.ledger.records.isEmpty && !upstream.connections[0].peerClosed)
            upstream.openGate()
            let record = try #require(await gateway.records().first)
            #expect(record.status == .cancelled && record.httpStatus == 499)
            #expect(record.charge.total.nanos == Script.cost && record.usage.upstreamCost?.nanos == Script.cost)
        }
    }

    @Test(arguments: [Script.content("Good"), ""])
    func aProviderThatBillsOnIsReadToItsEnd(first: String) async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(first + Script.role), .gate,
            .chunk(Script.content(" day.") + Script.finish + Script.usage + Script.done), .chunk(""))
        try await withGateway(Upstream(upstream, cancel: .bills)) { gateway in
            let caller = try gateway.askStream()
            if first.isEmpty {
                #expect(await upstream.wait { !$0.isEmpty && $0[0].text.contains("hello there") })
            } else {
                _ = await caller.answer { !$0.streamedText.isEmpty }
            }
            caller.disconnect()
            await gateway.turn()
            #expect(gateway.ledger.records.isEmpty && !upstream.connections[0].peerClosed)
            upstream.openGate()
            let record = try #require(await gateway.records().first)
            #expect(record.status == .cancelled && record.httpStatus == 499)
            #expect(!record.usage.isEstimated && record.usage.completion == 5)
            #expect(record.charge.total.nanos == Script.cost)
            await gateway.turn()
            #expect(gateway.ledger.records.count == 1)
        }
    }

    @Test func leavingWhileTheRecordIsWrittenChangesNothing() async throws {
        let upstream = try ScriptedUpstream.goodStream()
        try await withGateway(Upstream(upstream)) { gateway in
            gateway.ledger.hold()
            let caller = try gateway.askStream()
            #expect(await gateway.records().count == 1)
            caller.disconnect()
            await gateway.turn()
            gateway.ledger.release()
            await gateway.turn()
            #expect(gateway.ledger.records.map(\.status) == [.completed])
        }
    }

    @Test func leavingDuringThePauseBeforeASecondTryEndsThere() async throws {
        let upstream = try ScriptedUpstream([
            .readRequest,
            .send("HTTP/1.1 503 Service Unavailable\r\nretry-after: 2\r\ncontent-length: 2\r\n\r\n{}"), .readUntilEnd,
        ])
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.ask()
            #expect(await upstream.wait { !$0.isEmpty && $0[0].text.contains("hello there") })
            await gateway.turn()
            caller.disconnect()
            let record = try #require(await gateway.records().first)
            #expect(record.status == .cancelled && record.charge == .none)
            #expect(record.attempts.map(\.status) == [503], "only the try that was made")
        }
        #expect(upstream.requestCount == 1)
    }
}
