import Accounting
import Activity
import Gateway
import TestSupport
import Testing

/// However a call of a limited key ends, it has one record, its charge is what the key has spent, and nothing is held.
@Suite("Every way out of a hold")
struct HoldExitTests {
    enum Exit: CaseIterable {
        case answer, stream
        case upstreamError, malformedAnswer, cutBeforeTheHead, cutAnswer, cutStream, errorInStream
        case noFirstByte, silentStream, noEnd
        case callerLeavesAnswer, callerLeavesStream, callerLeavesContent
        case shutdownOfAnswer, shutdownOfStream
    }

    @Test(arguments: Exit.allCases)
    func nothingStaysHeld(after exit: Exit) async throws {
        let steps = exit.steps
        let upstream = try ScriptedUpstream([.readRequest] + steps + [.readRequest] + steps + [.readUntilEnd])
        try await withGateway(Upstream(upstream), key: MoneyTests.limited, settings: exit.shorten) { gateway in
            let caller = try exit.isStream ? gateway.askStream(MoneyTests.bounded) : gateway.ask(MoneyTests.bounded)
            if exit.isEndedByUs {
                #expect(await eventually { upstream.requestCount == 1 })
                if exit.hasContent { _ = await caller.answer { $0.streamedText == "Good" } }
                #expect(MoneyTests.money(gateway).left! < MoneyTests.limit.nanos, "it is held while it runs")
                if exit.status == .cancelled { caller.disconnect() } else { gateway.endAll() }
            }
            if exit.status != .cancelled { _ = await caller.wholeAnswer() }
            let record = try #require(await gateway.records().first)
            #expect(record.status == exit.status)
            #expect((record.charge.total > .zero) == exit.isPaid)
            await MoneyTests.expectCharged(record.charge.total.nanos, gateway)
            #expect(gateway.ledger.records.count == 1)
        }
    }
}

extension HoldExitTests.Exit {
    fileprivate var steps: [ScriptedUpstream.Step] {
        let content = Script.content("Good")
        return switch self {
        case .answer: [.respond(json: Script.answer)]
        case .stream: [.startEvents, .chunk(content + Script.finish + Script.usage + Script.done), .chunk("")]
        case .upstreamError: [.respond(json: "{}", status: "500 Oops")]
        case .malformedAnswer: [.respond(json: "<html>")]
        case .cutBeforeTheHead: [.reset]
        case .cutAnswer: [.send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"id\":"), .reset]
        case .cutStream: [.startEvents, .chunk(content), .reset]
        case .errorInStream: [.startEvents, .chunk(content + Script.error), .chunk("")]
        case .noFirstByte: [.startEvents, .readUntilEnd]
        case .silentStream, .callerLeavesContent, .shutdownOfStream: [.startEvents, .chunk(content), .readUntilEnd]
        case .noEnd, .callerLeavesAnswer, .callerLeavesStream, .shutdownOfAnswer: [.readUntilEnd]
        }
    }

    fileprivate func shorten(_ settings: inout GatewaySettings) {
        switch self {
        case .noFirstByte: settings.firstByteMs = 50
        case .silentStream: settings.idleMs = 50
        case .noEnd: settings.totalMs = 50
        default: break
        }
    }

    fileprivate var isStream: Bool {
        switch self {
        case .stream, .cutStream, .errorInStream, .noFirstByte, .silentStream, .callerLeavesStream,
            .callerLeavesContent, .shutdownOfStream:
            true
        default: false
        }
    }

    fileprivate var isEndedByUs: Bool {
        switch self {
        case .callerLeavesAnswer, .callerLeavesStream, .callerLeavesContent, .shutdownOfAnswer, .shutdownOfStream: true
        default: false
        }
    }

    fileprivate var hasContent: Bool { self == .callerLeavesContent || self == .shutdownOfStream }

    fileprivate var status: GenerationStatus {
        switch self {
        case .answer, .stream: .completed
        case .callerLeavesAnswer, .callerLeavesStream, .callerLeavesContent: .cancelled
        default: .failed
        }
    }

    fileprivate var isPaid: Bool { status == .completed || self == .callerLeavesContent }
}
