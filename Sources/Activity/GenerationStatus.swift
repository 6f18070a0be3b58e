/// How a generation ended. The raw value is stored: cases are added, never renumbered.
package enum GenerationStatus: UInt8, CaseIterable, Sendable {
    /// The caller got a complete answer.
    case completed = 0
    /// No endpoint answered, or the stream broke.
    case failed = 1
    /// The caller went away.
    case cancelled = 2
    /// The server went down before the generation ended; it is not charged.
    case interrupted = 3
}
