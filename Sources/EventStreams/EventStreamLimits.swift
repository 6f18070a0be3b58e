/// The bounds of this module.
package enum EventStreamLimits {
    /// The longest event that a decoder waits for, with its framing.
    package static let eventBytes = 10 << 20
    /// How far to look for the bracket of unframed JSON behind spaces and tabs.
    static let indentBytes = 64
    /// Memory for joined data lines above this is given back after the event.
    static let retainedBytes = 1 << 20
}
