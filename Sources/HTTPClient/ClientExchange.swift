package import Buffers
package import HTTPWire
import Reactor

/// One request to an upstream and its response. Confined to its loop.
///
/// ```
/// let exchange = client.exchange(origin: origin)
/// defer { exchange.release() }
/// try await exchange.send(head: head.bytes, body: [body.bytes], deadlines: deadlines)
/// // exchange.head.status, exchange.headBytes
/// while try await exchange.more() {
///     // look at exchange.body, consume what is dealt with
/// }
/// ```
/// One task at a time uses it; `abort` alone may be called from anywhere on the loop, and makes that task's call throw.
package final class ClientExchange: @unchecked Sendable {
    enum Phase {
        case created, connecting, waitingForHead, readingBody, complete, failed, released
    }

    /// The response head; its ranges point into `headBytes`. There once `send` has returned.
    package internal(set) var head = ResponseHead()
    /// Decoded body bytes that the caller has not consumed.
    package var body = ByteBuffer()
    /// The request went out a second time, on a fresh connection.
    package private(set) var wasRetried = false
    /// The request went out on a connection that had carried others.
    package private(set) var isReused = false

    let pool: OriginPool
    var parts: ExchangeParts?
    var request = ByteBuffer()
    var headBuffer = ByteBuffer()

    var phase = Phase.created
    var deadlines = DeadlineSet(ExchangeDeadlines(), now: 0)
    var failure: ClientFailure?
    var parser = ResponseHeadParser(method: .post)
    var decoder = BodyDecoder(framing: .none)
    var inflater: Inflater?
    var interimCount = 0
    /// A response byte has come, so the request may have had its effect.
    var hasResponseBytes = false
    /// The body has grown since the caller last asked.
    var hasNews = false
    var isPaused = false
    var isRequestSent = false
    var isAborted = false
    /// Bytes came behind the end of the response: the connection cannot be trusted any more.
    var hasSurplus = false

    var connection: UpstreamConnection?
    /// What the exchange waits for while it is connecting.
    var connector: Connector?
    var ticket: PoolState.Ticket?

    let waiter: Waiter

    init(pool: OriginPool, parts: ExchangeParts, isShutDown: Bool) {
        self.pool = pool
        self.parts = parts
        waiter = parts.waiter
        swap(&request, &parts.request)
        swap(&headBuffer, &parts.headBuffer)
        swap(&body, &parts.body)
        swap(&head, &parts.head)
        parts.exchange = self
        if isShutDown { failure = .cancelled }
    }

    deinit {
        release()
    }

    var loop: EventLoop { pool.client.loop }
    package var origin: Origin { pool.origin }

    /// The bytes of the response head.
    package var headBytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            _overrideLifetime(Span(_unsafeElements: headBuffer.elements), borrowing: self)
        }
    }

    // MARK: The request

    /// Sends the request and waits for the response head.
    ///
    /// A request whose reused connection dies before the first response byte is sent once more on a fresh one.
    /// - Parameters:
    ///   - head: request line and fields with the empty line; copied. The target is in origin form, and the framing
    ///     fields are the caller's: `Host`, `Content-Length`. It should ask for `Accept-Encoding: identity`.
    ///   - body: the body in pieces, not copied when large: the memory must stay as it is until this returns.
    ///   - method: the head's method, which decides whether the response has a body.
    package func send(
        head: UnsafeRawBufferPointer, body: [UnsafeRawBufferPointer], method: HTTPMethod = .post,
        deadlines limits: ExchangeDeadlines = ExchangeDeadlines()
    ) async throws(ClientFailure) {
        precondition(phase == .created, "an exchange sends one request")
        if let failure { throw failure }
        request.append(head)
        if let proxy = pool.proxy, !origin.isSecure { ProxiedRequest.rewrite(&request, origin, proxy) }
        deadlines = DeadlineSet(limits, now: loop.now)
        while true {
            parser.reset(method: method)
            do throws(ClientFailure) {
                let connection = try await connect(mayReuse: !wasRetried)
                try await transmit(body, on: connection)
                while phase == .waitingForHead { await waiter.wait() }
                if phase == .failed { throw failure ?? .cancelled }
                return
            } catch {
                if !mayRetry(error) { throw error }
                wasRetried = true
                pool.client.retryCount += 1
                failure = nil
                deadlines.reconnecting(now: loop.now)
            }
        }
    }

    private func mayRetry(_ failure: ClientFailure) -> Bool {
        if wasRetried || hasResponseBytes || isAborted || !isReused { return false }
        return failure.kind == .send || failure.kind == .truncated
    }

    private func connect(mayReuse: Bool) async throws(ClientFailure) -> UpstreamConnection {
        phase = .connecting
        armTimer()
        if let idle = pool.acquire(for: self, mayReuse: mayReuse) { take(idle) }
        while phase == .connecting { await waiter.wait() }
        guard phase == .waitingForHead, let connection else { throw failure ?? .cancelled }
        return connection
    }

    private func take(_ connection: UpstreamConnection) {
        self.connection = connection
        connection.lend(to: self)
        isReused = connection.isReused
        isRequestSent = false
        phase = .waitingForHead
        deadlines.connected(now: loop.now)
    }

    /// The pool has a connection for us, after a wait.
    func acquired(_ connection: UpstreamConnection) {
        ticket = nil
        connector = nil
        take(connection)
        waiter.resume()
    }

    func acquireFailed(_ failure: ClientFailure) {
        ticket = nil
        connector = nil
        fail(failure)
    }

    private func transmit(_ body: [UnsafeRawBufferPointer], on connection: UpstreamConnection)
        async throws(ClientFailure)
    {
        armTimer()
        let stream = connection.stream
        stream.out.append(request.bytes)
        var count = request.count
        for piece in body { count += piece.count }
        if count <= HTTPClientLimits.copiedRequestBytes {
            for piece in body { stream.out.append(piece) }
            stream.setNeedsFlush()
            isRequestSent = true
            return
        }
        do throws(StreamError) {
            try await stream.send(body)
            isRequestSent = true
            if phase == .complete { detach() }
        } catch {
            // The upstream may have answered before it stopped to listen: what it sent is still to be read, and the
            // reading side then learns of the end as well.
            if stream.isClosed, phase == .waitingForHead {
                fail(ClientFailure(.send, "\(origin) closed the connection before it had the whole request."))
            }
        }
        if phase == .failed { throw failure ?? .cancelled }
    }

    // MARK: The response

    /// Waits for further body bytes.
    ///
    /// - Returns: true when `body` has grown since the last call; false at the end of the body, when everything was
    ///   handed over.
    package func more() async throws(ClientFailure) -> Bool {
        while true {
            if isAborted { throw .cancelled }
            if hasNews {
                hasNews = false
                return true
            }
            switch phase {
            case .complete: return false
            case .readingBody: break
            default: throw failure ?? .cancelled
            }
            if isPaused { resumeReading() }
            await waiter.wait()
        }
    }

    /// Waits until all of the body is in `body`.
    ///
    /// - Throws: `.tooLarge` when it has more than `limit` bytes.
    package func collect(limit: Int) async throws(ClientFailure) {
        while try await more() {
            if body.count > limit {
                fail(ClientFailure(.tooLarge, "The answer of \(origin) has more than \(limit) bytes."))
            }
        }
    }

    /// For the streamed mode: the first content has come, from here on only silence and the whole time count.
    package func noteFirstContent() {
        deadlines.firstContentSeen()
    }

    // MARK: The end

    /// Ends the exchange at once, whatever it is doing: its connection is closed when this returns, and a waiting
    /// call throws `.cancelled`.
    package func abort() {
        switch phase {
        case .released, .failed: return
        default: break
        }
        isAborted = true
        fail(.cancelled)
    }

    /// Ends the caller's use of this object: the connection goes back to its pool if the response was read to its
    /// end, and is closed otherwise.
    package func release() {
        guard let parts else { return }
        if phase != .complete { fail(.cancelled) }
        detach()
        phase = .released
        self.parts = nil
        swap(&request, &parts.request)
        swap(&headBuffer, &parts.headBuffer)
        swap(&body, &parts.body)
        swap(&head, &parts.head)
        inflater = nil
        parts.recycle()
        pool.client.takeBack(parts, of: pool)
    }

    /// Ends the exchange with a failure and closes its connection; the first failure stays.
    func fail(_ failure: ClientFailure) {
        if self.failure == nil {
            self.failure = failure
            self.failure?.hasResponseBytes = hasResponseBytes
        }
        phase = .failed
        deadlines.finish()
        if let ticket { pool.cancel(ticket) }
        ticket = nil
        let connector = self.connector
        self.connector = nil
        connector?.cancel()
        if let connection {
            self.connection = nil
            pool.discard(connection)
        }
        waiter.resume()
    }

    /// Gives the connection back after a complete response.
    func detach() {
        guard let connection else { return }
        self.connection = nil
        let isReusable =
            phase == .complete && isRequestSent && !hasSurplus && head.keepsAlive
            && connection.stream.backlog == 0
        if isPaused { connection.stream.startReading() }
        pool.release(connection, isReusable: isReusable)
    }

    // MARK: Time

    private func armTimer() {
        if let next = deadlines.nextCheck { parts?.timer.arm(noLaterThan: next) }
    }

    func rearmTimer() {
        armTimer()
    }

    /// The timer may be early: deadlines move away without it being told.
    func timerFired() {
        if let expiry = deadlines.expired(now: loop.now) {
            fail(ClientFailure(expiry, origin))
        } else {
            armTimer()
        }
    }
}
