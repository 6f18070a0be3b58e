import Buffers
import HTTPWire
import Reactor

/// A downstream connection: reads requests, has them handled one after the other, notices when the client goes.
///
/// The stream's callbacks only store bytes and events; the connection's task (`run`) does the rest.
final class ServerConnection: StreamHandler, @unchecked Sendable {
    unowned(unsafe) let server: LoopServer
    let stream: TCPStream
    private(set) var isGone = false

    private enum Phase {
        /// Waiting for the first byte of a request.
        case idle
        case head
        case body
        /// A body that nobody reads is thrown away as it comes.
        case skipping
        /// The handler runs; bytes that arrive belong to following requests.
        case handling
        /// Told to end; what still arrives is thrown away.
        case lingering
    }

    private var phase = Phase.idle
    private var parser: RequestHeadParser
    /// What the parser found ahead of the connection's task, see `takeBodyEarly`.
    private var parsedHead: Result<Int, WireError>?
    /// Bytes not yet consumed: of a head, of a chunked body, of following requests.
    private var inbound = ByteBuffer()
    /// The head of the request at hand, apart from `inbound` so that its ranges stay valid.
    private var headBuffer = ByteBuffer()
    private var exchange: ServerExchange!
    private let arrival = Waiter()
    private let congestion = Waiter()
    private var timer: LoopTimer!
    /// Loop time of the deadline of the phase.
    private var deadline: UInt64?
    private var isTimedOut = false
    private var isPaused = false
    private var lingered = 0

    /// The body being read, and how much of it a known length still lacks.
    private var body: RequestBody?
    private var missing = 0
    private var bodyFailure: BodyFailure?
    private var isBodyRead = true
    /// What was refused was no request: no other can be found behind it.
    private var isRefusing = false

    var loop: EventLoop { stream.loop }

    init(server: LoopServer, stream: TCPStream) {
        self.server = server
        self.stream = stream
        parser = RequestHeadParser(limits: server.configuration.wire)
        exchange = ServerExchange(connection: self)
        timer = LoopTimer(stream.loop) { [unowned self] in timerFired() }
        stream.handler = self
        stream.readBytes = ServerLimits.headReadBytes
        stream.startReading()
    }

    var headBytes: UnsafeRawBufferPointer { headBuffer.bytes }

    func headText(_ range: Range<Int>) -> String {
        String(decoding: UnsafeRawBufferPointer(rebasing: headBuffer.bytes[range]), as: UTF8.self)
    }

    var isIdle: Bool { phase == .idle && inbound.isEmpty }

    // MARK: The connection's task

    func run() async {
        setDeadline(server.configuration.requestHeadMs)
        while !isGone {
            guard await nextHead() else { break }
            await server.handler.handle(exchange)
            await discardBody()
            let ends = exchange.endsConnection || !mayContinue(after: exchange)
            if isGone || ends { break }
            // A client that asks on without reading its answers waits, instead of filling our memory.
            if stream.backlog > ReactorLimits.highWaterBytes { await drained() }
            if isGone { break }
            releaseBuffers()
            exchange.reset()
            phase = .idle
            setDeadline(server.configuration.keepAliveMs)
            resumeReading()
        }
        exchange.onGone = nil
        await end()
        timer.disarm()
        exchange = nil
    }

    /// The connection's task when the server already has all the connections it may have.
    func turnAway() async {
        _ = refuse(503, "This server has all the connections it may have (limits.connections).")
        await end()
        timer.disarm()
        exchange = nil
    }

    /// - Returns: false when the connection has to end; what there was to say has been said.
    private func nextHead() async -> Bool {
        while true {
            if !inbound.isEmpty {
                if phase == .idle {
                    phase = .head
                    setDeadline(server.configuration.requestHeadMs)
                }
                do throws(WireError) {
                    if let length = try parseHead() {
                        beginRequest(headLength: length)
                        return true
                    }
                } catch {
                    return refuse(error.status, error.reason)
                }
            }
            if isTimedOut {
                if phase == .idle { return false }
                return refuse(408, "The request head did not arrive in time.")
            }
            if isGone || (phase == .idle && server.isDraining) { return false }
            await arrival.wait()
        }
    }

