import CAres
import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A listening socket of one loop. Confined to its loop.
///
/// On Linux each loop listens on the same port (SO_REUSEPORT) and the kernel spreads the connections.
package final class TCPListener: HandleOwner, @unchecked Sendable {
    private unowned let loop: EventLoop
    private let accept: (TCPStream) -> Void
    /// Connections that could not be accepted, mostly for want of file descriptors. libuv then closes the waiting
    /// connection by means of a spare descriptor, so that a full table never makes the loop spin.
    package private(set) var acceptFailures = 0

    /// - Parameter accept: gets each new connection, which does not read yet.
    package init(loop: EventLoop, accept: @escaping (TCPStream) -> Void) {
        self.loop = loop
        self.accept = accept
        super.init()
        let memory = UnsafeMutablePointer<uv_tcp_t>.allocate(capacity: 1)
        uv_tcp_init(loop.uv, memory)
        own(memory)
    }

    private var tcp: UnsafeMutablePointer<uv_tcp_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_tcp_t.self)
    }

    /// Takes over a bound socket (`ListeningSocket.bind`) and listens.
    package func listen(descriptor: Int32) throws(StreamError) {
        try check(uv_tcp_open(tcp, descriptor))
        let stream = UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_stream_t.self)
        try check(
            uv_listen(stream, ReactorLimits.listenBacklog) { stream, status in
                let owner = HandleOwner.of(UnsafeMutableRawPointer(stream!).assumingMemoryBound(to: uv_handle_t.self))
                (owner as! TCPListener).incoming(stream!, status)
            })
    }

    private func incoming(_ listener: UnsafeMutablePointer<uv_stream_t>, _ status: Int32) {
        if isClosed { return }
        if status < 0 {
            acceptFailures += 1
            return
        }
        let stream = TCPStream(loop: loop)
        let target = UnsafeMutableRawPointer(stream.tcp).assumingMemoryBound(to: uv_stream_t.self)
        if uv_accept(listener, target) < 0 {
            acceptFailures += 1
            stream.closeHandle()
            return
        }
        #if !os(Linux)
            uv_tcp_nodelay(stream.tcp, 1)
        #endif
        accept(stream)
    }

    private func check(_ status: Int32) throws(StreamError) {
        if status < 0 {
            closeHandle()
            throw StreamError(code: status)
        }
    }
}

/// Sockets that listen.
package enum ListeningSocket {
    /// Binds `count` sockets to one address, sharing its port.
    ///
    /// A first bind without sharing proves that no other process listens there already.
    /// - Returns: the descriptors, and the address with the port that the system chose for port 0.
    package static func bind(
        _ address: SocketAddress, count: Int
    ) throws(StreamError) -> (descriptors: [Int32], address: SocketAddress) {
        let probe = try open(address, sharesPort: false)
        var bound = address
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        withUnsafeMutablePointer(to: &bound.storage) { pointer in
            _ = pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(probe, $0, &length) }
        }
        close(probe)
        var descriptors: [Int32] = []
        for _ in 0..<count { descriptors.append(try open(bound, sharesPort: true)) }
        return (descriptors, bound)
    }

    private static func open(_ address: SocketAddress, sharesPort: Bool) throws(StreamError) -> Int32 {
        #if canImport(Glibc)
            let type = Int32(SOCK_STREAM.rawValue)
        #else
            let type = SOCK_STREAM
        #endif
        let descriptor = socket(Int32(address.storage.ss_family), type, 0)
        if descriptor < 0 { throw StreamError(code: uv_translate_sys_error(errno)) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var on: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size)
        if sharesPort { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, size) }
        var status = address.withSockaddr { cBind(descriptor, $0, address.length) }
        // Listening from here on, so that nobody is refused between the binding and the loop's first turn.
        if status == 0, sharesPort { status = cListen(descriptor, ReactorLimits.listenBacklog) }
        if status < 0 {
            let code = uv_translate_sys_error(errno)
            close(descriptor)
            throw StreamError(code: code)
        }
        return descriptor
    }
}

private func cBind(_ descriptor: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    bind(descriptor, address, length)
}

private func cListen(_ descriptor: Int32, _ backlog: Int32) -> Int32 {
    listen(descriptor, backlog)
}
