import Synchronization

/// The bytes that all request bodies and answers in flight may take together (`limits.memory`).
package final class MemoryBudget: Sendable {
    private let most: Atomic<Int>
    private let taken = Atomic(0)

    package init(limit: Int) {
        most = Atomic(limit)
    }

    /// A lower one refuses newcomers; what was taken stays taken.
    package var limit: Int {
        get { most.load(ordering: .relaxed) }
        set { most.store(newValue, ordering: .relaxed) }
    }

    package var used: Int { taken.load(ordering: .relaxed) }

    /// - Returns: false when the bytes do not fit; nothing is taken then.
    package func take(_ count: Int) -> Bool {
        let before = taken.wrappingAdd(count, ordering: .relaxed).oldValue
        if before + count <= limit { return true }
        taken.wrappingSubtract(count, ordering: .relaxed)
        return false
    }

    package func giveBack(_ count: Int) {
        taken.wrappingSubtract(count, ordering: .relaxed)
    }
}

/// Bytes of a memory budget that are taken as long as the object lives.
package final class MemoryShare {
    private let budget: MemoryBudget
    private var count = 0

    package init(of budget: MemoryBudget) {
        self.budget = budget
    }

    deinit {
        budget.giveBack(count)
    }

    /// Takes more, up to `total` bytes in all.
    ///
    /// - Returns: false when the bytes do not fit; what was taken before stays taken.
    package func grow(to total: Int) -> Bool {
        if total <= count { return true }
        guard budget.take(total - count) else { return false }
        count = total
        return true
    }
}
