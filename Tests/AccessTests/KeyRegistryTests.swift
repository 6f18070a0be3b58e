import Access
import Accounting
import TestSupport
import Testing

@Suite struct KeyRegistryTests {
    private static let now: Int64 = 1_795_132_800_000
    private let keys: [APIKeyText]

    init() {
        var generator = SeededGenerator(seed: 8)
        keys = (0..<4).map { _ in APIKeyText(using: &generator) }
    }

    private func record(_ index: Int, _ name: String = "k", limit: String? = nil, isFixed: Bool = false) -> APIKeyRecord
    {
        var record = APIKeyRecord(
            keys[index], name: name, keyClass: .inference, createdAtMs: Int64(index), isFixed: isFixed)
        record.limit = limit.flatMap { Credits($0) }
        return record
    }

    private func registry(
        fixed: [APIKeyRecord] = [], stored: [APIKeyRecord] = [], spent: [APIKeyHash: SpentAmounts] = [:]
    ) -> KeyRegistry {
        KeyRegistry(
            fixed: fixed, stored: stored, spent: spent,
            workspace: Budget(.workspace, limits: .none, spent: .zero, atMs: Self.now),
            account: Budget(.account, limits: .none, spent: .zero, atMs: Self.now), atMs: Self.now)
    }

    @Test func listsTheNewestFirst() {
        let registry = registry(fixed: [record(1, isFixed: true)], stored: [record(0), record(2)])
        #expect(registry.all.map(\.hash) == [keys[2].hash, keys[1].hash, keys[0].hash])
        #expect(registry.table.count == 3)
    }

    @Test func aChangedKeyKeepsItsMoneyAndItsRates() throws {
        let registry = registry(stored: [record(0, limit: "1")])
        let before = try #require(registry.principal(keys[0].hash))
        before.budgets.charge(Credits("0.5")!, atMs: Self.now)
        let table = registry.put(record(0, "renamed", limit: "0.25"))
        let after = try #require(table.principal(keys[0].hash))
        #expect(after !== before)
        #expect(after.budgets === before.budgets)
        #expect(after.rates === before.rates)
        #expect(after.key.name == "renamed")
        #expect(after.budgets.key.limits.lifetime == Credits("0.25"))
        #expect(after.budgets.key.left(atMs: Self.now) == Credits("-0.25"))
        #expect(table.version == 2)
    }

    @Test func anUnchangedKeyStaysTheSamePrincipal() {
        let registry = registry(fixed: [record(0, isFixed: true)], stored: [record(1)])
        let before = registry.table
        let after = registry.replaceFixed([record(0, isFixed: true)])
        for key in keys[..<2] { #expect(before.principal(key.hash) === after.principal(key.hash)) }
    }

    @Test func aRemovedKeyIsUnknown() {
        let registry = registry(stored: [record(0), record(1)])
        let table = registry.remove(keys[0].hash)
        #expect(table.principal(keys[0].hash) == nil)
        #expect(table.principal(keys[1].hash) != nil)
        #expect(registry.principal(keys[0].hash) == nil)
    }

    @Test func aKeyThatLeavesTheConfigurationUncoversTheStoredOne() throws {
        let registry = registry(fixed: [record(0, "fixed", isFixed: true)], stored: [record(0, "stored")])
        #expect(registry.table.principal(keys[0].hash)?.key.name == "fixed")
        let budgets = try #require(registry.principal(keys[0].hash)).budgets
        let table = registry.replaceFixed([])
        #expect(table.principal(keys[0].hash)?.key.name == "stored")
        #expect(table.principal(keys[0].hash)?.budgets === budgets)
    }

    @Test func aKeyThatComesBackHasSpentWhatItHad() throws {
        let registry = registry(fixed: [record(0, limit: "1", isFixed: true)])
        try #require(registry.principal(keys[0].hash)).budgets.charge(Credits("0.75")!, atMs: Self.now)
        _ = registry.replaceFixed([])
        #expect(registry.principal(keys[0].hash) == nil)
        let table = registry.replaceFixed([record(0, limit: "1", isFixed: true)])
        #expect(table.principal(keys[0].hash)?.budgets.key.left(atMs: Self.now) == Credits("0.25"))
    }

    @Test func keysStartFromWhatTheLedgerSays() throws {
        let amount = Credits("3")!
        let spent = [
            keys[0].hash: SpentAmounts(lifetime: amount, monthly: amount, weekly: .zero, daily: .zero),
            keys[3].hash: SpentAmounts(lifetime: amount, monthly: .zero, weekly: .zero, daily: .zero),
        ]
        let registry = registry(stored: [record(0, limit: "4")], spent: spent)
        let holder = try #require(registry.principal(keys[0].hash))
        #expect(holder.budgets.key.spent(atMs: Self.now).lifetime == amount)
        #expect(holder.budgets.key.left(atMs: Self.now) == Credits("1"))
        let later = registry.replaceFixed([record(3, limit: "4", isFixed: true)])
        #expect(later.principal(keys[3].hash)?.budgets.key.left(atMs: Self.now) == Credits("1"))
    }

    @Test func allKeysShareOneWorkspaceAndAccount() throws {
        let registry = registry(stored: [record(0), record(1)])
        try #require(registry.principal(keys[0].hash)).budgets.charge(Credits("1")!, atMs: Self.now)
        #expect(registry.account.spent(atMs: Self.now).lifetime == Credits("1"))
        #expect(registry.workspace.spent(atMs: Self.now).daily == Credits("1"))
        #expect(registry.principal(keys[1].hash)?.budgets.key.spent(atMs: Self.now).lifetime == .zero)
    }
}
