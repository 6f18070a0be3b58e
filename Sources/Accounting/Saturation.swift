extension FixedWidthInteger {
    /// The sum, or the end of the range that it would leave. What was reported or recorded is added up in this way: a
    /// sum that stops counting is a smaller harm than a server that stops.
    package func addingSaturated(_ other: Self) -> Self {
        let (sum, overflows) = addingReportingOverflow(other)
        return overflows ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the end of the range that it would leave.
    package func subtractingSaturated(_ other: Self) -> Self {
        let (difference, overflows) = subtractingReportingOverflow(other)
        return overflows ? (other < 0 ? .max : .min) : difference
    }

    package mutating func addSaturated(_ other: Self) { self = addingSaturated(other) }
}
