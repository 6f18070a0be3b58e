import Accounting
import Completions
import Synchronization
import TestSupport
import Testing

@testable import Access

/// A store that does as told and remembers what it was given.
final class ScriptedKeyStore: KeyChangeStoring, @unchecked Sendable {
    private let outcomes: Mutex<[KeyChangeOutcome]>
    private let changes = Mutex<[String]>([])

    init(_ outcomes: [KeyChangeOutcome] = []) {
        self.outcomes = Mutex(outcomes)
    }

    var seen: [String] { changes.withLock { $0 } }

    func store(_ change: KeyChange) async -> KeyChangeOutcome {
        let text =
            switch change {
            case .insert(let record): "insert \(record.name)"
            case .update(let record): "update \(record.name)"
            case .delete: "delete"
            case .putCredential(let credential): "put \(credential.id)"
            case .deleteCredential(let id): "delete \(id)"
            case .noteUse: "use"
            }
        changes.withLock { $0.append(text) }
        await Task.yield()
        return outcomes.withLock { $0.isEmpty ? .durable : $0.removeFirst() }
    }
}

@Suite struct KeyAdministrationTests {
    private let record: APIKeyRecord

    init() {
        var generator = SeededGenerator(seed: 9)
        record = APIKeyRecord(APIKeyText(using: &generator), name: "first", keyClass: .inference, createdAtMs: 5)
    }

    private func administration(
        fixed: [APIKeyRecord] = [], stored: [APIKeyRecord] = [], tables: TableList = TableList()
    ) -> KeyAdministration {
        let registry = KeyRegistry(
            fixed: fixed, stored: stored, workspace: Budget(.workspace, limits: .none, spent: .zero, atMs: 0),
            account: Budget(.account, limits: .none, spent: .zero, atMs: 0), atMs: 0)
        return KeyAdministration(registry: registry) { tables.append($0) }
    }

    private final class TableList: Sendable {
        private let tables = Mutex<[KeyTable]>([])
        func append(_ table: KeyTable) { tables.withLock { $0.append(table) } }
        var all: [KeyTable] { tables.withLock { $0 } }
    }

    @Test func aKeyIsStoredThenKnownThenEverywhere() async throws {
        let tables = TableList()
        let keys = administration(tables: tables)
        let store = ScriptedKeyStore()
        let principal = try await keys.create(record, through: store)
        #expect(principal.hash == record.hash)
        #expect(store.seen == ["insert first"])
        #expect(tables.all.last?.principal(record.hash) === principal)
        _ = try await keys.update(record.hash, through: store) { $0.name = "second" }
        #expect(tables.all.last?.principal(record.hash)?.key.name == "second")
        try await keys.delete(record.hash, through: store, atMs: 6)
        #expect(tables.all.last?.principal(record.hash) == nil)
        #expect(store.seen == ["insert first", "update second", "delete"])
    }

    @Test func aKeyThatIsNotStoredIsNotValid() async throws {
        for outcome in [KeyChangeOutcome.waiting, .lost] {
            let tables = TableList()
            let keys = administration(tables: tables)
            let store = ScriptedKeyStore([outcome, outcome])
            let error = await #expect(throws: APIError.self) { try await keys.create(record, through: store) }
            #expect(error?.status == 503)
            #expect(error?.retryAfter != nil)
            #expect(store.seen == ["insert first", "delete"])
            #expect(tables.all.isEmpty)
            #expect(keys.registry.principal(record.hash) == nil)
        }
    }

    @Test func aRevocationHasItsEffectThoughTheStoreCannotWrite() async throws {
        let tables = TableList()
        let keys = administration(stored: [record], tables: tables)
        let store = ScriptedKeyStore([.waiting, .waiting])
        let disabling = await #expect(throws: APIError.self) {
            try await keys.update(record.hash, through: store) { $0.isDisabled = true }
        }
        #expect(disabling?.status == 503)
        #expect(tables.all.last?.principal(record.hash)?.isDisabled == true)
        let deleting = await #expect(throws: APIError.self) {
            try await keys.delete(record.hash, through: store, atMs: 6)
        }
        #expect(deleting?.status == 503)
        #expect(tables.all.last?.principal(record.hash) == nil)
    }

    @Test func aLostChangeChangesNothing() async throws {
        let tables = TableList()
        let keys = administration(stored: [record], tables: tables)
        let store = ScriptedKeyStore([.lost, .lost])
        await #expect(throws: APIError.self) { try await keys.update(record.hash, through: store) { $0.name = "x" } }
        await #expect(throws: APIError.self) { try await keys.delete(record.hash, through: store, atMs: 6) }
        #expect(tables.all.isEmpty)
        #expect(keys.registry.principal(record.hash)?.key.name == "first")
    }

    @Test func unknownKeysAreNotFoundAndFixedOnesAreTheConfigurations() async throws {
        var generator = SeededGenerator(seed: 10)
        let other = APIKeyText(using: &generator)
        let fixed = APIKeyRecord(other, name: "ci", keyClass: .inference, createdAtMs: 0, isFixed: true)
        let keys = administration(fixed: [fixed])
        let store = ScriptedKeyStore()
        let unknown = await #expect(throws: APIError.self) {
            try await keys.delete(record.hash, through: store, atMs: 6)
        }
        #expect(unknown?.status == 404)
        let configured = await #expect(throws: APIError.self) {
            try await keys.update(fixed.hash, through: store) { $0.name = "x" }
        }
        #expect(configured?.status == 409)
        #expect(store.seen.isEmpty)
    }

    @Test func changesThatMeetAreMadeOneAfterTheOther() async throws {
        let keys = administration(stored: [record])
        let store = ScriptedKeyStore()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask { [hash = record.hash] in
                    _ = try? await keys.update(hash, through: store) {
                        $0.requestsPerMinute = ($0.requestsPerMinute ?? 0) + 1
                    }
                }
            }
        }
        #expect(keys.registry.principal(record.hash)?.key.requestsPerMinute == 50)
    }
}
