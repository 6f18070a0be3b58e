/// Addresses of hosts for as long as their TTLs allow, within bounds. Time is a parameter, in loop milliseconds.
package struct DNSCache {
    private struct Entry {
        var addresses: [SocketAddress]
        var expiresAt: UInt64
    }

    private var entries: [String: Entry] = [:]

    package init() {}

    package var count: Int { entries.count }

    /// The addresses of a host whose time is not over.
    package func fresh(_ host: String, now: UInt64) -> [SocketAddress]? {
        guard let entry = entries[host], now < entry.expiresAt else { return nil }
        return entry.addresses
    }

    /// The addresses of a host whose time is over, but not long over: for when name servers do not answer.
    package func stale(_ host: String, now: UInt64) -> [SocketAddress]? {
        guard let entry = entries[host], now < entry.expiresAt + DNSLimits.staleMsMax else { return nil }
        return entry.addresses
    }

    /// Keeps an answer.
    ///
    /// - Parameter ttlSeconds: the least TTL of its records.
    package mutating func store(_ host: String, _ addresses: [SocketAddress], ttlSeconds: Int, now: UInt64) {
        if entries[host] == nil, entries.count >= DNSLimits.cachedHosts { makeRoom(now) }
        let ttlMs = UInt64(max(ttlSeconds, 0)) * 1000
        let kept = min(max(ttlMs, DNSLimits.cachedMsMin), DNSLimits.cachedMsMax)
        entries[host] = Entry(addresses: addresses, expiresAt: now + kept)
    }

    /// Drops a host: the name servers say that it does not exist.
    package mutating func remove(_ host: String) {
        entries[host] = nil
    }

    private mutating func makeRoom(_ now: UInt64) {
        entries = entries.filter { now < $0.value.expiresAt }
        if entries.count < DNSLimits.cachedHosts { return }
        if let oldest = entries.min(by: { $0.value.expiresAt < $1.value.expiresAt }) { entries[oldest.key] = nil }
    }
}
