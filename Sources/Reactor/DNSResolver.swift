import CAres

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Looks up host names on a loop: c-ares asks the system's name servers and the hosts file without a thread.
/// Confined to its loop.
///
/// Answers are kept by their TTL (`DNSCache`), one question is asked once at a time, and an answer that has expired
/// serves on for a while when no name server can be reached.
package final class DNSResolver: @unchecked Sendable {
    private let loop: EventLoop
    private let servers: String?
    private var channel: ares_channel?
    private var sockets: [Int32: DNSSocket] = [:]
    private var lookups: [String: DNSLookup] = [:]
    private var cache = DNSCache()
    private var timer: LoopTimer?
    private var isShutDown = false
    /// The name servers did not answer: perhaps the system has other ones by now.
    private var needsFreshChannel = false

    /// Questions put to c-ares, answers from the cache, and answers served after their time.
    package private(set) var questionCount = 0
    package private(set) var cachedCount = 0
    package private(set) var staleCount = 0

    private static let isLibraryReady = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS

    /// - Parameter servers: name servers as `address:port`, separated by commas, instead of the system's.
    package init(loop: EventLoop, servers: String? = nil) {
        self.loop = loop
        self.servers = servers
    }

    deinit {
        if let channel { ares_destroy(channel) }
    }

    /// The addresses of a host in the order of preference (RFC 6724); at least one.
    package func resolve(_ host: String, port: UInt16) async throws(DNSFailure) -> [SocketAddress] {
        if let literal = SocketAddress(ip: host, port: port) { return [literal] }
        let name = host.lowercased()
        // RFC 6761, section 6.3. IPv4 first: that is where programs on this machine listen.
        if name == "localhost" || name.hasSuffix(".localhost") {
            return ["127.0.0.1", "::1"].map { SocketAddress(ip: $0, port: port)! }
        }
        if let addresses = cache.fresh(name, now: loop.now) {
            cachedCount += 1
            return addresses.map { $0.withPort(port) }
        }
        return try await ask(name).map { $0.withPort(port) }
    }

    /// Ends every lookup with `.cancelled`; later ones fail the same way.
    package func shutDown() {
        isShutDown = true
        destroyChannel()
        timer?.disarm()
        timer = nil
    }

    private func ask(_ name: String) async throws(DNSFailure) -> [SocketAddress] {
        if isShutDown { throw DNSFailure(name, status: ARES_ECANCELLED) }
        let lookup: DNSLookup
        if let running = lookups[name] {
            lookup = running
        } else {
            guard let channel = openChannel() else { throw DNSFailure(name, status: ARES_ENOTINITIALIZED) }
            lookup = DNSLookup(name, of: self)
            lookups[name] = lookup
            questionCount += 1
            lookup.start(on: channel)
            armTimer()
        }
        if lookup.status == nil { await lookup.waiters.wait() }
        let status = lookup.status ?? ARES_ECANCELLED
        if status == ARES_SUCCESS { return lookup.addresses }
        let failure = DNSFailure(name, status: status)
        if failure.kind == .unavailable, let addresses = cache.stale(name, now: loop.now) {
            staleCount += 1
            return addresses
        }
        throw failure
    }

    /// Called by c-ares through the lookup.
    func finished(_ lookup: DNSLookup) {
        lookups[lookup.host] = nil
        guard let status = lookup.status else { return }
        if status == ARES_SUCCESS {
            cache.store(lookup.host, lookup.addresses, ttlSeconds: lookup.ttlSeconds, now: loop.now)
            return
        }
        switch DNSFailure(lookup.host, status: status).kind {
        case .notFound: cache.remove(lookup.host)
        case .unavailable: needsFreshChannel = true
        case .cancelled: break
        }
    }

    func process(reading: Int32, writing: Int32) {
        guard let channel else { return }
        ares_process_fd(channel, reading, writing)
        armTimer()
    }

    // MARK: The channel

    private func openChannel() -> ares_channel? {
        if needsFreshChannel, lookups.isEmpty {
            needsFreshChannel = false
            destroyChannel()
        }
        if let channel { return channel }
        guard Self.isLibraryReady else { return nil }
        var options = ares_options()
        options.timeout = DNSLimits.tryMs
        options.tries = DNSLimits.tries
        options.sock_state_cb_data = Unmanaged.passUnretained(self).toOpaque()
        options.sock_state_cb = { context, descriptor, reading, writing in
            let resolver = Unmanaged<DNSResolver>.fromOpaque(context!).takeUnretainedValue()
            resolver.socketChanged(descriptor, reading: reading != 0, writing: writing != 0)
        }
        let mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB
        var fresh: ares_channel?
        guard ares_init_options(&fresh, &options, mask) == ARES_SUCCESS, let fresh else { return nil }
        if let servers, ares_set_servers_ports_csv(fresh, servers) != ARES_SUCCESS {
            ares_destroy(fresh)
            return nil
        }
        channel = fresh
        return fresh
    }

    private func destroyChannel() {
        guard let channel else { return }
        self.channel = nil
        ares_destroy(channel)
    }

    /// c-ares closes a socket right after it said that it wants nothing more from it.
    private func socketChanged(_ descriptor: Int32, reading: Bool, writing: Bool) {
        if !reading, !writing {
            sockets.removeValue(forKey: descriptor)?.closeHandle()
            return
        }
        let socket = sockets[descriptor] ?? DNSSocket(descriptor, of: self, loop: loop)
        sockets[descriptor] = socket
        socket.watch(reading: reading, writing: writing)
    }

    private func armTimer() {
        guard let channel, !lookups.isEmpty else { return }
        var limit = timeval(tv_sec: Int(DNSLimits.tryMs) / 1000 + 1, tv_usec: 0)
        var next = timeval()
        guard let wait = ares_timeout(channel, &limit, &next) else { return }
        let milliseconds = UInt64(wait.pointee.tv_sec) * 1000 + UInt64(wait.pointee.tv_usec) / 1000
        if timer == nil {
            timer = LoopTimer(loop) { [unowned self] in process(reading: -1, writing: -1) }
        }
        timer?.arm(afterMs: milliseconds + 1)
    }
}

extension SocketAddress {
    func withPort(_ port: UInt16) -> SocketAddress {
        var copy = self
        withUnsafeMutablePointer(to: &copy.storage) { pointer in
            if isIPv6 {
                pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { $0.pointee.sin6_port = port.bigEndian }
            } else {
                pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port = port.bigEndian }
            }
        }
        return copy
    }
}
