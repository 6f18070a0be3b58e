/// The bounds of name lookups.
package enum DNSLimits {
    /// An answer is used at least and at most this long, whatever its TTL says.
    package static let cachedMsMin: UInt64 = 1000
    package static let cachedMsMax: UInt64 = 300_000
    /// An answer that has expired still serves this long while no new one can be had.
    package static let staleMsMax: UInt64 = 3_600_000
    package static let cachedHosts = 1024
    /// Addresses kept of one host.
    static let addresses = 16
    /// How long one try at one name server may take, and how many there are.
    static let tryMs: Int32 = 2000
    static let tries: Int32 = 3
}
