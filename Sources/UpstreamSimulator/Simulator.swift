import Reactor

#if canImport(Glibc)
    import Glibc

    let fileLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
    import Darwin

    let fileLimit = RLIMIT_NOFILE
#endif

/// The providers: a listener and the record of what came. Confined to its loop.
final class Simulator: @unchecked Sendable {
    let loop: EventLoop
    let ledger = RequestLedger()
    private var listener: TCPListener?
    /// Connections hold themselves here, since streams refer to their handler only while they are open.
    private var connections: [ObjectIdentifier: SimulatorConnection] = [:]

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// - Returns: the address with the port in use.
    func listen(on address: SocketAddress) throws(StreamError) -> SocketAddress {
        let sockets = try ListeningSocket.bind(address, count: 1)
        let listener = TCPListener(loop: loop) { [unowned self] stream in accept(stream) }
        try listener.listen(descriptor: sockets.descriptors[0])
        self.listener = listener
        return sockets.address
    }

    private func accept(_ stream: TCPStream) {
        let connection = SimulatorConnection(stream, simulator: self)
        connections[ObjectIdentifier(connection)] = connection
        ledger.connectionOpened()
        stream.handler = connection
        stream.startReading()
    }

    func connectionEnded(_ connection: SimulatorConnection) {
        if connections.removeValue(forKey: ObjectIdentifier(connection)) != nil { ledger.connectionClosed() }
    }
}

/// Microseconds on the system's monotonic clock, comparable with other processes' reading of it.
func monotonicMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
}
