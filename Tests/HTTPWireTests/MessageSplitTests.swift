import HTTPWire
import Testing

/// Good messages, cut everywhere.
@Suite struct MessageSplitTests {
    static let requests = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "\r\nGET /models?q=a%20b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: [::1]:80\r\n\r\n",
        "HEAD http://a:81/x HTTP/1.1\r\nHost: b\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
        "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "0005;a=b;c=\"d e\"\r\nhello\r\n5 ; x\r\n\r\n0\r\n\r\nA\r\n0123456789\r\n000\r\nTrailer: x\r\nEmpty:\r\n\r\n",
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            + "POST /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n"
            + "\r\nDELETE /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "PATCH /a HTTP/1.1\r\nHost: a\r\nX-Title: \t two  words\tä \r\nEmpty:\r\nLong-Unknown-Name_!#$%&'*+.^`|~: v\r\n\r\n",
    ]

    static let responses = [
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 429 \r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 Très bien\r\n\r\nuntil the end",
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
    ]

    @Test(arguments: requests)
    func readsARequestTheSameHoweverItIsCut(_ text: String) {
        let bytes = text.bytes
        let whole = RequestTranscript(bytes)
        #expect(whole.error == nil && !whole.requests.isEmpty && whole.requests.allSatisfy(\.isComplete))
        for cut in 0...bytes.count {
            #expect(RequestTranscript(bytes, cuts: [cut]) == whole, "cut at \(cut)")
        }
        #expect(RequestTranscript.byteByByte(bytes) == whole)
    }

    @Test(arguments: requests)
    func readsARequestTheSameInThreePieces(_ text: String) {
        let bytes = text.bytes
        let whole = RequestTranscript(bytes)
        for first in stride(from: 0, through: bytes.count, by: 7) {
            for second in stride(from: first, through: bytes.count, by: 5) {
                #expect(RequestTranscript(bytes, cuts: [first, second]) == whole, "cut at \(first), \(second)")
            }
        }
    }

    @Test(arguments: responses)
    func readsAResponseTheSameHoweverItIsCut(_ text: String) {
        let bytes = text.bytes
        let whole = ResponseTranscript(bytes)
        #expect(whole.error == nil && whole.isComplete)
        for cut in 0...bytes.count {
            #expect(ResponseTranscript(bytes, cuts: [cut]) == whole, "cut at \(cut)")
        }
        #expect(ResponseTranscript.byteByByte(bytes) == whole)
    }

    @Test func readsPipelinedRequestsInOrder() {
        let transcript = RequestTranscript(Self.requests[8].bytes)
        #expect(transcript.requests.map(\.start) == ["GET /1 1.1", "POST /2 1.1", "POST /3 1.1", "DELETE /4 1.1"])
        #expect(transcript.requests.map(\.body) == [[], "abc".bytes, "x".bytes, []])
        #expect(transcript.requests.map(\.keepsAlive) == [true, true, true, false])
    }

    @Test func readsEachChunkAndDropsExtensionsAndTrailers() {
        let request = RequestTranscript(Self.requests[7].bytes).requests[0]
        #expect(String(decoding: request.body, as: UTF8.self) == "hello\r\n0\r\n0123456789")
        #expect(request.fields == ["Host: a", "Transfer-Encoding: Chunked"])
    }

    @Test(arguments: requests)
    func waitsForEveryMissingByte(_ text: String) {
        let bytes = text.bytes
        let whole = RequestTranscript(bytes)
        for length in 0..<bytes.count {
            let begun = RequestTranscript(Array(bytes[..<length]))
            #expect(begun.error == nil)
            let complete = begun.requests.count(where: \.isComplete)
            #expect(complete < whole.requests.count, "complete after \(length) bytes")
        }
    }
}
