import Buffers
import HTTPWire
import Reactor
import TransportSecurity

/// Makes one connection: name lookup, race of the addresses, proxy, TLS. A task of its own, because the exchange that
/// asked may go away first. Confined to its loop.
final class Connector: @unchecked Sendable {
    let id: PoolState.ConnectionID
    /// Who waits for the result; takes itself out when it no longer does.
    unowned(unsafe) var exchange: ClientExchange?
    private let pool: OriginPool
    private let waiter = Waiter()
    private var isCancelled = false
    private var attempts: [ConnectAttempt] = []

    init(id: PoolState.ConnectionID, pool: OriginPool) {
        self.id = id
        self.pool = pool
    }

    private var loop: EventLoop { pool.client.loop }
    private var origin: Origin { pool.origin }

    func start() {
        loop.spawn { [self] in
            let result: Result<UpstreamConnection, ClientFailure>
            do throws(ClientFailure) {
                result = .success(try await connect())
            } catch {
                result = .failure(error)
            }
            pool.finished(self, result)
        }
    }

    /// Gives up: every socket is closed before this returns.
    func cancel() {
        exchange = nil
        isCancelled = true
        for attempt in attempts { attempt.stream.close() }
        waiter.resume()
    }

    private func connect() async throws(ClientFailure) -> UpstreamConnection {
        let stream = try await race(try await resolve())
        do throws(ClientFailure) {
            if pool.proxy != nil, origin.isSecure { try await openTunnel(stream) }
            let connection = UpstreamConnection(id: id, stream: stream, pool: pool)
            if origin.isSecure { try await secure(connection) } else { listen(connection) }
            if isCancelled || stream.isClosed { throw .cancelled }
            return connection
        } catch {
            stream.handler = nil
            stream.close()
            throw error
        }
    }

    private func resolve() async throws(ClientFailure) -> [SocketAddress] {
        if let addresses = pool.addresses { return Array(addresses.prefix(HTTPClientLimits.addresses)) }
        let host = pool.proxy?.host ?? origin.host
        let port = pool.proxy?.port ?? origin.port
        do throws(DNSFailure) {
            let addresses = try await pool.client.resolver.resolve(host, port: port)
            return Array(AddressOrder.interleaved(addresses).prefix(HTTPClientLimits.addresses))
        } catch {
            throw isCancelled ? .cancelled : ClientFailure(.resolution, error.description)
        }
    }

    // MARK: TCP

    private func race(_ addresses: [SocketAddress]) async throws(ClientFailure) -> TCPStream {
        var race = ConnectRace(count: addresses.count, staggerMs: pool.client.configuration.connectStaggerMs)
        let timer = LoopTimer(loop) { [waiter] in waiter.resume() }
        var lastError = StreamError.cancelled
        defer {
            timer.disarm()
            for attempt in attempts where !attempt.isWinner { attempt.stream.close() }
        }
        while true {
            if isCancelled { throw .cancelled }
            for attempt in attempts where attempt.isOver && !attempt.isCounted {
                attempt.isCounted = true
                guard let error = attempt.error else {
                    attempt.isWinner = true
                    return attempt.stream
                }
                lastError = error
                race.failed()
            }
            switch race.next(now: loop.now) {
            case .start(let index):
                let attempt = ConnectAttempt(TCPStream(loop: loop), waiter)
                attempts.append(attempt)
                loop.spawn { await attempt.run(addresses[index]) }
            case .wait(let until):
                if let until { timer.arm(afterMs: until > loop.now ? until - loop.now : 0) }
                await waiter.wait()
            case .giveUp:
                throw pool.proxy == nil
                    ? ClientFailure(connecting: lastError, origin)
                    : ClientFailure(.proxy, "No connection to the proxy \(pool.proxy!.host): \(lastError).")
            }
        }
    }

    // MARK: Proxy and TLS

    private func openTunnel(_ stream: TCPStream) async throws(ClientFailure) {
        let tunnel = ProxyTunnel(waiter)
        stream.handler = tunnel
        tunnel.request(origin, pool.proxy?.authorization, on: stream)
        stream.startReading()
        while tunnel.status == nil { await waiter.wait() }
        if isCancelled { throw .cancelled }
        switch tunnel.status {
        case .open: return
        case .refused(let status): throw ClientFailure(.proxy, "The proxy answered CONNECT with status \(status).")
        default: throw ClientFailure(.proxy, "The proxy's answer to CONNECT is not acceptable.")
        }
    }

    private func secure(_ connection: UpstreamConnection) async throws(ClientFailure) {
        guard let context = pool.client.configuration.tls else {
            throw ClientFailure(.tls, "No TLS is set up, which \(origin) needs.")
        }
        let tls: TLSConnection
        do throws(TLSFailure) {
            tls = try TLSConnection(
                client: context, host: origin.host, sessions: pool.sessions, workspace: pool.client.workspace)
        } catch {
            throw ClientFailure(error)
        }
        let watcher = HandshakeWatcher(waiter)
        connection.stream.handler = watcher
        tls.handshakeWaiter = waiter
        tls.start(on: connection.stream)
        connection.stream.startReading()
        while tls.isHandshaking, !isCancelled, !watcher.isOver { await waiter.wait() }
        if isCancelled { throw .cancelled }
        if let failure = tls.failure { throw ClientFailure(failure) }
        if watcher.isOver { throw ClientFailure(.tls, "\(origin) broke off the TLS handshake.") }
        connection.stream.handler = connection
        if tls.engine.isResumed { pool.client.resumedCount += 1 }
    }

    private func listen(_ connection: UpstreamConnection) {
        connection.stream.handler = connection
        connection.stream.startReading()
    }
}

/// Watches a stream while TLS is being agreed upon, when it has nothing to say to us. Confined to its loop.
private final class HandshakeWatcher: StreamHandler {
    private(set) var isOver = false
    private let waiter: Waiter

    init(_ waiter: Waiter) {
        self.waiter = waiter
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        isOver = true
        waiter.resume()
    }

    func ended(_ reason: StreamError) {
        isOver = true
        waiter.resume()
    }
}

/// One try at one address. Confined to its loop.
final class ConnectAttempt: @unchecked Sendable {
    let stream: TCPStream
    private let waiter: Waiter
    private(set) var isOver = false
    private(set) var error: StreamError?
    var isCounted = false
    var isWinner = false

    init(_ stream: TCPStream, _ waiter: Waiter) {
        self.stream = stream
        self.waiter = waiter
    }

    func run(_ address: SocketAddress) async {
        do throws(StreamError) {
            try await stream.connect(to: address)
        } catch {
            self.error = error
        }
        isOver = true
        waiter.resume()
    }
}