    private func parseHead() throws(WireError) -> Int? {
        if let parsedHead {
            self.parsedHead = nil
            return try parsedHead.get()
        }
        let bytes = inbound.bytes
        return try parser.parse(Span(_unsafeBytes: bytes), into: &exchange.head)
    }

    private func beginRequest(headLength: Int) {
        parser.reset()
        clearDeadline()
        // The head moves, not what follows it: a body may have come along that is much larger.
        headBuffer.clear()
        headBuffer.append(UnsafeRawBufferPointer(rebasing: inbound.bytes[..<headLength]))
        inbound.consume(headLength)
        isBodyRead = exchange.head.framing.isEmpty
        phase = .handling
        exchange.startedAt = loop.now
    }

    private func refuse(_ status: Int, _ reason: StaticString) -> Bool {
        clearDeadline()
        phase = .handling
        isBodyRead = false
        isRefusing = true
        server.handler.refuse(exchange, status: status, reason: reason)
        return false
    }

    /// Whether another request can follow on this connection.
    func mayContinue(after exchange: ServerExchange) -> Bool {
        !isRefusing && exchange.head.keepsAlive && !server.isDraining && bodyFailure == nil && isBodyDiscardable
            && (isBodyRead || !exchange.head.expectsContinue)
    }

    /// A connection that waits for its next request keeps no more than a small head's worth of memory.
    private func releaseBuffers() {
        headBuffer.clear()
        if headBuffer.capacity > ServerLimits.keptBufferBytes { headBuffer.releaseStorage() }
        if inbound.isEmpty, inbound.capacity > ServerLimits.keptBufferBytes { inbound.releaseStorage() }
    }

    // MARK: Bodies

    private var isBodyDiscardable: Bool {
        if isBodyRead { return true }
        switch exchange.head.framing {
        case .length(let count): return count <= ServerLimits.discardedBodyBytes
        case .chunked: return true
        case .none: return true
        case .untilClose: return false
        }
    }

    func readBody() async throws(BodyFailure) -> RequestBody {
        if let bodyFailure { throw bodyFailure }
        precondition(!isBodyRead || exchange.head.framing.isEmpty, "a request body was read twice")
        isBodyRead = true
        do throws(BodyFailure) {
            switch exchange.head.framing {
            case .none, .length(0), .untilClose: return .empty
            case .length(let count):
                return try await readKnown(count, limit: server.configuration.bodyBytes)
            case .chunked:
                return try await readChunked(limit: server.configuration.bodyBytes)
            }
        } catch {
            bodyFailure = error
            throw error
        }
    }

    private func readKnown(_ count: Int, limit: Int) async throws(BodyFailure) -> RequestBody {
        if count > limit { throw .tooLarge }
        let body: RequestBody
        if let early = self.body { body = early } else { body = try beginBody(count) }
        defer { endBody() }
        resumeReading()
        if missing == 0 { return body }
        continueIfExpected()
        phase = .body
        setDeadline(server.configuration.requestBodyMs)
        defer {
            phase = .handling
            clearDeadline()
        }
        while missing > 0 {
            try checkBody()
            await arrival.wait()
        }
        return body
    }

