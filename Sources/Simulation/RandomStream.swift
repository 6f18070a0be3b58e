#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same numbers everywhere.
struct RandomStream {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= Draw.step
        return Draw.mix(state)
    }
}

/// Numbers that belong to something by name rather than to a moment: every policy meets the same luck.
enum Draw {
    static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Between 0 and 1, and neither.
    static func unit(_ bits: UInt64) -> Double { (Double(bits >> 12) + 0.5) * 0x1p-52 }

    /// Of the standard normal distribution, by its inverse (Acklam's approximation, error below 1.2e-9).
    static func normal(_ bits: UInt64) -> Double {
        let share = unit(bits)
        if share < 0.02425 { return tail((-2 * log(share)).squareRoot()) }
        if share > 1 - 0.02425 { return -tail((-2 * log(1 - share)).squareRoot()) }
        let centre = share - 0.5
        let square = centre * centre
        let above =
            (((((-39.69683028665376 * square + 220.9460984245205) * square - 275.9285104469687) * square
                + 138.3577518672690) * square - 30.66479806614716) * square + 2.506628277459239) * centre
        let below =
            ((((-54.47609879822406 * square + 161.5858368580409) * square - 155.6989798598866) * square
                + 66.80131188771972) * square - 13.28068155288572) * square + 1
        return above / below
    }

    private static func tail(_ root: Double) -> Double {
        let above =
            ((((-0.007784894002430293 * root - 0.3223964580411365) * root - 2.400758277161838) * root
                - 2.549732539343734) * root + 4.374664141464968) * root + 2.938163982698783
        let below =
            (((0.007784695709041462 * root + 0.3224671290700398) * root + 2.445134137142996) * root
                + 3.754408661907416) * root + 1
        return above / below
    }
}
