import Access
import Activity
import Buffers
import Completions
import Cryptography
import TestSupport
import Testing

@Suite struct AttemptListTests {
    private func record(_ attempts: [AttemptRecord], upstreamID: String? = "chatcmpl-1") -> GenerationRecord {
        var generator = SeededGenerator(seed: 12)
        var record = GenerationRecord(
            id: GenerationID(unixMs: 1_767_323_045_678, using: &generator), createdAtMs: 1_767_323_045_678,
            kind: .chat, apiKey: APIKeyHash(digest: SHA256Digest(hashing: "k")), requestedModel: "a/b", model: "a/b",
            provider: "OpenAI", endpointID: "e1", endpointTag: "openai", upstreamModel: "b", status: .completed,
            isStreamed: false, httpStatus: 200)
        record.upstreamID = upstreamID
        record.attempts = attempts
        return record
    }

    private func text(_ record: GenerationRecord) -> String {
        var output = ByteBuffer()
        AttemptList.append(record, to: &output)
        return output.text
    }

    private func reread(_ record: GenerationRecord) -> [AttemptRecord] {
        AttemptList.parse(
            text(record), endpoint: record.endpointID, provider: record.provider, model: record.model,
            upstreamID: record.upstreamID)
    }

    @Test func isShortForTheUsualAttempt() {
        let record = record([
            AttemptRecord(
                endpoint: "e1", provider: "OpenAI", model: "a/b", status: 200, latencyMs: 412, upstreamID: "chatcmpl-1")
        ])
        #expect(text(record) == "=\t=\t=\t200\t412\t\t=\n")
        #expect(reread(record) == record.attempts)
    }

    @Test func keepsEveryField() {
        let record = record([
            AttemptRecord(
                endpoint: "e0", provider: "Groq", model: "a/c", status: 429, latencyMs: 12, failure: .rateLimited,
                upstreamID: "req_1"),
            AttemptRecord(
                endpoint: "e1", provider: "OpenAI", model: "a/b", status: nil, latencyMs: 0, failure: .unreachable),
        ])
        #expect(text(record) == "e0\tGroq\ta/c\t429\t12\trate_limited\treq_1\n=\t=\t=\t\t0\tunreachable\t\n")
        #expect(reread(record) == record.attempts)
    }

    @Test func keepsTheNamesOfDroppedParameters() {
        var attempt = AttemptRecord(endpoint: "e1", provider: "OpenAI", model: "a/b", status: 200, latencyMs: 1)
        attempt.dropped = RequestFieldSet(.topK, .seed)
        let record = record([attempt])
        #expect(text(record) == "=\t=\t=\t200\t1\t\t\ttop_k,seed\n")
        #expect(reread(record) == record.attempts)
    }

    @Test func keepsTheNamesOfWhatIsNoParameterByItself() {
        var attempt = AttemptRecord(endpoint: "e1", provider: "OpenAI", model: "a/b", status: 200, latencyMs: 1)
        attempt.dropped = RequestFieldSet(.topK)
        attempt.droppedParts = ["tools.strict", "tools.parameters: a\\b", "container"]
        let record = record([attempt])
        #expect(reread(record) == record.attempts)
        attempt.droppedParts = (0..<200).map { "part.\($0)" }
        let kept = reread(self.record([attempt]))[0].droppedParts
        #expect(kept.count > 20 && kept == Array(attempt.droppedParts.prefix(kept.count)), "whole names alone")
    }

    @Test(arguments: ["=", "a\tb", "a\nb", "a\\b", "\\t", "\\=", "é\u{1F600}", "\\", "=="])
    func survivesAnyText(text: String) {
        let record = record([
            AttemptRecord(endpoint: text, provider: text, model: text, status: 1, latencyMs: 2, upstreamID: text)
        ])
        #expect(reread(record) == record.attempts)
    }

    @Test func knowsEveryFailureByName() {
        for failure in FailureClass.allCases {
            #expect(FailureClass(label: failure.label.description) == failure)
        }
        for type in ErrorType.allCases { #expect(ErrorType(wireName: type.wireName.description) == type) }
        for reason in FinishReason.allCases { #expect(FinishReason(wireName: reason.wireName.description) == reason) }
        #expect(FailureClass(label: "") == nil)
    }

    @Test func boundsCountAndLength() {
        let long = String(repeating: "x", count: 2000)
        let attempt = AttemptRecord(endpoint: long, provider: "p", model: "m", status: 500, latencyMs: 1)
        let read = reread(record(Array(repeating: attempt, count: 100)))
        #expect(read.count == ActivityLimits.attemptsMax)
        #expect(read[0].endpoint.utf8.count == ActivityLimits.textBytesMax)
    }

    @Test(arguments: ["nonsense", "a\tb", "a\tb\tc\t200\tx\t\t", "\n\n", ""])
    func leavesOutWhatItCannotRead(text: String) {
        #expect(AttemptList.parse(text, endpoint: "", provider: "", model: "", upstreamID: nil).isEmpty)
    }
}
