import Accounting
import Activity
import Gateway
import HTTPServer
import TestSupport
import Testing

@Suite("Memory of streams")
struct StreamMemoryTests {
    private static let size = 1_000_000
    private static let padding = String(repeating: " ", count: size)
    /// A good event, of which everything but the end is a megabyte of white space.
    private static let longEvent = Script.content(" day.").replacing("{\"id\"", with: "{\(padding)\"id\"")
    private static let secondChoice = Script.event(
        #"{"index":1,"delta":{"content":"\#(padding)"},"finish_reason":"stop"}"#)

    @Test func anUnfinishedEventCounts() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.content("Good") + Self.longEvent.dropLast(2)), .gate,
            .chunk("\n\n" + Script.finish + Script.usage + Script.done), .chunk(""))
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream()
            #expect(await eventually { gateway.budget.used > Self.size })
            upstream.openGate()
            expectComplete(await caller.wholeAnswer())
            #expect(await eventually { gateway.budget.used < 1_000 })
        }
    }

    @Test func whatIsHeldBackBehindTheFinishReasonCounts() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.content("Good day.") + Script.finish + Self.secondChoice), .gate,
            .chunk(Script.usage + Script.done), .chunk(""))
        // However long this machine takes to look.
        try await withGateway(Upstream(upstream), settings: { $0.silenceAfterFinishMs = 60_000 }) { gateway in
            let caller = try gateway.askStream()
            #expect(await eventually { gateway.budget.used > Self.size })
            upstream.openGate()
            #expect(await caller.wholeAnswer().events.last == "[DONE]")
            #expect(await eventually { gateway.budget.used < 1_000 })
        }
    }

    @Test func ordinaryStreamsTakeNothing() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.content("Good day.")), .gate,
            .chunk(Script.finish + Script.usage + Script.done),
            .chunk(""))
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream()
            _ = await caller.answer { $0.streamedText == "Good day." }
            #expect(gateway.budget.used < 1_000, "the request's own body")
            upstream.openGate()
            expectComplete(await caller.wholeAnswer())
        }
    }

    @Test func withoutRoomBeforeTheContentTheAnswerIs503() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(String(Self.longEvent.dropLast(2))), .readUntilEnd)
        let other = try ScriptedUpstream.goodStream()
        try await withGateway(Upstream(upstream), Upstream(other)) { gateway in
            let rest = gateway.budget.limit - Self.size / 2
            #expect(gateway.budget.take(rest))
            let answer = try await gateway.askStream().wholeAnswer()
            #expect(answer.status == 503 && answer.header("retry-after") != nil)
            #expect(other.requestCount == 0, "it would need as much")
            #expect(gateway.ledger.records.map(\.charge.total.nanos) == [0])
            #expect(await upstream.wait { $0[0].peerClosed })
            #expect(await eventually { gateway.budget.used < rest + 1_000 })
            gateway.budget.giveBack(rest)
        }
    }

    @Test func withoutRoomAfterTheContentTheStreamEndsWithTheTypedError() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Script.content("Good") + Self.longEvent.dropLast(2)), .readUntilEnd)
        try await withGateway(Upstream(upstream)) { gateway in
            let rest = gateway.budget.limit - Self.size / 2
            #expect(gateway.budget.take(rest))
            let answer = try await gateway.askStream().wholeAnswer()
            expectTypedError(answer)
            #expect(JSONComparison.value(at: "error.code", in: answer.events.last ?? "") == "503")
            #expect(gateway.ledger.records.map(\.charge.total.nanos) == [0])
            #expect(await eventually { gateway.budget.used < rest + 1_000 })
            gateway.budget.giveBack(rest)
        }
    }
}
