import HTTPWire
import Testing

@Suite struct BodyDecoderTests {
    private func steps(
        _ framing: MessageFraming, _ text: String, limits: WireLimits = .standard
    ) throws -> [BodyStep] {
        var decoder = BodyDecoder(framing: framing, limits: limits)
        var rest = text.bytes
        var steps: [BodyStep] = []
        while true {
            let step = try decoder.next(rest.span)
            steps.append(step)
            guard case .data(let range) = step else { return steps }
            rest.removeFirst(range.upperBound)
        }
    }

    @Test func endsAtOnceWithoutABody() throws {
        #expect(try steps(.none, "GET") == [.end(consumed: 0)])
        #expect(try steps(.length(0), "GET") == [.end(consumed: 0)])
        #expect(BodyDecoder(framing: .none).isComplete && !BodyDecoder(framing: .chunked).isComplete)
    }

    @Test func cutsABodyOfKnownLength() throws {
        #expect(try steps(.length(3), "abcGET") == [.data(0..<3), .end(consumed: 0)])
        #expect(try steps(.length(5), "abc") == [.data(0..<3), .needMore(consumed: 0)])
    }

    @Test func findsChunks() throws {
        #expect(
            try steps(.chunked, "3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\nGET") == [
                .data(3..<6), .data(7..<9), .end(consumed: 7),
            ])
        #expect(try steps(.chunked, "5\r\nab") == [.data(3..<5), .needMore(consumed: 0)])
        #expect(try steps(.chunked, "5;ext") == [.needMore(consumed: 5)])
        #expect(try steps(.chunked, "1\r\na\r") == [.data(3..<4), .needMore(consumed: 1)])
        #expect(try steps(.chunked, "0\r\n\r\n") == [.end(consumed: 5)])
    }

    @Test func readsUntilTheEnd() throws {
        var decoder = BodyDecoder(framing: .untilClose)
        #expect(try decoder.next("abc".bytes) == .data(0..<3))
        #expect(try decoder.next([]) == .needMore(consumed: 0))
        try decoder.endOfInput()
        #expect(try decoder.next([]) == .end(consumed: 0))
    }

    /// A body that stops anywhere before its last byte is an error, whatever its framing.
    @Test(arguments: [
        (MessageFraming.length(5), "hello"), (.chunked, "5\r\nhello\r\n0\r\n\r\n"), (.chunked, "0\r\nX: y\r\n\r\n"),
    ])
    func refusesTruncatedBodies(_ framing: MessageFraming, _ text: String) throws {
        for length in 0...text.utf8.count {
            var decoder = BodyDecoder(framing: framing)
            var rest = Array(text.bytes[..<length])
            reading: while true {
                switch try decoder.next(rest.span) {
                case .data(let range): rest.removeFirst(range.upperBound)
                case .needMore, .end: break reading
                }
            }
            if length == text.utf8.count {
                try decoder.endOfInput()
            } else {
                #expect(throws: WireError(400, "The connection ended in the middle of a body.")) {
                    try decoder.endOfInput()
                }
            }
        }
    }

    @Test func boundsTheBody() throws {
        var limits = WireLimits.standard
        limits.bodyBytes = 5
        let tooLarge = WireError(413, "The body is too large.")
        #expect(try steps(.length(5), "hello", limits: limits).count == 2)
        #expect(throws: tooLarge) { try steps(.length(6), "", limits: limits) }
        #expect(try steps(.chunked, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", limits: limits).count == 3)
        #expect(throws: tooLarge) { try steps(.chunked, "3\r\nabc\r\n3\r\n", limits: limits) }
        #expect(throws: tooLarge) { try steps(.chunked, "7fffffffffffffff\r\n", limits: limits) }
        #expect(throws: tooLarge) { try steps(.untilClose, "abcdef", limits: limits) }
        #expect(try steps(.untilClose, "abcde", limits: limits).count == 2)
    }

    @Test func boundsAllChunkExtensionsTogether() {
        var limits = WireLimits.standard
        limits.chunkExtensionBytes = 100
        let chunk = "1;" + String(repeating: "x", count: 40) + "\r\na\r\n"
        #expect(throws: WireError(400, "A chunk-size line is too long.")) {
            try steps(.chunked, String(repeating: chunk, count: 3), limits: limits)
        }
        #expect(throws: Never.self) { try steps(.chunked, String(repeating: chunk, count: 2), limits: limits) }
    }

    @Test func takesChunkSizesInEitherCaseWithLeadingZeros() throws {
        for size in ["a", "A", "0a", "000000000000000A"] {
            #expect(try steps(.chunked, size + "\r\n0123456789\r\n").first == .data(size.count + 2..<size.count + 12))
        }
    }
}
