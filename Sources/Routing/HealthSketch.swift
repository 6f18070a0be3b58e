/// What a plan went by of an endpoint's health, in eight bytes: it stays with the decision when the health has moved on.
package struct HealthSketch: Sendable, Hashable {
    /// Bits 0-11: what is missing in the expected success, in parts of 4,096. Bit 12: whether there were requests. Bits
    /// 18-32 and 33-47: the medians of the time to the first content and of the throughput, as single-precision numbers
    /// without sign of which 15 bits are left, which is exact to half a percent; 0 without samples. The others are 0:
    /// a decision has something else there.
    let word: UInt64

    private static let knownBit: UInt64 = 1 << 12
    private static let ttftShift: UInt64 = 18
    private static let throughputShift: UInt64 = 33
    private static let shortMask: UInt64 = 0x7FFF

    /// - Parameter word: of which only the bits that belong here count.
    init(word: UInt64) {
        let mask = 0x1FFF | Self.shortMask << Self.ttftShift | Self.shortMask << Self.throughputShift
        self.word = word & mask
    }

    /// - Parameters:
    ///   - missingSuccess: what the expected success lacks, in parts of 4,096; at most 4,095.
    ///   - isSeen: whether there were requests.
    ///   - ttftMs: the median, nil without samples; as with `tokensPerSecond`.
    init(missingSuccess: UInt64, isSeen: Bool, ttftMs: Double?, tokensPerSecond: Double?) {
        word =
            missingSuccess | (isSeen ? Self.knownBit : 0) | Self.short(ttftMs) << Self.ttftShift
            | Self.short(tokensPerSecond) << Self.throughputShift
    }

    /// Nothing was seen.
    package static let none = HealthSketch(word: 0)

    /// Whether there were requests.
    package var isSeen: Bool { word & Self.knownBit != 0 }
    /// The chance that an attempt is answered, as it was last seen; 1 where nothing was.
    package var expectedSuccess: Double { 1 - Double(word & 0xFFF) / 4_096 }
    /// Milliseconds.
    package var ttftMs: Double? { Self.long(word >> Self.ttftShift) }
    package var tokensPerSecond: Double? { Self.long(word >> Self.throughputShift) }

    private static func short(_ value: Double?) -> UInt64 {
        guard let value else { return 0 }
        // Half a step is added, so that the cut rounds.
        return UInt64((Float(value).bitPattern &+ 0x8000) >> 16) & shortMask
    }

    private static func long(_ bits: UInt64) -> Double? {
        let bits = bits & shortMask
        return bits == 0 ? nil : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    }
}
