import HTTPWire
import Testing

@Suite struct RequestSmugglingTests {
    @Test(arguments: RefusedRequest.corpus)
    func refusesInOnePiece(_ refused: RefusedRequest) {
        let transcript = RequestTranscript(refused.bytes)
        #expect(transcript.error?.status == refused.status, "\(String(describing: transcript))")
        #expect(transcript.requests.allSatisfy { !$0.isComplete })
    }

    @Test(arguments: RefusedRequest.corpus)
    func refusesByteByByteForTheSameReason(_ refused: RefusedRequest) {
        let whole = RequestTranscript(refused.bytes)
        let pieces = RequestTranscript.byteByByte(refused.bytes)
        #expect(pieces.error == whole.error)
        #expect(pieces.requests == whole.requests)
    }

    /// A second request behind the refused one must never be seen.
    @Test(arguments: RefusedRequest.corpus)
    func neverReadsTheRequestBehindARefusedOne(_ refused: RefusedRequest) {
        let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".bytes
        for transcript in [
            RequestTranscript(refused.bytes + smuggled), RequestTranscript.byteByByte(refused.bytes + smuggled),
        ] {
            #expect(transcript.error?.status == refused.status)
            #expect(!transcript.requests.contains { $0.start.contains("smuggled") })
        }
    }

    /// The text up to `|` is fine as a beginning; the next byte must be refused as soon as it is seen.
    @Test(arguments: [
        "GET / HTTP/1.1|\n", "GET / HTTP/1.1\r|X", "GET / HTTP/1.1\r\nX: y|\n", "GET / HTTP/1.1\r\nX: y\r|\r",
        "GET / HTTP/1.1\r\nX| ", "GET / HTTP/1.1\r\nX: y\r\n| ", "GET / HTTP/1.1\r\nX: |\u{0}", "GET / HTTP/|2.0|",
        "GET /|\u{7F}", "GET|\r", "|\u{16}", "\r\n|\r", "GET |\r", "G|\"",
        "GET / HTTP/1.1\r\nContent-Length: +1\r|\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r|\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n|\r",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5|\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na|b",
    ])
    func refusesTheFirstOffendingByte(_ marked: String) {
        let parts = marked.split(separator: "|", omittingEmptySubsequences: false).map { String($0).bytes }
        // A version is refused at its second digit, when it is known.
        let good = marked.contains("|2.0|") ? parts[0] + "2.".bytes : parts[0]
        let bad = marked.contains("|2.0|") ? "0".bytes : Array(parts[1].prefix(1))
        #expect(RequestTranscript.byteByByte(good).error == nil)
        #expect(RequestTranscript(good + bad).error != nil)
        #expect(RequestTranscript.byteByByte(good + bad).errorOffset == good.count + 1)
    }

    @Test func corpusNamesAreUnique() {
        #expect(Set(RefusedRequest.corpus.map(\.name)).count == RefusedRequest.corpus.count)
        #expect(RefusedRequest.corpus.count >= 60)
    }
}
