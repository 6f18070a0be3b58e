/// Room that is kept for one request. Settling or releasing consumes it; one that is dropped releases itself, so that
/// nothing stays held.
package struct Hold: ~Copyable, Sendable {
    private let chain: BudgetChain
    private let days: BudgetChain.Days
    private var nanos: Int64
    /// Held in the key's budget beside that.
    private let directNanos: Int64
    private var isOpen = true

    init(chain: BudgetChain, days: BudgetChain.Days, nanos: Int64, directNanos: Int64 = 0) {
        self.chain = chain
        self.days = days
        self.nanos = nanos
        self.directNanos = directNanos
    }

    deinit {
        if isOpen { end(0, direct: 0) }
    }

    private func end(_ charge: Int64, direct: Int64) {
        chain.settle(charge, heldNanos: nanos, days)
        if directNanos != 0 || direct != 0 { days.key.charge(direct, heldNanos: directNanos) }
    }

    package var amount: Credits { Credits(nanos: nanos) }

    /// Takes more room, in the periods in which the hold was taken; an amount that is not larger changes nothing.
    ///
    /// - Throws: what is missing, counted beside this hold; the hold is then what it was.
    package mutating func grow(to amount: Credits) throws(HoldRefusal) {
        guard amount.nanos > nanos else { return }
        let bounded = BudgetChain.bounded(amount)
        try chain.take(bounded == Int64.max ? bounded : bounded - nanos, 0, days)
        nanos = bounded
    }

    /// Charges what the request cost in place of the hold, in full even where that is more; below zero is zero.
    ///
    /// - Parameter direct: what of the caller's own payment to the provider counts against the key's limit.
    package consuming func settle(_ charge: Credits, direct: Credits = .zero) {
        isOpen = false
        end(max(0, charge.nanos), direct: max(0, direct.nanos))
    }

    /// Gives everything back, uncharged.
    package consuming func release() {
        isOpen = false
        end(0, direct: 0)
    }
}
