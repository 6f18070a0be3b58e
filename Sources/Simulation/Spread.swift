#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A quantity that varies: lognormal, given by its median and its 99th percentile, or fixed.
package struct Spread: Sendable, Equatable {
    /// The standard normal distribution has 99 % below this.
    private static let z99 = 2.3263478740408408

    package let median: Double
    private let sigma: Double

    package init(fixed value: Double) {
        median = value
        sigma = 0
    }

    /// - Parameters:
    ///   - p50: positive.
    ///   - p99: positive; what matters is how far it is from the median, not on which side.
    package init(p50: Double, p99: Double) {
        median = p50
        sigma = abs(log(p99 / p50)) / Self.z99
    }

    /// The mean, which a long tail puts above the median.
    package var mean: Double { median * exp(sigma * sigma / 2) }

    /// The value that belongs to random bits.
    func value(_ bits: UInt64) -> Double { sigma == 0 ? median : median * exp(sigma * Draw.normal(bits)) }
}
