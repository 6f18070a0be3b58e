/// The bounds of this module.
package enum HTTPClientLimits {
    /// Body bytes that wait for their consumer before the upstream is no longer read.
    package static let bodyHighWaterBytes = 64 * 1024
    /// A request of at most this size is copied and leaves in one write; a larger one is sent from where it lies.
    static let copiedRequestBytes = 16 * 1024
    /// A buffer that grew beyond this is not kept for the next exchange.
    static let keptBufferBytes = 16 * 1024
    /// Exchanges whose buffers and timer are kept for reuse, per loop.
    static let keptExchangeParts = 256
    /// Interim (1xx) responses before one final response.
    static let interimResponses = 8
    /// Compressed bodies may unfold to this many times their size, once they are beyond `inflationFreeBytes`.
    static let inflationRatio = 200
    static let inflationFreeBytes = 1024 * 1024
    /// Bytes that a proxy may answer to CONNECT with.
    static let proxyHeadBytes = 8 * 1024
    /// How long the next address waits for the one before it (RFC 8305, section 5).
    package static let connectStaggerMs: UInt64 = 250
    /// Addresses of one host that are tried.
    static let addresses = 8
    /// Idle timers are not armed more exactly than this.
    static let sweepGraceMs: UInt64 = 1000
}
