package import Reactor
import TransportSecurity

/// The upstream side of one loop: a pool of connections per origin. Confined to its loop, but for its creation.
///
/// Lives until `shutDown`, which must come before its loop stops.
package final class HTTPClient: @unchecked Sendable {
    package let loop: EventLoop
    package let configuration: HTTPClientConfiguration
    package let resolver: DNSResolver
    let workspace = TLSWorkspace()

    private var pools: [Origin: OriginPool] = [:]
    /// Pools of exchanges at addresses of their own, as long as those last.
    private var passing: [ObjectIdentifier: OriginPool] = [:]
    private var spareParts: [ExchangeParts] = []
    private var isShutDown = false

    /// Exchanges that were sent again because a reused connection turned out to be dead.
    package internal(set) var retryCount = 0
    /// TLS connections that resumed a session.
    package internal(set) var resumedCount = 0
    /// Exchanges that are not released yet.
    package private(set) var activeCount = 0

    package init(loop: EventLoop, configuration: HTTPClientConfiguration = HTTPClientConfiguration()) {
        self.loop = loop
        self.configuration = configuration
        resolver = DNSResolver(loop: loop, servers: configuration.nameServers)
    }

    /// The pool of an origin, to be kept by who sends there often.
    package func pool(_ origin: Origin) -> OriginPool {
        if let pool = pools[origin] { return pool }
        let pool = OriginPool(origin, client: self)
        pools[origin] = pool
        return pool
    }

    package func exchange(origin: Origin) -> ClientExchange {
        exchange(pool: pool(origin))
    }

    /// Begins an exchange with an origin that is at these addresses and at no others: no name is looked up, no proxy is
    /// asked, and its connection serves nobody else. For origins that somebody else names.
    package func exchange(origin: Origin, at addresses: [SocketAddress]) -> ClientExchange {
        let pool = OriginPool(origin, at: addresses, client: self)
        passing[ObjectIdentifier(pool)] = pool
        return exchange(pool: pool)
    }

    /// Begins an exchange. `release` it in the end, however it went.
    package func exchange(pool: OriginPool) -> ClientExchange {
        activeCount += 1
        return ClientExchange(pool: pool, parts: spareParts.popLast() ?? ExchangeParts(loop), isShutDown: isShutDown)
    }

    func takeBack(_ parts: ExchangeParts, of pool: OriginPool) {
        activeCount -= 1
        if pool.addresses != nil { passing[ObjectIdentifier(pool)] = nil }
        if spareParts.count < HTTPClientLimits.keptExchangeParts, !isShutDown { spareParts.append(parts) }
    }

    /// Exchanges that found an idle connection, and those that did not, over all origins.
    package var hitCount: Int { pools.values.reduce(0) { $0 + $1.hitCount } }
    package var missCount: Int { pools.values.reduce(0) { $0 + $1.missCount } }
    package var idleCount: Int { pools.values.reduce(0) { $0 + $1.idleCount } }

    /// Closes all connections and ends all exchanges and lookups with `.cancelled`, as later ones.
    package func shutDown() {
        isShutDown = true
        for pool in pools.values { pool.shutDown() }
        for pool in passing.values { pool.shutDown() }
        pools = [:]
        resolver.shutDown()
        spareParts = []
    }
}
