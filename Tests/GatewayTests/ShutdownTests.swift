import Accounting
import Activity
import TestSupport
import Testing

@Suite("Shutting down")
struct ShutdownTests {
    @Test func aRunningStreamEndsWithATypedErrorAndARecord() async throws {
        let upstream = try ScriptedUpstream(
            [.readRequest, .startEvents, .chunk(Script.content("Good")), .readUntilEnd])
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream()
            _ = await caller.answer { $0.streamedText == "Good" }
            gateway.endAll()
            let answer = await caller.wholeAnswer()
            expectTypedError(answer)
            #expect(answer.body.contains("shutting down"))
            #expect(gateway.ledger.records.map(\.status) == [.failed])
            #expect(gateway.ledger.records.map(\.charge) == [.none])
            #expect(await upstream.wait { $0[0].peerClosed })
        }
    }

    @Test(arguments: [false, true])
    func aRequestWithoutAnAnswerYetGetsAnErrorAndNoFurtherTry(isStream: Bool) async throws {
        let alpha = try ScriptedUpstream([.readRequest, .readUntilEnd])
        let beta = try ScriptedUpstream.good()
        try await withGateway(Upstream(alpha), Upstream(beta)) { gateway in
            let caller = try isStream ? gateway.askStream() : gateway.ask()
            #expect(await alpha.wait { !$0.isEmpty && $0[0].text.contains("hello there") })
            gateway.endAll()
            let answer = await caller.wholeAnswer()
            #expect(answer.status >= 500)
            #expect(answer.value("error.message")?.contains("shutting down") == true)
            #expect(gateway.ledger.records.map(\.status) == [.failed])
        }
        #expect(beta.requestCount == 0)
    }
}
