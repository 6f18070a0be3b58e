/// The buckets of a histogram: four to each doubling, so that a value is known to a quarter at worst, and far better
/// once many were seen.
enum ValueScale {
    static let buckets = 64

    /// How many values fell into each bucket.
    typealias Counts = InlineArray<64, UInt32>

    /// Values below 4 have a bucket each; those from 131,072 on share the last.
    static func bucket(_ value: UInt64) -> Int {
        if value < 4 { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return min(4 * (exponent - 1) + Int(value >> UInt64(exponent - 2) & 3), buckets - 1)
    }

    /// The smallest value of a bucket.
    static func start(_ bucket: Int) -> Double {
        if bucket < 4 { return Double(bucket) }
        let exponent = bucket / 4 + 1
        return Double(UInt64(4 + bucket % 4) << UInt64(exponent - 2))
    }

    /// Reads percentiles off counts by bucket, between the bounds of a bucket by proportion; nil without samples.
    /// - Parameter moreIsBetter: of what is better the more there is, p90 is the value that 90 % of the samples reach:
    ///   the worse side, as with waits.
    static func percentiles(
        _ counts: Span<UInt32>, unit: Double, moreIsBetter: Bool = false
    ) -> HealthReading.Percentiles? {
        var total: UInt64 = 0
        for bucket in counts.indices { total += UInt64(counts[bucket]) }
        if total == 0 { return nil }
        func rank(_ share: Double) -> Double { (moreIsBetter ? 1 - share : share) * Double(total) }
        return HealthReading.Percentiles(
            p50: value(counts, rank(0.5)) * unit, p75: value(counts, rank(0.75)) * unit,
            p90: value(counts, rank(0.9)) * unit, p99: value(counts, rank(0.99)) * unit)
    }

    /// The value that so many samples do not exceed.
    private static func value(_ counts: Span<UInt32>, _ rank: Double) -> Double {
        var below = 0.0
        for bucket in counts.indices where counts[bucket] > 0 {
            let count = Double(counts[bucket])
            if below + count >= rank {
                return start(bucket) + (rank - below) / count * (start(bucket + 1) - start(bucket))
            }
            below += count
        }
        return start(buckets)
    }
}
