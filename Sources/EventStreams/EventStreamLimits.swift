/// The bounds of this module.
package enum EventStreamLimits {
    /// The longest event that a decoder waits for, with its framing.
    package static let eventBytes = 10 << 20
    /// The longest headers of a message of a binary event stream. Source: wire spec 9.6.
    package static let binaryHeaderBytes = 128 << 10
    /// The longest payload of one.
    package static let binaryPayloadBytes = 24 << 20
    /// How far to look for the bracket of unframed JSON behind spaces and tabs.
    static let indentBytes = 64
    /// Memory for joined data lines above this is given back after the event.
    static let retainedBytes = 1 << 20
}
