package import Reactor

/// An HTTP/1.1 server over all loops of a group, sharing one port.
///
/// Connections never move between loops. Callable from any thread but the loops' own.
package final class HTTPServer: Sendable {
    private let parts: [LoopServer]
    private let admission: ConnectionAdmission
    /// The address with the port that the system chose.
    package let address: SocketAddress

    /// Binds the address and listens on every loop.
    ///
    /// - Parameters:
    ///   - makeSecurity: makes the TLS layer of each new connection; nil serves plain HTTP.
    /// - Throws: `StreamError.addressInUse` and its kin.
    package init(
        group: EventLoopGroup, address: SocketAddress, configuration: ServerConfiguration, budget: MemoryBudget,
        makeSecurity: (@Sendable () -> any StreamSecurity)? = nil, handler: (EventLoop) -> any HTTPHandler
    ) throws(StreamError) {
        let admission = ConnectionAdmission(limit: configuration.connections)
        self.admission = admission
        let bound = try ListeningSocket.bind(address, count: group.loops.count)
        self.address = bound.address
        parts = group.loops.map { loop in
            let part = LoopServer(
                loop: loop, configuration: configuration, admission: admission, handler: handler(loop), budget: budget
            )
            part.makeSecurity = makeSecurity
            return part
        }
        for (part, descriptor) in zip(parts, bound.descriptors) {
            part.loop.execute {
                do throws(StreamError) {
                    try part.listen(descriptor: descriptor)
                } catch {
                    // The port was ours a moment ago; losing it now means the system is out of resources.
                    fatalError("cannot listen: \(error)")
                }
            }
        }
    }

    /// Takes other deadlines and bounds. A wait that has begun keeps its deadline, a connection the bounds of its heads,
    /// and connections beyond a lower limit end by themselves.
    package func use(_ configuration: ServerConfiguration) {
        admission.limit = configuration.connections
        for part in parts { part.loop.execute { part.configuration = configuration } }
    }

    /// The connections open on the calling loop, and those that it could not accept.
    package func counts(on loop: EventLoop) -> (open: Int, accepted: Int, failed: Int) {
        let part = parts[loop.index]
        return (part.connections.count, part.accepted, part.acceptFailures)
    }

    /// Stops accepting; open connections go on.
    package func stopListening() {
        for part in parts { part.loop.execute { part.stopListening() } }
    }

    /// Ends idle connections now and the others after their request, and returns when all are gone.
    package func drain() async {
        for part in parts {
            await withUnsafeContinuation { continuation in
                let isRunning = part.loop.execute {
                    part.drain()
                    part.whenEmpty { continuation.resume() }
                }
                if !isRunning { continuation.resume() }
            }
        }
    }

    /// Cuts what is left.
    package func cut() async {
        for part in parts {
            await withUnsafeContinuation { continuation in
                let isRunning = part.loop.execute {
                    part.cut()
                    part.whenEmpty { continuation.resume() }
                }
                if !isRunning { continuation.resume() }
            }
        }
    }
}