    /// Makes the body's room, moves there what came along with the head, and lets the stream read the rest into it.
    private func beginBody(_ count: Int, headLength: Int = 0) throws(BodyFailure) -> RequestBody {
        guard let body = RequestBody(capacity: count, budget: server.budget) else { throw .outOfMemory }
        let present = min(count, inbound.count - headLength)
        if present > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: inbound.bytes[headLength..<headLength + present])
            if !body.append(bytes) { throw .outOfMemory }
            if headLength == 0 { inbound.consume(present) } else { inbound.truncate(to: headLength) }
            if inbound.isEmpty, inbound.capacity > ServerLimits.keptBufferBytes { inbound.releaseStorage() }
        }
        missing = count - present
        if missing > 0 {
            self.body = body
            stream.asksForSpace = true
        }
        return body
    }

    private func endBody() {
        body = nil
        stream.asksForSpace = false
    }

    /// The head of a large body: what follows goes to the body's own room at once, while this turn still reads, instead
    /// of through `inbound`. Nothing is decided here; the connection's task meets the head where it expects it.
    private func takeBodyEarly() {
        guard parsedHead == nil, body == nil else { return }
        do throws(WireError) {
            guard let length = try parseHead() else { return }
            parsedHead = .success(length)
            guard case .length(let count) = exchange.head.framing, !exchange.head.expectsContinue,
                count > inbound.count - length, count <= server.configuration.bodyBytes
            else { return }
            // Without memory for it the task finds the body where it is, and says so.
            _ = try? beginBody(count, headLength: length)
        } catch {
            parsedHead = .failure(error)
        }
    }

    private func resumeReading() {
        if !isPaused { return }
        isPaused = false
        stream.startReading()
    }

    private func readChunked(limit: Int) async throws(BodyFailure) -> RequestBody {
        guard let body = RequestBody(capacity: ServerLimits.chunkedBodyBytes, budget: server.budget) else {
            throw .outOfMemory
        }
        var decoder = BodyDecoder(framing: .chunked, limits: server.configuration.wire)
        if inbound.isEmpty { continueIfExpected() }
        resumeReading()
        phase = .body
        setDeadline(server.configuration.requestBodyMs)
        defer {
            phase = .handling
            clearDeadline()
        }
        while true {
            let step: BodyStep
            do throws(WireError) { step = try decoder.next(inbound.span) } catch { throw .malformed(error) }
            switch step {
            case .data(let range):
                if body.count + range.count > limit { throw .tooLarge }
                if !body.append(UnsafeRawBufferPointer(rebasing: inbound.bytes[range])) { throw .outOfMemory }
                inbound.consume(range.upperBound)
            case .needMore(let consumed):
                inbound.consume(consumed)
                try checkBody()
                await arrival.wait()
            case .end(let consumed):
                inbound.consume(consumed)
                return body
            }
        }
    }

    private func checkBody() throws(BodyFailure) {
        if isGone { throw .gone }
        if isTimedOut { throw .timedOut }
        if let bodyFailure { throw bodyFailure }
    }

    private func continueIfExpected() {
        if !exchange.head.expectsContinue || exchange.progress != .unanswered { return }
        HTTPEncoding.appendContinue(to: &stream.out)
        stream.flush()
    }

    /// Reads what the handler left of the body, so that the next request is found behind it.
    private func discardBody() async {
        if isBodyRead || isGone || exchange.endsConnection { return }
        // A client that was refused before it sent its body will not send it.
        if exchange.head.expectsContinue {
            bodyFailure = .gone
            return
        }
        isBodyRead = true
        do throws(BodyFailure) {
            switch exchange.head.framing {
            case .length(let count): try await skip(count)
            case .chunked: _ = try await readChunked(limit: ServerLimits.discardedBodyBytes)
            case .none, .untilClose: break
            }
        } catch {
            bodyFailure = error
        }
    }

    private func skip(_ count: Int) async throws(BodyFailure) {
        if body == nil {
            let present = min(count, inbound.count)
            inbound.consume(present)
            missing = count - present
        }
        endBody()
        if missing == 0 { return }
        resumeReading()
        if count > ServerLimits.discardedBodyBytes { throw .tooLarge }
        phase = .skipping
        setDeadline(server.configuration.requestBodyMs)
        defer {
            phase = .handling
            clearDeadline()
        }
        while missing > 0 {
            try checkBody()
            await arrival.wait()
        }
    }

    // MARK: Events of the stream

    func readSpace() -> UnsafeMutableRawBufferPointer? {
        guard let body, missing > 0 else { return nil }
        return UnsafeMutableRawBufferPointer(rebasing: body.space.prefix(missing))
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        if body != nil { return receivedBody(bytes) }
        switch phase {
        case .skipping:
            let own = min(bytes.count, missing)
            missing -= own
            if bytes.count > own { inbound.append(UnsafeRawBufferPointer(rebasing: bytes[own...])) }
            if missing == 0 { arrival.resume() }
        case .lingering:
            lingered += bytes.count
            if lingered > ServerLimits.lingerBytes { stream.close() }
        case .handling:
            inbound.append(bytes)
            if inbound.count > ServerLimits.pipelinedBytes { pauseReading() }
        case .idle, .head:
            inbound.append(bytes)
            if bytes.count >= ServerLimits.headReadBytes { takeBodyEarly() }
            arrival.resume()
        case .body:
            inbound.append(bytes)
            arrival.resume()
        }
    }

    private func pauseReading() {
        if isPaused { return }
        isPaused = true
        stream.pauseReading()
    }

    private func receivedBody(_ bytes: UnsafeRawBufferPointer) {
        guard let body, bodyFailure == nil else { return }
        let own = min(bytes.count, missing)
        let fits =
            body.isAtEnd(bytes.baseAddress!)
            ? body.claim(own) : body.append(UnsafeRawBufferPointer(rebasing: bytes[..<own]))
        if !fits {
            bodyFailure = .outOfMemory
        } else {
            missing -= own
            if bytes.count > own { inbound.append(UnsafeRawBufferPointer(rebasing: bytes[own...])) }
        }
        if missing == 0 || bodyFailure != nil { arrival.resume() }
        // Nobody has asked for it yet, nor said that the caller may send it.
        if phase == .handling, body.count + inbound.count > ServerLimits.pipelinedBytes { pauseReading() }
    }

    func ended(_ reason: StreamError) {
        if isGone { return }
        isGone = true
        let onGone = exchange?.onGone
        exchange?.onGone = nil
        onGone?()
        arrival.resume()
        congestion.resume()
    }

    func drained() {
        congestion.resume()
    }

    /// Waits until nothing is left to send. A client that takes nothing for as long as an idle one may be silent is cut.
    func drained() async {
        stream.flush()
        while !isGone, stream.backlog > ReactorLimits.lowWaterBytes {
            stream.reportsDrain = true
            let before = stream.backlog
            setDeadline(server.configuration.keepAliveMs)
            await congestion.wait()
            if isTimedOut, !isGone, stream.backlog >= before { stream.close() }
        }
        clearDeadline()
    }

    // MARK: Deadlines

    private func setDeadline(_ milliseconds: UInt64) {
        deadline = loop.now + milliseconds
        isTimedOut = false
        timer.arm(noLaterThan: deadline!)
    }

    private func clearDeadline() {
        deadline = nil
        isTimedOut = false
    }

    private func timerFired() {
        guard let deadline else { return }
        if loop.now < deadline { return timer.arm(noLaterThan: deadline) }
        isTimedOut = true
        arrival.resume()
        congestion.resume()
    }

    /// For a draining server: an idle connection has nothing to wait for.
    func endIfIdle() {
        if phase == .idle { arrival.resume() }
    }

    /// Cuts the connection whatever it does.
    func cut() {
        stream.close()
    }

    // MARK: The end

    /// Ends so that the client gets all of the answer: a close with unread bytes in the kernel would reset the
    /// connection and could take the answer with it.
    private func end() async {
        if stream.isClosed { return }
        if isGone { return stream.close() }
        stream.flush()
        // A client that does not take its answer gets as long as an idle one.
        isTimedOut = false
        setDeadline(server.configuration.keepAliveMs)
        while stream.backlog > 0, !isGone, !isTimedOut {
            stream.reportsEmpty = true
            await congestion.wait()
        }
        if isGone || isTimedOut { return stream.close() }
        if isBodyRead, inbound.isEmpty, bodyFailure == nil {
            stream.endOutput()
            return stream.close()
        }
        phase = .lingering
        endBody()
        stream.endOutput()
        isTimedOut = false
        setDeadline(ServerLimits.lingerMs)
        arrival.reset()
        stream.startReading()
        while !isGone, !stream.isClosed, !isTimedOut { await arrival.wait() }
        stream.close()
    }
}
