/// Counts of durations in microseconds, in buckets of about one percent.
struct Histogram {
    /// Buckets to each doubling, as a power of two.
    private static let fineness: UInt64 = 6
    private static let shift = 52 - fineness
    private static let first = Int(Double(1).bitPattern >> shift)
    private var counts = [UInt32](repeating: 0, count: 48 << Int(Histogram.fineness))
    private(set) var total = 0

    mutating func add(us: UInt64) {
        let bucket = Int(Double(max(1, us)).bitPattern >> Self.shift) - Self.first
        counts[min(bucket, counts.count - 1)] += 1
        total += 1
    }

    /// In milliseconds; nil without samples.
    func percentile(_ share: Double) -> Double? {
        if total == 0 { return nil }
        let rank = (share * Double(total)).rounded(.up)
        var below = 0.0
        for (bucket, count) in counts.enumerated() {
            below += Double(count)
            if below >= rank, count > 0 {
                // The middle of the bucket.
                let bits = (UInt64(Self.first + bucket) << Self.shift) | (1 << (Self.shift - 1))
                return Double(bitPattern: bits) / 1_000
            }
        }
        return nil
    }
}
