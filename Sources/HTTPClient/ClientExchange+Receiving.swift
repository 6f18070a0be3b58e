import Buffers
import HTTPWire
import Reactor

// What the connection tells the exchange. Called from libuv's callbacks.
extension ClientExchange {
    func received(_ bytes: UnsafeRawBufferPointer) {
        hasResponseBytes = true
        do throws(ClientFailure) {
            switch phase {
            case .waitingForHead:
                headBuffer.append(bytes)
                try parseHead()
            case .readingBody:
                deadlines.bodyReceived(now: loop.now)
                try decode(bytes)
            default: return
            }
        } catch {
            return fail(error)
        }
        if phase == .complete {
            deadlines.finish()
            finishConnection()
        }
        if phase != .waitingForHead { waiter.resume() }
        if phase == .readingBody, body.count > HTTPClientLimits.bodyHighWaterBytes { holdBack() }
    }

    func connectionEnded(_ reason: StreamError) {
        switch phase {
        case .waitingForHead:
            let kind: ClientFailure.Kind = isRequestSent ? .truncated : .send
            fail(ClientFailure(kind, "\(origin) closed the connection without an answer (\(reason))."))
        case .readingBody: endBody(reason)
        default: if let connection { pool.discard(connection) }
        }
    }

    private func endBody(_ reason: StreamError) {
        do throws(ClientFailure) {
            let truncated = ClientFailure(.truncated, "\(origin) closed the connection in the middle of its answer.")
            guard reason == .endOfFile else { throw truncated }
            do throws(WireError) { try decoder.endOfInput() } catch { throw truncated }
            try finishBody()
        } catch {
            return fail(error)
        }
        deadlines.finish()
        detach()
        waiter.resume()
    }

    // MARK: Head and body

    private func parseHead() throws(ClientFailure) {
        while let length = try nextHead() {
            if head.isInterim {
                interimCount += 1
                guard interimCount <= HTTPClientLimits.interimResponses else {
                    throw ClientFailure(.malformed, "\(origin) sent too many interim answers.")
                }
                headBuffer.consume(length)
                continue
            }
            phase = .readingBody
            deadlines.headReceived(now: loop.now)
            rearmTimer()
            try prepareBody()
            try decode(UnsafeRawBufferPointer(rebasing: headBuffer.bytes[length...]))
            headBuffer.truncate(to: length)
            return
        }
    }

    private func nextHead() throws(ClientFailure) -> Int? {
        do throws(WireError) { return try parser.parse(Span(_unsafeElements: headBuffer.elements), into: &head) } catch
        {
            throw ClientFailure(error, origin)
        }
    }

    private func prepareBody() throws(ClientFailure) {
        var limits = WireLimits.standard
        limits.bodyBytes = pool.client.configuration.bodyBytes
        decoder = BodyDecoder(framing: head.framing, limits: limits)
        guard let coding = head.first(.contentEncoding), !head.framing.isEmpty, !coding.isEmpty else { return }
        let bytes = headBuffer.bytes[coding]
        if bytes.isText("identity") { return }
        guard bytes.isText("gzip") || bytes.isText("x-gzip") || bytes.isText("deflate") else {
            throw ClientFailure(.malformed, "\(origin) answered in a content coding that was not asked for.")
        }
        inflater = Inflater(outputLimit: limits.bodyBytes)
    }

    private func decode(_ bytes: UnsafeRawBufferPointer) throws(ClientFailure) {
        var rest = bytes
        while true {
            switch try nextStep(rest) {
            case .data(let range):
                try append(UnsafeRawBufferPointer(rebasing: rest[range]))
                rest = UnsafeRawBufferPointer(rebasing: rest[range.upperBound...])
            case .needMore: return
            case .end(let consumed):
                try finishBody()
                hasSurplus = consumed < rest.count
                return
            }
        }
    }

    private func nextStep(_ rest: UnsafeRawBufferPointer) throws(ClientFailure) -> BodyStep {
        do throws(WireError) { return try decoder.next(Span(_unsafeElements: rest.elements)) } catch {
            throw ClientFailure(error, origin)
        }
    }

    private func append(_ bytes: UnsafeRawBufferPointer) throws(ClientFailure) {
        guard let inflater else {
            body.append(bytes)
            hasNews = true
            return
        }
        let before = body.count
        do throws(Inflater.Failure) { try inflater.inflate(bytes, into: &body) } catch {
            throw error == .tooLarge
                ? ClientFailure(.tooLarge, "The packed answer of \(origin) unfolds to too much.")
                : ClientFailure(.malformed, "The packed answer of \(origin) is damaged.")
        }
        if body.count > before { hasNews = true }
    }

    private func finishBody() throws(ClientFailure) {
        if let inflater, !inflater.isComplete {
            throw ClientFailure(.truncated, "The packed answer of \(origin) is incomplete.")
        }
        phase = .complete
    }

    /// The response is complete: the connection is free again at once, unless the request is still going out.
    private func finishConnection() {
        guard let connection else { return }
        if isRequestSent, !hasSurplus { return detach() }
        // An early answer: the upstream wants no more of the request, and what is on its way has no use.
        self.connection = nil
        pool.discard(connection)
    }

    // MARK: Backpressure

    /// The body is above its mark: the consumer runs now, and reading stops only if that did not help.
    private func holdBack() {
        loop.runJobs()
        guard phase == .readingBody, body.count > HTTPClientLimits.bodyHighWaterBytes, !waiter.isWaiting,
            let connection
        else { return }
        isPaused = true
        deadlines.setPaused(true, now: loop.now)
        connection.stream.pauseReading()
    }

    func resumeReading() {
        isPaused = false
        deadlines.setPaused(false, now: loop.now)
        rearmTimer()
        connection?.stream.startReading()
    }
}

extension UnsafeRawBufferPointer {
    var elements: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: baseAddress?.assumingMemoryBound(to: UInt8.self), count: count)
    }
}

extension ByteBuffer {
    var elements: UnsafeBufferPointer<UInt8> { bytes.elements }
}

extension Slice<UnsafeRawBufferPointer> {
    /// Whether these bytes are `text`, which is in lower case, but for the case of letters.
    fileprivate func isText(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<count {
            var byte = self[startIndex + offset]
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) { byte |= 0x20 }
            if byte != text.utf8Start[offset] { return false }
        }
        return true
    }
}
