/// Deadlines of one endpoint, in milliseconds; nil where the server's own apply.
package struct EndpointTimeouts: Sendable, Equatable {
    package var connectMs: UInt64?
    package var firstByteMs: UInt64?
    package var idleMs: UInt64?
    package var totalMs: UInt64?

    package init(
        connectMs: UInt64? = nil, firstByteMs: UInt64? = nil, idleMs: UInt64? = nil, totalMs: UInt64? = nil
    ) {
        self.connectMs = connectMs
        self.firstByteMs = firstByteMs
        self.idleMs = idleMs
        self.totalMs = totalMs
    }
}
