import Reactor
import TransportSecurity

/// The connections of one loop to one origin: performs what `PoolState` decides. Confined to its loop.
package final class OriginPool: @unchecked Sendable {
    package let origin: Origin
    /// Each keeps the other until the client is shut down.
    let client: HTTPClient
    let proxy: ProxySettings.Proxy?
    /// Where the origin is, instead of what its name says.
    let addresses: [SocketAddress]?
    let sessions = TLSSessionSlot()

    private var state: PoolState
    /// By connection ID; an entry has a connection, or a connector that makes one, or neither.
    private var connections: [UpstreamConnection?] = []
    private var connectors: [Connector?] = []
    private var waiting: [PoolState.Ticket: ClientExchange] = [:]
    private var sweep: LoopTimer?

    /// Exchanges that found an idle connection, and those for which one had to be opened.
    package private(set) var hitCount = 0
    package private(set) var missCount = 0

    init(_ origin: Origin, client: HTTPClient) {
        self.origin = origin
        self.client = client
        addresses = nil
        proxy = client.configuration.proxies.proxy(for: origin)
        state = PoolState(limits: client.configuration.pool)
    }

    /// A pool of one exchange.
    init(_ origin: Origin, at addresses: [SocketAddress], client: HTTPClient) {
        self.origin = origin
        self.client = client
        self.addresses = addresses
        proxy = nil
        var limits = PoolLimits()
        limits.idleConnections = 0
        state = PoolState(limits: limits)
    }

    /// Connections that exist or are being opened.
    package var connectionCount: Int { state.count }
    package var idleCount: Int { state.idleCount }

    // MARK: Asking for a connection

    /// Takes an idle connection, or sees to it that `exchange` is told of another one, or of a failure.
    func acquire(for exchange: ClientExchange, mayReuse: Bool) -> UpstreamConnection? {
        while true {
            switch state.request(now: client.loop.now, mayReuse: mayReuse) {
            case .reuse(let id):
                hitCount += 1
                return connections[id]
            case .connect(let id):
                connect(id, for: exchange)
                return nil
            case .closeAndAskAgain(let id): forget(id)
            case .wait(let ticket):
                waiting[ticket] = exchange
                exchange.ticket = ticket
                return nil
            case .refuse:
                exchange.acquireFailed(
                    ClientFailure(.overloaded, "Too many exchanges wait for a connection to \(origin)."))
                return nil
            }
        }
    }

    private func connect(_ id: PoolState.ConnectionID, for exchange: ClientExchange) {
        missCount += 1
        while connections.count <= id {
            connections.append(nil)
            connectors.append(nil)
        }
        let connector = Connector(id: id, pool: self)
        connectors[id] = connector
        connector.exchange = exchange
        exchange.connector = connector
        connector.start()
    }

    /// An exchange no longer waits for a connection.
    func cancel(_ ticket: PoolState.Ticket) {
        waiting[ticket] = nil
        state.cancel(ticket)
    }

    func finished(_ connector: Connector, _ result: Result<UpstreamConnection, ClientFailure>) {
        connectors[connector.id] = nil
        let exchange = connector.exchange
        connector.exchange = nil
        exchange?.connector = nil
        switch result {
        case .success(let connection):
            connections[connection.id] = connection
            state.connected(connection.id, now: client.loop.now)
            if let exchange { exchange.acquired(connection) } else { release(connection, isReusable: true) }
        case .failure(let failure):
            exchange?.acquireFailed(failure)
            perform(state.closed(connector.id, now: client.loop.now))
        }
    }

    // MARK: Giving connections back

    func release(_ connection: UpstreamConnection, isReusable: Bool) {
        connection.exchange = nil
        let now = client.loop.now
        switch state.released(connection.id, now: now, isReusable: isReusable && !connection.stream.isClosed) {
        case .keep: armSweep(now)
        case .keepAndClose(let oldest): forget(oldest)
        case .close: discard(connection)
        case .handTo(let ticket):
            hitCount += 1
            if let exchange = waiting.removeValue(forKey: ticket) {
                exchange.acquired(connection)
            } else {
                release(connection, isReusable: isReusable)
            }
        }
    }

    /// Closes a connection, idle or lent.
    func discard(_ connection: UpstreamConnection) {
        guard connections[connection.id] === connection else { return }
        forget(connection.id)
        perform(state.closed(connection.id, now: client.loop.now))
    }

    /// Closes a connection that the state has dropped already.
    private func forget(_ id: PoolState.ConnectionID) {
        let connection = connections[id]
        connections[id] = nil
        connection?.close()
    }

    private func perform(_ action: PoolState.CloseAction) {
        guard case .connectFor(let ticket, let id) = action else { return }
        if let exchange = waiting.removeValue(forKey: ticket) {
            connect(id, for: exchange)
        } else {
            perform(state.closed(id, now: client.loop.now))
        }
    }

    // MARK: Age

    private func armSweep(_ now: UInt64) {
        if sweep == nil { sweep = LoopTimer(client.loop) { [unowned self] in closeExpired() } }
        if sweep?.deadline == nil { sweep?.arm(afterMs: client.configuration.pool.idleMs) }
    }

    private func closeExpired() {
        let now = client.loop.now
        while let id = state.takeExpired(now: now) { forget(id) }
        if let next = state.nextExpiry { sweep?.arm(afterMs: max(next - now, HTTPClientLimits.sweepGraceMs)) }
    }

    /// Closes everything; exchanges end with `.cancelled`.
    func shutDown() {
        sweep?.disarm()
        sweep = nil
        for exchange in waiting.values { exchange.abort() }
        for connector in connectors {
            if let exchange = connector?.exchange { exchange.abort() } else { connector?.cancel() }
        }
        for connection in connections {
            guard let connection else { continue }
            if let exchange = connection.exchange { exchange.abort() } else { discard(connection) }
        }
    }
}
