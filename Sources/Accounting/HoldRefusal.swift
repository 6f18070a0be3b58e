/// Why a hold was not taken: the first limit without room, in the order workspace, key, account, and in each from the
/// broadest interval to the narrowest.
package struct HoldRefusal: Error, Hashable, Sendable {
    package let scope: BudgetScope
    package let interval: LimitInterval
    /// What that limit leaves; negative where more was spent than it allows.
    package let left: Credits
    package let limit: Credits
    /// The most that could have been held instead, with regard to every limit of the chain; never negative.
    package internal(set) var affordable: Credits

    static let undecided = HoldRefusal(scope: .key, interval: .lifetime, left: .zero, limit: .zero, affordable: .zero)

    package init(scope: BudgetScope, interval: LimitInterval, left: Credits, limit: Credits, affordable: Credits) {
        self.scope = scope
        self.interval = interval
        self.left = left
        self.limit = limit
        self.affordable = affordable
    }
}
