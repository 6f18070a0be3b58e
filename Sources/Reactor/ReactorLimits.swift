/// The bounds of this module.
package enum ReactorLimits {
    /// What one read may take from a socket; the room of a loop for it.
    package static let readBufferBytes = 64 * 1024
    /// How often jobs and flushes may alternate before the sockets are polled again.
    static let roundsPerTurn = 4
    /// A stream whose unsent bytes exceed this is congested; its producer should wait for `drained`.
    package static let highWaterBytes = 64 * 1024
    /// `drained` is reported once the unsent bytes are down to this.
    package static let lowWaterBytes = 16 * 1024
    /// An empty send buffer larger than this gives its memory back.
    static let keptBufferBytes = 16 * 1024
    /// Pieces a vectored send hands to the kernel in one call.
    static let vectorPieces = 32
    /// Plain bytes sealed at a time by a secured vectored send.
    static let sealedPieceBytes = 64 * 1024
    /// A poll that took longer than this had to wait: the loop had nothing to do.
    static let idlePollNs: UInt64 = 1_000_000
    /// Connections accepted in one turn of a listener, and how long it rests when the process is out of descriptors.
    static let acceptsPerTurn = 64
    static let acceptRestMs: UInt64 = 100
    /// Connections the kernel may hold before they are accepted.
    static let listenBacklog: Int32 = 1024
}
