import JSONText

/// The bounds of a configuration file and of what it may set.
package enum ConfigurationLimits {
    /// Characters of the secret that callers' keys are sealed with, as `SealingKey.secretBytesMin`.
    static let secretKeyBytesMin = 32
    package static let fileBytes = 8 << 20
    /// Nesting of mappings and sequences.
    static let depth = 32
    /// Nodes after every alias has been expanded: a few lines of aliases of aliases stop here.
    static let nodes = 500_000
    /// Problems reported at once.
    static let problems = 50
    static let workers = 1...256
    /// Bytes of a fixed API key.
    static let keyBytes = 16...256
    static let slugBytes = 64
    static let nameBytes = 256
    static let descriptionBytes = 16 << 10
    static let tokens = 1...100_000_000
    /// Shares of traffic.
    static let weight = 1...1_000
    /// Requests or tokens of a minute, and requests at a time, that a limit may allow.
    static let usage = 1...1_000_000_000
    static let presets = 1_000
    /// Of each text in a preset.
    static let presetTextBytes = 1 << 20
    static let keyWeight = 0.001...1_000_000
    static let connections = 1...1_000_000
    /// Of a request's body: more would be read whole and then not be scanned.
    static let bodyBytes = (1 << 10)...JSONLimits.textBytes
    static let headBytes = (1 << 10)...(1 << 20)
    static let memoryBytes = (1 << 20)...(1 << 46)
    /// Milliseconds that records may be kept for.
    static let keepMs: ClosedRange<UInt64> = 3_600_000...3_153_600_000_000
    static let recordsBytes = (1 << 20)...(1 << 56)
    /// Of images and documents that are fetched: bytes, URLs of a request, and redirects of each.
    static let fetchedBytes = (1 << 10)...(1 << 30)
    static let fetchedCount = 1...1_000
    static let redirects = 0...20
    /// How many messages a provider's host may be said to take at most.
    static let hostMessages = 1...1_000_000
    /// Milliseconds; none of the waits may be without end.
    static let durationMs: ClosedRange<UInt64> = 1...604_800_000
}
