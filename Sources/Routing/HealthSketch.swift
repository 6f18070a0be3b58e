/// What a plan went by of an endpoint's health, in eight bytes: it stays with the decision when the health has moved on.
package struct HealthSketch: Sendable, Hashable {
    /// Bits 0-11: what is missing in the expected success, in parts of 4,096. Bit 12: whether there were requests. Bits
    /// 18-29 and 30-41: the medians of the time to the first content and of the throughput, as numbers of five bits of
    /// exponent and seven behind the binary point, which is exact to half a percent; 0 without samples. The others are 0:
    /// a decision has something else there.
    let word: UInt64

    private static let knownBit: UInt64 = 1 << 12
    private static let ttftShift: UInt64 = 18
    private static let throughputShift: UInt64 = 30
    private static let shortMask: UInt64 = 0xFFF
    /// What the exponent of a single-precision number has more. From an eighth of a thousandth, which is a wait or a
    /// throughput of nothing, to half a million.
    private static let exponentBias: UInt32 = 114

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

    /// The word as decisions of the first form had it: the medians were single-precision numbers without sign, of which
    /// 15 bits were left, in bits 18-32 and 33-47.
    init(firstForm word: UInt64) {
        func long(_ bits: UInt64) -> Double? {
            let bits = bits & 0x7FFF
            return bits == 0 ? nil : Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
        }
        self.init(
            missingSuccess: word & 0xFFF, isSeen: word & Self.knownBit != 0, ttftMs: long(word >> 18),
            tokensPerSecond: long(word >> 33))
    }

    /// A median as precise as it is kept.
    @inline(__always)
    static func kept(_ value: Double?) -> Double? { value.flatMap { long(short($0)) } }

    private static func short(_ value: Double?) -> UInt64 {
        guard let value else { return 0 }
        // Half a step is added, so that the cut rounds.
        let bits = Int((Float(value).bitPattern &+ 0x8000) >> 16) - Int(exponentBias << 7)
        return UInt64(min(max(1, bits), Int(shortMask)))
    }

    private static func long(_ bits: UInt64) -> Double? {
        let bits = UInt32(truncatingIfNeeded: bits & shortMask)
        return bits == 0 ? nil : Double(Float(bitPattern: (bits + exponentBias << 7) << 16))
    }
}
