import Accounting
import Activity
import Completions
import TestSupport
import Testing

/// A way to fail before there is any content.
struct EarlyFailure: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let isStream: Bool
    let failure: FailureClass
    /// nil: nothing listens there.
    let steps: [ScriptedUpstream.Step]?

    init(_ name: String, stream isStream: Bool, _ failure: FailureClass, _ steps: [ScriptedUpstream.Step]?) {
        testDescription = (isStream ? "stream, " : "plain, ") + name
        self.isStream = isStream
        self.failure = failure
        self.steps = steps
    }

    static let all: [EarlyFailure] =
        [false, true].flatMap { isStream in
            [
                EarlyFailure("connection refused", stream: isStream, .unreachable, nil),
                EarlyFailure("closed without an answer", stream: isStream, .unreachable, []),
                EarlyFailure("500", stream: isStream, .serverError, status("500 Internal Server Error")),
                EarlyFailure("429", stream: isStream, .rateLimited, status("429 Too Many Requests")),
                EarlyFailure("401", stream: isStream, .authentication, status("401 Unauthorized")),
                EarlyFailure(
                    "error under 200", stream: isStream, .serverError,
                    [.respond(json: #"{"error":{"message":"the engine fell over","code":500}}"#), .readUntilEnd]),
            ]
        } + [
            EarlyFailure(
                "empty answer", stream: false, .emptyAnswer,
                [.respond(json: #"{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":""}}]}"#)]),
            EarlyFailure("malformed JSON", stream: false, .malformedAnswer, [.respond(json: #"{"choices":["#)]),
            EarlyFailure(
                "cut", stream: false, .malformedAnswer,
                [.send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{\"id\"")]),
            EarlyFailure("error as the first event", stream: true, .serverError, events(Script.error)),
            EarlyFailure("error after the role", stream: true, .serverError, events(Script.role + Script.error)),
            EarlyFailure("empty answer", stream: true, .emptyAnswer, events(Script.role + Script.done)),
            EarlyFailure("no event", stream: true, .malformedAnswer, events("")),
            EarlyFailure("malformed JSON", stream: true, .malformedAnswer, events("data: {\"choices\":[{\n\n")),
            EarlyFailure("cut", stream: true, .malformedAnswer, [.startEvents, .chunk(Script.role)]),
        ]

    private static func status(_ status: String) -> [ScriptedUpstream.Step] {
        [.respond(json: #"{"error":{"message":"not now"}}"#, status: status), .readUntilEnd]
    }

    private static func events(_ text: String) -> [ScriptedUpstream.Step] {
        [.startEvents] + (text.isEmpty ? [] : [.chunk(text)]) + [.chunk("")]
    }
}

@Suite("Failover")
struct FailoverTests {
    @Test(arguments: EarlyFailure.all)
    func theNextEndpointAnswersAfterAFailureBeforeTheFirstContent(_ failing: EarlyFailure) async throws {
        let beta = try failing.isStream ? ScriptedUpstream.goodStream() : ScriptedUpstream.good()
        let alpha: Upstream
        if let steps = failing.steps {
            alpha = Upstream(try ScriptedUpstream(scripts: [[.readRequest] + steps]))
        } else {
            alpha = Upstream(port: try LoopbackSocket.unusedPort())
        }
        try await withGateway(alpha, Upstream(beta)) { gateway in
            let caller = try failing.isStream ? gateway.askStream() : gateway.ask()
            let answer = await caller.wholeAnswer()
            if failing.isStream {
                expectComplete(answer)
            } else {
                #expect(answer.status == 200 && answer.value("provider") == "\"Beta\"")
            }
            #expect(gateway.ledger.records.count == 1)
            let record = try #require(gateway.ledger.records.first)
            #expect(record.status == .completed && record.provider == "Beta")
            #expect(record.charge.total.nanos == Script.cost)
            #expect(record.attempts.first?.provider == "Alpha" && record.attempts.last?.provider == "Beta")
            #expect(record.attempts.dropLast().allSatisfy { $0.failure == failing.failure })
            #expect(record.attempts.last?.failure == nil)
        }
        #expect(beta.requestCount == 1)
    }

    @Test(arguments: [
        ("error event", [ScriptedUpstream.Step.chunk(Script.error), .readUntilEnd]),
        ("malformed JSON", [.chunk("data: {\"choices\":[{\n\n"), .readUntilEnd]),
        ("end without finish reason", [.chunk("")]),
        ("cut", []),
        ("broken framing", [.send("zz\r\n"), .readUntilEnd]),
    ])
    func afterContentAFailureIsToldInTheStreamAndCostsNothing(
        _ name: String, _ steps: [ScriptedUpstream.Step]
    ) async throws {
        let alpha = try ScriptedUpstream(
            scripts: [[.readRequest, .startEvents, .chunk(Script.content("Good")), .gate] + steps])
        let beta = try ScriptedUpstream.goodStream()
        try await withGateway(Upstream(alpha), Upstream(beta)) { gateway in
            let caller = try gateway.askStream()
            _ = await caller.answer { $0.streamedText == "Good" }
            gateway.ledger.hold()
            alpha.openGate()
            #expect(await gateway.records().count == 1)
            await gateway.turn()
            #expect(caller.answer.events.count == 1, "the error is told once the record is durable")
            gateway.ledger.release()
            let answer = await caller.wholeAnswer()
            expectTypedError(answer)
            #expect(answer.streamedText == "Good")
            let record = try #require(gateway.ledger.records.first)
            #expect(gateway.ledger.records.count == 1)
            #expect(record.status == .failed && record.failure == .brokenStream && record.httpStatus == 200)
            #expect(record.charge == .none && record.finishReason == .error)
        }
        #expect(beta.requestCount == 0)
    }

    @Test func aRequestThatIsAtFaultIsNotTriedElsewhere() async throws {
        let alpha = try ScriptedUpstream.answering(
            .respond(json: #"{"error":{"message":"temperature is too high"}}"#, status: "400 Bad Request"))
        let beta = try ScriptedUpstream.good()
        try await withGateway(Upstream(alpha), Upstream(beta)) { gateway in
            let answer = try await gateway.ask().wholeAnswer()
            #expect(answer.status == 400)
            #expect(answer.value("error.message")?.contains("temperature is too high") == true)
            let records = gateway.ledger.records
            #expect(records.map(\.status) == [.failed] && records.map(\.httpStatus) == [400])
            #expect(records.map(\.attempts.count) == [1])
        }
        #expect(alpha.requestCount == 1 && beta.requestCount == 0)
    }

    @Test func everyFailedAttemptStandsInTheRecordInOrder() async throws {
        let broken = [ScriptedUpstream.Step.respond(json: "{}", status: "500 Internal Server Error")]
        let alpha = try ScriptedUpstream.answering(broken[0])
        let beta = try ScriptedUpstream.answering(.respond(json: "{}", status: "429 Too Many Requests"))
        let gamma = try ScriptedUpstream.answering(broken[0])
        try await withGateway(Upstream(alpha), Upstream(beta), Upstream(gamma)) { gateway in
            let answer = try await gateway.ask().wholeAnswer()
            #expect(answer.status == 503)
            #expect(answer.value("error.metadata.previous_errors.1.provider") == "\"Beta\"")
            let record = try #require(gateway.ledger.records.first)
            #expect(gateway.ledger.records.count == 1)
            #expect(record.status == .failed && record.charge == .none && record.usage.prompt == 0)
            #expect(record.attempts.map(\.provider) == ["Alpha", "Beta", "Gamma"])
            #expect(record.attempts.map(\.failure) == [.serverError, .rateLimited, .serverError])
            #expect(record.attempts.map(\.status) == [500, 429, 500])
        }
    }

    @Test func theNextModelOfTheListAnswers() async throws {
        let alpha = try ScriptedUpstream.answering(.respond(json: "{}", status: "500 Internal Server Error"))
        let beta = try ScriptedUpstream.good()
        try await withGateway(Upstream(alpha), Upstream(beta, model: "acme/two")) { gateway in
            let answer = try await gateway.ask(",\"models\":[\"acme/one\",\"acme/two\"]").wholeAnswer()
            #expect(answer.value("model") == "\"acme/two\"")
            let record = try #require(gateway.ledger.records.first)
            #expect(record.model == "acme/two" && record.requestedModel == "acme/one")
            #expect(record.attempts.map(\.model).first == "acme/one")
            #expect(record.attempts.map(\.model).last == "acme/two")
        }
    }
}

/// A stream whose last event is the typed error: no usage, no `[DONE]`, but a proper end of the body.
func expectTypedError(_ answer: CallerAnswer, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(answer.status == 200 && answer.isComplete, sourceLocation: sourceLocation)
    let last = answer.events.last ?? ""
    #expect(JSONComparison.value(at: "error.message", in: last) != nil, sourceLocation: sourceLocation)
    #expect(
        JSONComparison.value(at: "choices.0.finish_reason", in: last) == "\"error\"", sourceLocation: sourceLocation)
    #expect(!answer.body.contains("[DONE]") && !answer.body.contains("\"usage\""), sourceLocation: sourceLocation)
}
