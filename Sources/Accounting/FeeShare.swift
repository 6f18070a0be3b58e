/// The part of a list price that is charged for a request which the caller's own key at the provider pays for.
package struct FeeShare: Hashable, Sendable {
    /// Of the list price, in millionths.
    package let millionths: Int64

    package static let none = FeeShare(millionths: 0)

    private init(millionths: Int64) { self.millionths = millionths }

    /// Reads a percentage from 0 to 100 with at most four decimals; nil for anything else.
    package init?(percent text: String) {
        guard let number = DecimalNumber(text.utf8Span.span, places: 4), !number.isRounded,
            (0...1_000_000).contains(number.value)
        else { return nil }
        millionths = number.value
    }

    /// The fee on an amount, half a nano-dollar rounded to even.
    package func fee(on amount: Credits) -> Credits {
        if millionths == 0 || amount.nanos <= 0 { return .zero }
        let (quotient, rest) = (Int128(amount.nanos) * Int128(millionths)).quotientAndRemainder(dividingBy: 1_000_000)
        let twice = rest * 2
        let isUp = twice > 1_000_000 || (twice == 1_000_000 && quotient & 1 == 1)
        return Credits(nanos: Int64(quotient) + (isUp ? 1 : 0))
    }

    /// The most that the fee on an amount can be: rounded up, for holds.
    package func most(on amount: Credits) -> Credits {
        let product = Int128(max(0, amount.nanos)) * Int128(millionths)
        return Credits(nanos: Int64((product + 999_999) / 1_000_000))
    }
}

extension Charge {
    /// What the request costs where the caller's own key pays the provider: the fee on the list price, which this charge
    /// is, and beside it what the provider takes.
    ///
    /// - Parameter reported: what the provider says that it takes; the list price where it says nothing.
    package func paidDirectly(reported: Credits?, fee: FeeShare) -> Charge {
        let total = fee.fee(on: total)
        var charge = Charge(total: total, prompt: min(total, fee.fee(on: prompt)))
        let direct = reported.map { sharing($0) } ?? self
        charge.direct = Direct(total: direct.total, prompt: direct.prompt)
        return charge
    }
}
