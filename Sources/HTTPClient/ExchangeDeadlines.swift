/// How long an exchange may take, in milliseconds; nil means no bound.
package struct ExchangeDeadlines: Sendable, Equatable {
    /// How the answer is expected to come.
    package enum Mode: Sendable {
        /// A stream: `firstByteMs` runs from the request to the caller's `noteFirstContent`, and any byte in between
        /// counts as life for `idleMs`.
        case streamed
        /// One piece that may take long to compute: until the response head only `totalMs` holds; `firstByteMs` and
        /// `idleMs` start there.
        case plain
    }

    package var mode: Mode
    /// Looking up the name, connecting, the proxy, and the TLS handshake, together.
    package var connectMs: UInt64?
    package var firstByteMs: UInt64?
    /// Silence of the upstream while it is being read.
    package var idleMs: UInt64?
    /// From `send` to the last byte of the body.
    package var totalMs: UInt64?

    package init(
        mode: Mode = .streamed, connectMs: UInt64? = 5000, firstByteMs: UInt64? = 300_000, idleMs: UInt64? = 300_000,
        totalMs: UInt64? = 1_800_000
    ) {
        self.mode = mode
        self.connectMs = connectMs
        self.firstByteMs = firstByteMs
        self.idleMs = idleMs
        self.totalMs = totalMs
    }
}
