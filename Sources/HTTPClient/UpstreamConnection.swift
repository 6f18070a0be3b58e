import Reactor

/// One connection to an origin: idle, or lent to one exchange. Confined to its loop.
final class UpstreamConnection: StreamHandler, @unchecked Sendable {
    let id: PoolState.ConnectionID
    let stream: TCPStream
    private let pool: OriginPool
    /// Who has the connection. The exchange takes itself out before it goes.
    unowned(unsafe) var exchange: ClientExchange?
    /// Exchanges that the connection has carried, the current one included.
    private(set) var exchangeCount = 0

    init(id: PoolState.ConnectionID, stream: TCPStream, pool: OriginPool) {
        self.id = id
        self.stream = stream
        self.pool = pool
    }

    /// Whether the peer may have closed the connection before it saw this exchange's request.
    var isReused: Bool { exchangeCount > 1 }

    func lend(to exchange: ClientExchange) {
        self.exchange = exchange
        exchangeCount += 1
    }

    /// Closes the socket at once; nobody is told.
    func close() {
        exchange = nil
        stream.handler = nil
        stream.close()
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        if let exchange {
            exchange.received(bytes)
        } else {
            // Nobody asked: whatever this is, the next answer could be taken for another one's.
            pool.discard(self)
        }
    }

    func ended(_ reason: StreamError) {
        if let exchange { exchange.connectionEnded(reason) } else { pool.discard(self) }
    }
}
