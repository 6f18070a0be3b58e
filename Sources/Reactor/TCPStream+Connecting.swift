import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension TCPStream {
    /// Connects; closing the stream meanwhile ends the attempt with `.cancelled`.
    ///
    /// - Throws: the system's error, e.g. `.refused`. The stream is closed then.
    package func connect(to address: SocketAddress) async throws(StreamError) {
        let waiter = Waiter()
        let result = ConnectResult(waiter)
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        request.pointee.data = Unmanaged.passRetained(result).toOpaque()
        let status = address.withSockaddr { pointer in
            uv_tcp_connect(request, tcp, pointer) { request, status in
                let result = Unmanaged<ConnectResult>.fromOpaque(request!.pointee.data).takeRetainedValue()
                request!.deallocate()
                result.status = status
                result.waiter.resume()
            }
        }
        if status < 0 {
            Unmanaged<ConnectResult>.fromOpaque(request.pointee.data).release()
            request.deallocate()
            closeHandle()
            throw StreamError(code: status)
        }
        await waiter.wait()
        if result.status < 0 || isClosed {
            closeHandle()
            throw StreamError(code: result.status < 0 ? result.status : UV_ECANCELED.rawValue)
        }
        uv_tcp_nodelay(tcp, 1)
    }
}

private final class ConnectResult {
    let waiter: Waiter
    var status: Int32 = 0

    init(_ waiter: Waiter) {
        self.waiter = waiter
    }
}
