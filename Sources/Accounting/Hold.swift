/// Room that is kept for one request. Settling or releasing consumes it; one that is dropped releases itself, so that
/// nothing stays held.
package struct Hold: ~Copyable, Sendable {
    private let chain: BudgetChain
    private let days: BudgetChain.Days
    private var nanos: Int64
    private var isOpen = true

    init(chain: BudgetChain, days: BudgetChain.Days, nanos: Int64) {
        self.chain = chain
        self.days = days
        self.nanos = nanos
    }

    deinit {
        if isOpen { chain.settle(0, heldNanos: nanos, days) }
    }

    package var amount: Credits { Credits(nanos: nanos) }

    /// Takes more room, in the periods in which the hold was taken; an amount that is not larger changes nothing.
    ///
    /// - Throws: what is missing, counted beside this hold; the hold is then what it was.
    package mutating func grow(to amount: Credits) throws(HoldRefusal) {
        guard amount.nanos > nanos else { return }
        let bounded = BudgetChain.bounded(amount)
        try chain.take(bounded == Int64.max ? bounded : bounded - nanos, days)
        nanos = bounded
    }

    /// Charges what the request cost in place of the hold, in full even where that is more; below zero is zero.
    package consuming func settle(_ charge: Credits) {
        isOpen = false
        chain.settle(max(0, charge.nanos), heldNanos: nanos, days)
    }

    /// Gives everything back, uncharged.
    package consuming func release() {
        isOpen = false
        chain.settle(0, heldNanos: nanos, days)
    }
}
