import CAres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One question under way, and everyone who waits for its answer. Confined to its loop.
final class DNSLookup {
    let host: String
    let waiters = WaitingRoom()
    private(set) var status: Int32?
    private(set) var addresses: [SocketAddress] = []
    private(set) var ttlSeconds = 0
    unowned let resolver: DNSResolver

    init(_ host: String, of resolver: DNSResolver) {
        self.host = host
        self.resolver = resolver
    }

    /// Asks. The answer may come before this returns, from the hosts file.
    func start(on channel: ares_channel) {
        var hints = ares_addrinfo_hints()
        hints.ai_family = AF_UNSPEC
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        ares_getaddrinfo(
            channel, host, nil, &hints,
            { context, status, _, result in
                let lookup = Unmanaged<DNSLookup>.fromOpaque(context!).takeRetainedValue()
                if let result {
                    lookup.take(result.pointee.nodes)
                    ares_freeaddrinfo(result)
                }
                lookup.finish(status)
            }, Unmanaged.passRetained(self).toOpaque())
    }

    private func take(_ first: UnsafeMutablePointer<ares_addrinfo_node>?) {
        var next = first
        var ttl = Int32.max
        while let node = next, addresses.count < DNSLimits.addresses {
            let length = Int(node.pointee.ai_addrlen)
            if let source = node.pointee.ai_addr, length <= MemoryLayout<sockaddr_storage>.size {
                var storage = sockaddr_storage()
                memcpy(&storage, source, length)
                addresses.append(SocketAddress(storage: storage))
                ttl = min(ttl, node.pointee.ai_ttl)
            }
            next = node.pointee.ai_next
        }
        ttlSeconds = addresses.isEmpty ? 0 : Int(ttl)
    }

    private func finish(_ status: Int32) {
        self.status = status == ARES_SUCCESS && addresses.isEmpty ? ARES_ENODATA : status
        resolver.finished(self)
        waiters.resumeAll()
    }
}

/// Any number of tasks that wait for one event. Confined to its loop.
final class WaitingRoom {
    private var waiters: [Waiter] = []
    private var isOver = false

    func wait() async {
        if isOver { return }
        let waiter = Waiter()
        waiters.append(waiter)
        await waiter.wait()
    }

    func resumeAll() {
        isOver = true
        for waiter in waiters { waiter.resume() }
        waiters = []
    }
}
