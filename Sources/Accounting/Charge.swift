/// What a generation costs its caller; the parts always sum to the total.
package struct Charge: Hashable, Sendable {
    package let total: Credits
    /// The prompt side: prompt tokens, images, searches, the fee per request.
    package let prompt: Credits
    /// What the provider takes from the caller itself, whose own key it was; nil for a request with the operator's key.
    package var direct: Direct?

    package struct Direct: Hashable, Sendable {
        package var total: Credits
        /// The part of it for the prompt.
        package var prompt: Credits

        package static let none = Direct(total: .zero, prompt: .zero)

        package init(total: Credits, prompt: Credits) {
            self.total = total
            self.prompt = prompt
        }

        package var completion: Credits { total - prompt }
    }

    package static let none = Charge(total: .zero, prompt: .zero)

    package init(total: Credits, prompt: Credits) {
        self.total = total
        self.prompt = prompt
    }

    package var completion: Credits { total - prompt }

    /// What inference itself cost, be it paid to us or to the provider: the parts that `cost_details` shows.
    package var inference: Direct { direct ?? Direct(total: total, prompt: prompt) }

    /// Whether a provider's own figure for the request is of the same order as this list price.
    package func isNear(_ reported: Credits) -> Bool {
        let factor = Int128(AccountingLimits.reportedCostFactor)
        return Int128(reported.nanos) <= Int128(total.nanos) * factor
            && Int128(reported.nanos) * factor >= Int128(total.nanos)
    }

    /// The same shares of another total, not below zero.
    package func sharing(_ total: Credits) -> Charge {
        let wanted = max(0, total.nanos)
        guard self.total.nanos > 0 else { return Charge(total: Credits(nanos: wanted), prompt: .zero) }
        let part = Int128(wanted) * Int128(prompt.nanos) / Int128(self.total.nanos)
        return Charge(total: Credits(nanos: wanted), prompt: Credits(nanos: Int64(part)))
    }

    /// Rounds sums in units of `1 / unitsPerNano` nano-dollars, each half to even.
    init(promptUnits: Int128, completionUnits: Int128, unitsPerNano: Int64) {
        total = Credits(nanos: Self.round(promptUnits &+ completionUnits, unitsPerNano))
        prompt = Credits(nanos: Self.round(promptUnits, unitsPerNano))
    }

    private static func round(_ units: Int128, _ unitsPerNano: Int64) -> Int64 {
        // Nearly every charge fits, and dividing 128 bits costs ten times as much.
        if unitsPerNano == 1000, let small = Int64(exactly: units) {
            let quotient = small / 1000
            return quotient + increment(rest: small % 1000, divisor: 1000, isOdd: quotient & 1 == 1)
        }
        let (quotient, rest) = units.quotientAndRemainder(dividingBy: Int128(unitsPerNano))
        guard let nanos = Int64(exactly: quotient), nanos < Int64.max else { return Int64.max }
        return nanos + increment(rest: Int64(rest), divisor: unitsPerNano, isOdd: nanos & 1 == 1)
    }

    @inline(__always)
    private static func increment(rest: Int64, divisor: Int64, isOdd: Bool) -> Int64 {
        let twice = rest * 2
        return twice > divisor || (twice == divisor && isOdd) ? 1 : 0
    }
}
