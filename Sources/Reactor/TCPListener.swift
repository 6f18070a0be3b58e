import CAres
import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A listening socket of one loop. Confined to its loop.
///
/// On Linux each loop listens on the same port (SO_REUSEPORT) and the kernel spreads the connections. The socket is
/// polled and accepted from here, not by libuv: when the process has no descriptor left, the listener rests for a moment
/// instead of being told of the same waiting connection over and over.
package final class TCPListener: HandleOwner, @unchecked Sendable {
    private unowned(unsafe) let loop: EventLoop
    private let accept: (TCPStream) -> Void
    private var descriptor: Int32 = -1
    private var rest: LoopTimer?
    /// Times that a waiting connection could not be accepted, mostly for want of file descriptors.
    package private(set) var acceptFailures = 0

    /// - Parameter accept: gets each new connection, which does not read yet.
    package init(loop: EventLoop, accept: @escaping (TCPStream) -> Void) {
        self.loop = loop
        self.accept = accept
        super.init()
    }

    private var poll: UnsafeMutablePointer<uv_poll_t> {
        UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_poll_t.self)
    }

    /// Takes over a listening socket of `ListeningSocket.bind`.
    package func listen(descriptor: Int32) throws(StreamError) {
        let memory = UnsafeMutablePointer<uv_poll_t>.allocate(capacity: 1)
        let status = uv_poll_init(loop.uv, memory, descriptor)
        if status < 0 {
            memory.deallocate()
            throw StreamError(code: status)
        }
        self.descriptor = descriptor
        own(memory)
        rest = LoopTimer(loop) { [unowned self] in start() }
        start()
    }

    private func start() {
        if isClosed { return }
        uv_poll_start(poll, Int32(UV_READABLE.rawValue)) { poll, status, _ in
            let handle = UnsafeMutableRawPointer(poll!).assumingMemoryBound(to: uv_handle_t.self)
            (HandleOwner.of(handle) as! TCPListener).readable()
        }
    }

    private func readable() {
        for _ in 0..<ReactorLimits.acceptsPerTurn {
            if isClosed { return }
            let socket = acceptSocket(descriptor)
            if socket < 0 { return refused(errno) }
            let stream = TCPStream(loop: loop)
            if uv_tcp_open(stream.tcp, socket) < 0 {
                close(socket)
                acceptFailures += 1
                stream.closeHandle()
                continue
            }
            #if !os(Linux)
                uv_tcp_nodelay(stream.tcp, 1)
            #endif
            accept(stream)
        }
    }

    private func refused(_ code: Int32) {
        switch code {
        case EAGAIN, EINTR, ECONNABORTED: return
        default:
            acceptFailures += 1
            uv_poll_stop(poll)
            rest?.arm(afterMs: ReactorLimits.acceptRestMs)
        }
    }

    package override func willClose() {
        rest = nil
    }

    package override func didClose() {
        close(descriptor)
    }
}

/// The next waiting connection, closed on exec; libuv makes it non-blocking.
private func acceptSocket(_ descriptor: Int32) -> Int32 {
    let socket = accept(descriptor, nil, nil)
    if socket >= 0 { _ = fcntl(socket, F_SETFD, FD_CLOEXEC) }
    return socket
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
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
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
