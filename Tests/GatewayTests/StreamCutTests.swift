import Accounting
import Activity
import TestSupport
import Testing

@Suite("Streams cut anywhere")
struct StreamCutTests {
    /// How a call with a cut upstream ended for its caller.
    private enum Outcome: Int {
        /// The next endpoint answered.
        case other, typedError, complete
    }

    @Test func everyCutGivesAWholeAnswerOrATypedErrorAndOneRecord() async throws {
        let stream = Self.stream
        let alpha = try ScriptedUpstream(
            scripts: (0...stream.count).map { [.readRequest, .send(Array(stream[..<$0]))] })
        let beta = try ScriptedUpstream(
            scripts: [
                Array(repeating: [.readRequest, .respond(json: Script.answer)], count: stream.count).flatMap { $0 }
            ])
        var outcomes: [Outcome] = []
        try await withGateway(Upstream(alpha), Upstream(beta)) { gateway in
            let caller = try gateway.connect()
            for cut in 0...stream.count {
                caller.forget()
                // Each cut stands for itself: an endpoint that is cut every time would be left alone.
                await gateway.forgetHealth()
                caller.send(GatewayFixture.request(",\"stream\":true"))
                let answer = await caller.wholeAnswer()
                let records = gateway.ledger.records
                try #require(records.count == cut + 1, "one record for the cut at \(cut)")
                if answer.events.last == "[DONE]" {
                    expectComplete(answer)
                    #expect(records[cut].status == .completed)
                    outcomes.append(records[cut].provider == "Beta" ? .other : .complete)
                } else {
                    expectTypedError(answer)
                    #expect(records[cut].status == .failed && records[cut].charge == .none)
                    outcomes.append(.typedError)
                }
            }
        }
        #expect(outcomes.map(\.rawValue) == outcomes.map(\.rawValue).sorted(), "a later cut never makes it worse")
        #expect(Set(outcomes) == [.other, .typedError, .complete])
    }

    /// A short whole stream as it is on the wire.
    private static var stream: [UInt8] {
        let events = [
            #"data: {"choices":[{"delta":{"role":"assistant"}}]}"#,
            #"data: {"choices":[{"delta":{"content":"Good"}}]}"#,
            #"data: {"choices":[{"delta":{"content":" day."}}]}"#,
            #"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
            #"data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}"#, "data: [DONE]",
        ]
        let chunks = (events.map { $0 + "\n\n" } + [""]).map { String($0.utf8.count, radix: 16) + "\r\n" + $0 + "\r\n" }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        return Array((head + chunks.joined()).utf8)
    }
}
