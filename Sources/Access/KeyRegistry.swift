package import Accounting
import Synchronization

/// Every key that is valid now, with its money and its rates: what tables for the loops are made from.
///
/// The keys of the configuration and those of the store are kept apart, so that a key which leaves the configuration
/// uncovers the stored one of the same hash. Money and rates belong to the hash and stay for as long as the process
/// runs, so that nothing starts anew because a configuration was read again. Callable from any thread; a change here
/// comes after the store has it.
package final class KeyRegistry: Sendable {
    private struct State {
        var fixed: [APIKeyHash: APIKeyRecord] = [:]
        var stored: [APIKeyHash: APIKeyRecord] = [:]
        var accounts: [APIKeyHash: Account] = [:]
        var principals: [APIKeyHash: Principal] = [:]
        var table = KeyTable([])
    }

    /// What belongs to a hash for ever.
    private struct Account {
        let budgets: BudgetChain
        let rates: KeyRates
    }

    package let workspace: Budget
    package let account: Budget
    private let spent: [APIKeyHash: SpentAmounts]
    private let direct: [APIKeyHash: SpentAmounts]
    private let startedAtMs: Int64
    private let state: Mutex<State>

    /// - Parameters:
    ///   - fixed: the keys of the configuration; they win over a stored key of the same hash.
    ///   - spent: what keys have spent as of `unixMs`, also such as are neither fixed nor stored now.
    ///   - direct: what providers took from the keys' holders themselves, for requests with provider keys of their own.
    ///   - lastUsed: when keys were last used, in milliseconds since 1970.
    package init(
        fixed: [APIKeyRecord], stored: [APIKeyRecord], spent: [APIKeyHash: SpentAmounts] = [:],
        direct: [APIKeyHash: SpentAmounts] = [:],
        lastUsed: [APIKeyHash: Int64] = [:], workspace: Budget, account: Budget, atMs unixMs: Int64
    ) {
        self.workspace = workspace
        self.account = account
        self.spent = spent
        self.direct = direct
        startedAtMs = unixMs
        state = Mutex(State())
        state.withLock { state in
            for record in fixed { state.fixed[record.hash] = record }
            for record in stored { state.stored[record.hash] = record }
            for hash in Set(state.fixed.keys).union(state.stored.keys) {
                update(hash, in: &state, lastUsedAtMs: lastUsed[hash])
            }
            rebuild(&state)
        }
    }

    // MARK: Looking

    /// The table of the keys as they are now.
    package var table: KeyTable { state.withLock { $0.table } }

    package func principal(_ hash: APIKeyHash) -> Principal? { state.withLock { $0.principals[hash] } }

    /// Every key, the newest first.
    package var all: [Principal] {
        let principals = state.withLock { Array($0.principals.values) }
        return principals.sorted { left, right in
            (right.key.createdAtMs, left.hash.description) < (left.key.createdAtMs, right.hash.description)
        }
    }

    /// The budgets that a key which is not there any more was under.
    package func budgetsWithoutKey(atMs unixMs: Int64) -> BudgetChain {
        let none = Budget(.key, limits: BudgetLimits(), spent: .zero, atMs: unixMs)
        return BudgetChain(key: none, workspace: workspace, account: account)
    }

    /// When keys were last used, in milliseconds since 1970; those that never were are left out.
    package var lastUses: [APIKeyHash: Int64] {
        state.withLock { state in state.principals.compactMapValues { $0.rates.lastUsedAtMs } }
    }

    // MARK: Changing

    /// Adds a stored key, or changes it; what runs with it goes on under the new limits.
    ///
    /// - Returns: the table for the loops.
    package func put(_ record: APIKeyRecord) -> KeyTable {
        state.withLock { state in
            state.stored[record.hash] = record
            update(record.hash, in: &state)
            return rebuild(&state)
        }
    }

    /// Forgets a stored key.
    ///
    /// - Returns: the table for the loops.
    package func remove(_ hash: APIKeyHash) -> KeyTable {
        state.withLock { state in
            state.stored[hash] = nil
            update(hash, in: &state)
            return rebuild(&state)
        }
    }

    /// Takes the keys of a configuration that was read again.
    ///
    /// - Returns: the table for the loops.
    package func replaceFixed(_ records: [APIKeyRecord]) -> KeyTable {
        state.withLock { state in
            let before = state.fixed
            state.fixed = [:]
            for record in records { state.fixed[record.hash] = record }
            for hash in Set(before.keys).union(state.fixed.keys) { update(hash, in: &state) }
            return rebuild(&state)
        }
    }

    private func update(_ hash: APIKeyHash, in state: inout State, lastUsedAtMs: Int64? = nil) {
        guard let record = state.fixed[hash] ?? state.stored[hash] else {
            state.principals[hash] = nil
            return
        }
        if state.principals[hash]?.key == record { return }
        let account: Account
        if let known = state.accounts[hash] {
            account = known
            if let before = state.principals[hash]?.key, before.includesBYOKInLimit != record.includesBYOKInLimit {
                known.budgets.includeDirect(record.includesBYOKInLimit, atMs: record.updatedAtMs ?? startedAtMs)
            }
            known.budgets.key.setLimits(record.budgetLimits)
            known.rates.setLimits(
                requestsPerMinute: record.requestsPerMinute, tokensPerMinute: record.tokensPerMinute)
        } else {
            let direct = direct[hash] ?? .zero
            var counted = spent[hash] ?? .zero
            if record.includesBYOKInLimit { counted += direct }
            let budget = Budget(.key, limits: record.budgetLimits, spent: counted, atMs: startedAtMs)
            account = Account(
                budgets: BudgetChain(
                    key: budget, workspace: workspace, account: self.account,
                    direct: Budget(.key, limits: .none, spent: direct, atMs: startedAtMs)),
                rates: KeyRates(
                    requestsPerMinute: record.requestsPerMinute, tokensPerMinute: record.tokensPerMinute,
                    lastUsedAtMs: lastUsedAtMs ?? 0))
            state.accounts[hash] = account
        }
        state.principals[hash] = Principal(key: record, budgets: account.budgets, rates: account.rates)
    }

    @discardableResult private func rebuild(_ state: inout State) -> KeyTable {
        state.table = KeyTable(Array(state.principals.values), version: state.table.version + 1)
        return state.table
    }
}
