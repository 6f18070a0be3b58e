package import HTTPWire

/// The deadlines and bounds of a server. Times are milliseconds.
package struct ServerConfiguration: Sendable {
    /// From the first byte of a head (or from accept) to its end; then 408.
    package var requestHeadMs: UInt64 = 10_000
    /// For the whole request body; then 408.
    package var requestBodyMs: UInt64 = 60_000
    /// An idle connection is closed after this.
    package var keepAliveMs: UInt64 = 75_000
    /// Connections of the whole process; beyond it 503 and close.
    package var connections = 10_000
    /// The largest request body in bytes; beyond it 413.
    package var bodyBytes = 64 * 1024 * 1024
    package var wire = WireLimits.standard

    package init() {}
}

/// Bounds that nobody needs to configure.
package enum ServerLimits {
    /// Bytes of following requests that are kept while one is handled; then the connection stops reading.
    static let pipelinedBytes = 64 * 1024
    /// A request body left unread by its handler is read to its end up to this size, so that the connection lives on.
    static let discardedBodyBytes = 256 * 1024
    /// How long a connection that was told to end may go on sending before it is cut, and how much.
    static let lingerMs: UInt64 = 2_000
    static let lingerBytes = 4 * 1024 * 1024
    /// What one read takes where no body of known length is being read: a head and a small body. More is the start of a
    /// large body, most of which is then read into its own room.
    static let headReadBytes = 16 * 1024
    /// Bodies up to this size live on the heap; larger ones are mapped, so that pages cost only when filled.
    static let heapBodyBytes = 128 * 1024
    /// The first allocation for a body of unknown length.
    static let chunkedBodyBytes = 16 * 1024
    /// Connections beyond the limit that get a sentence, per loop; the rest are just closed.
    static let turnedAway = 64
    /// Kept capacity of the buffers of an idle connection.
    static let keptBufferBytes = 4 * 1024
}
