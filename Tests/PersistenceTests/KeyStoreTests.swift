import Access
import Accounting
import Database
import Persistence
import TestSupport
import Testing

@Suite struct KeyStoreTests {
    let fixture = StoreFixture()

    private func fullRecord() -> APIKeyRecord {
        var generator = SeededGenerator(seed: 30)
        var record = APIKeyRecord(
            APIKeyText(using: &generator), name: "Größe", keyClass: .inference, createdAtMs: StoreFixture.nowMs + 5)
        record.isDisabled = true
        record.updatedAtMs = 7
        record.limit = Credits(nanos: 1)
        record.limitReset = .monthly
        record.includesBYOKInLimit = true
        record.expiresAtMs = 8
        record.allowedModels = NameList(["a/b", "c/*"])
        record.allowedProviders = NameList(["openai"])
        record.allowedIPs = [IPNetwork("10.0.0.0/8")!, IPNetwork("::1")!]
        record.requestsPerMinute = 9
        record.tokensPerMinute = 10
        record.creatorUserID = "user_1"
        record.externalUser = "u"
        return record
    }

    private func connection() throws -> SQLiteConnection {
        let store = try fixture.open()
        store.close()
        return try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
    }

    @Test func everyFieldComesBack() throws {
        let keys = KeyStore(connection: try connection())
        try keys.insert(fullRecord())
        #expect(try keys.all().last == fullRecord())
        var plain = fullRecord()
        plain.limit = nil
        plain.limitReset = .lifetime
        plain.allowedModels = nil
        plain.allowedProviders = nil
        plain.allowedIPs = nil
        plain.expiresAtMs = nil
        plain.requestsPerMinute = nil
        plain.tokensPerMinute = nil
        plain.isDisabled = false
        plain.name = "renamed"
        try keys.update(plain)
        #expect(try keys.all().last == plain)
    }

    @Test func aDeletedKeyIsHiddenForEverButItsRowStays() throws {
        let connection = try connection()
        let keys = KeyStore(connection: connection)
        try keys.insert(fullRecord())
        try keys.delete(fullRecord().hash, atMs: 99)
        try keys.delete(fullRecord().hash, atMs: 100)
        #expect(try !keys.all().contains { $0.hash == fullRecord().hash })
        try keys.update(fullRecord())
        #expect(try !keys.all().contains { $0.hash == fullRecord().hash })
        #expect(#expect(throws: DatabaseError.self) { try keys.insert(fullRecord()) }?.kind == .constraint)
        #expect(try connection.integer("SELECT deleted_ms FROM api_keys WHERE deleted_ms IS NOT NULL") == 99)
    }

    @Test func lastUsesAreKept() throws {
        let keys = KeyStore(connection: try connection())
        try keys.insert(fullRecord())
        #expect(try keys.lastUses().isEmpty)
        try keys.noteUse(fullRecord().hash, atMs: 123)
        #expect(try keys.lastUses() == [fullRecord().hash: 123])
    }

    @Test func aListThatCannotBeReadIsDamageAndNotFreedom() throws {
        let connection = try connection()
        let keys = KeyStore(connection: connection)
        for column in ["allowed_models", "allowed_ips"] {
            try connection.execute("UPDATE api_keys SET \(column)=''")
            #expect(#expect(throws: DatabaseError.self) { try keys.all() }?.kind == .corrupt)
            try connection.execute("UPDATE api_keys SET \(column)=NULL")
            _ = try keys.all()
        }
    }

    @Test func changesThroughTheStoreAreThereAfterACrash() async throws {
        let store = try fixture.open()
        let keys = store.keys(for: ImmediateTarget())
        #expect(await keys.store(.insert(fullRecord())) == .durable)
        var changed = fullRecord()
        changed.name = "second"
        #expect(await keys.store(.update(changed)) == .durable)
        #expect(await keys.store(.noteUse([changed.hash: 55])) == .durable)
        do {
            let again = try fixture.open(fixture.crashed())
            #expect(again.storedKeys.contains(changed))
            #expect(again.lastUses[changed.hash] == 55)
            again.close()
        }
        #expect(await keys.store(.insert(fullRecord())) == .lost)
        #expect(await keys.store(.delete(changed.hash, atMs: 5)) == .durable)
        store.noteUse(of: [changed.hash: 66])
        store.close()
        #expect(await keys.store(.update(changed)) == .lost)
        let last = try fixture.open(fixture.crashed())
        #expect(last.lastUses[changed.hash] == 66)
        last.close()
    }
}
