package import TransportSecurity

/// What all clients of a process share.
package struct HTTPClientConfiguration: Sendable {
    /// For https origins; without it they fail.
    package var tls: TLSContext?
    package var proxies = ProxySettings()
    package var pool = PoolLimits()
    /// Bytes of one decoded response body.
    package var bodyBytes = 256 * 1024 * 1024
    /// Name servers as `address:port`, separated by commas, instead of the system's.
    package var nameServers: String?
    /// How long the next address of a host waits for the one before it.
    package var connectStaggerMs = HTTPClientLimits.connectStaggerMs

    package init(tls: TLSContext? = nil) {
        self.tls = tls
    }
}
