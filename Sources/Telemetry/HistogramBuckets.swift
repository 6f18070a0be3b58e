/// The upper bounds of every histogram, in nanoseconds: the one place that names them.
package struct HistogramBuckets: Sendable {
    package let bounds: [UInt64]

    /// Cells that a histogram takes in a shard: one per bound, one beyond the last, and the sum.
    var cells: Int { bounds.count + 2 }

    /// The cell that an observation counts in. Linear, because most observations are small and the list is short.
    func cell(_ nanoseconds: UInt64) -> Int {
        var index = 0
        while index < bounds.count, nanoseconds > bounds[index] { index += 1 }
        return index
    }

    private init(milliseconds: [Double]) {
        bounds = milliseconds.map { UInt64($0 * 1_000_000) }
    }

    /// Whole requests: from a cached small answer to half an hour of reasoning.
    static let duration = HistogramBuckets(milliseconds: [
        10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000,
    ])
    /// Request to first content event.
    static let ttft = HistogramBuckets(milliseconds: [
        10, 25, 50, 100, 200, 300, 500, 750, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000,
    ])
    /// Hand-over of a record to its durable commit.
    static let commit = HistogramBuckets(milliseconds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000])
    /// How late a loop came to a timer.
    static let loopLag = HistogramBuckets(milliseconds: [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 1000])
}
