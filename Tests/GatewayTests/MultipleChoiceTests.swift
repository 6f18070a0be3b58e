import Accounting
import Activity
import Gateway
import TestSupport
import Testing

/// Streams of several choices, which end one after the other.
@Suite("Streams of several choices")
struct MultipleChoiceTests {
    private static let second = Script.event(#"{"index":1,"delta":{"content":"Good night."},"finish_reason":null}"#)
    private static let secondFinish = Script.event(#"{"index":1,"delta":{},"finish_reason":"length"}"#)
    private static let firstWhole = Script.content("Good day.") + Script.finish
    private static let rest = second + secondFinish + Script.usage + Script.done

    /// The reasons of all choices, in the order in which they came.
    private static func reasons(_ answer: CallerAnswer) -> [String] {
        answer.events.compactMap { event in
            guard let reason = JSONComparison.value(at: "choices.0.finish_reason", in: event), reason != "null"
            else { return nil }
            return (JSONComparison.value(at: "choices.0.index", in: event) ?? "") + reason
        }
    }

    private static func expectBothChoices(_ answer: CallerAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(answer.status == 200 && answer.isComplete, sourceLocation: sourceLocation)
        #expect(answer.streamedText == "Good day.Good night.", sourceLocation: sourceLocation)
        #expect(reasons(answer) == ["0\"stop\"", "1\"length\""], sourceLocation: sourceLocation)
        #expect(answer.events.last == "[DONE]", sourceLocation: sourceLocation)
    }

    @Test func aChoiceThatGoesOnLeavesWhileAnotherHasEnded() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Self.firstWhole + Self.second), .gate,
            .chunk(Self.secondFinish + Script.usage + Script.done), .chunk(""))
        try await withGateway(Upstream(upstream)) { gateway in
            let caller = try gateway.askStream(",\"n\":2")
            let early = await caller.answer { $0.streamedText == "Good day.Good night." }
            #expect(early.streamedText == "Good day.Good night." && !early.isComplete)
            upstream.openGate()
            Self.expectBothChoices(await caller.wholeAnswer())
            #expect(gateway.ledger.records.map(\.status) == [.completed])
            #expect(gateway.ledger.records.map(\.charge.total.nanos) == [Script.cost])
        }
    }

    @Test func theNextChoiceMayLetWaitLongerThanAnEndDoes() async throws {
        let upstream = try ScriptedUpstream.answering(
            .startEvents, .chunk(Self.firstWhole), .gate, .chunk(Self.rest), .chunk(""))
        let isShort = { (settings: inout GatewaySettings) in
            settings.commentMs = 1
            settings.silenceAfterFinishMs = 1
        }
        try await withGateway(Upstream(upstream), settings: isShort) { gateway in
            let caller = try gateway.askStream(",\"n\":2")
            // A comment goes out each time that the call looks how long it has been silent.
            let waiting = await caller.answer { $0.body.split(separator: "PROCESSING").count > 4 }
            #expect(waiting.streamedText == "Good day." && Self.reasons(waiting).isEmpty && !waiting.isComplete)
            upstream.openGate()
            Self.expectBothChoices(await caller.wholeAnswer())
            #expect(gateway.ledger.records.map(\.status) == [.completed])
        }
    }

    @Test(arguments: [
        ("cut", ScriptedUpstream.Step.finish),
        ("malformed", .chunk("data: {\"id\":\n\n")),
    ])
    func aStreamBrokenBetweenItsChoicesIsNotComplete(_ name: String, _ step: ScriptedUpstream.Step) async throws {
        let upstream = try ScriptedUpstream([.readRequest, .startEvents, .chunk(Self.firstWhole), step])
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.askStream(",\"n\":2").wholeAnswer()
            expectTypedError(answer)
            #expect(gateway.ledger.records.map(\.status) == [.failed])
            #expect(gateway.ledger.records.map(\.charge) == [.none])
        }
    }

    /// Both begin, and the first ends with nothing said: none of it leaves before there is content.
    @Test(arguments: [true, false])
    func aChoiceMayEndBeforeAnyHasContent(isTurnOfItsOwn: Bool) async throws {
        let begin = Script.role + Script.event(#"{"index":1,"delta":{"role":"assistant"},"finish_reason":null}"#)
        let early = begin + Script.finish
        let rest = Self.rest
        let steps: [ScriptedUpstream.Step] =
            isTurnOfItsOwn ? [.chunk(early), .pause(milliseconds: 100), .chunk(rest)] : [.chunk(early + rest)]
        let upstream = try ScriptedUpstream([.readRequest, .startEvents] + steps + [.chunk("")])
        try await withGateway(Upstream(upstream)) { gateway in
            let answer = try await gateway.askStream(",\"n\":2").wholeAnswer()
            #expect(answer.status == 200 && answer.isComplete && answer.streamedText == "Good night.")
            #expect(Self.reasons(answer) == ["0\"stop\"", "1\"length\""])
            #expect(gateway.ledger.records.map(\.status) == [.completed])
        }
    }

    /// What was held back of a provider that then fails is not the next one's answer.
    @Test func aChoiceThatEndedAtAProviderThatFailedIsForgotten() async throws {
        let begin = Script.role + Script.event(#"{"index":1,"delta":{"role":"assistant"},"finish_reason":null}"#)
        let broken = try ScriptedUpstream([
            .readRequest, .startEvents, .chunk(begin + Script.finish), .chunk(Script.error), .finish,
        ])
        let whole = try ScriptedUpstream.answering(.startEvents, .chunk(Self.firstWhole + Self.rest), .chunk(""))
        try await withGateway(Upstream(broken), Upstream(whole)) { gateway in
            Self.expectBothChoices(try await gateway.askStream(",\"n\":2").wholeAnswer())
            #expect(gateway.ledger.records.map(\.attempts.count) == [2])
        }
    }

    @Test(arguments: [Script.usage + Script.done, Script.usage])
    func aHostThatGivesFewerChoicesThanWereAskedForIsBelieved(_ end: String) async throws {
        let upstream = try ScriptedUpstream.answering(.startEvents, .chunk(Self.firstWhole + end), .chunk(""))
        try await withGateway(Upstream(upstream)) { gateway in
            expectComplete(try await gateway.askStream(",\"n\":2").wholeAnswer())
            #expect(gateway.ledger.records.map(\.charge.total.nanos) == [Script.cost])
        }
    }
}
