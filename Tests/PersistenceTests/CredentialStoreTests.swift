import Access
import Accounting
import Activity
import Database
import Persistence
import TestSupport
import Testing

@Suite struct CredentialStoreTests {
    let fixture = StoreFixture()

    private func full(_ id: String = "1") -> ProviderCredential {
        var credential = ProviderCredential(
            id: id, provider: "openai", label: "sk-ab...wxyz", sealed: [0, 1, 255, 10, 9], sortOrder: 3,
            createdAtMs: StoreFixture.nowMs)
        credential.name = "Größe"
        credential.isDisabled = true
        credential.isFallback = true
        credential.isRequired = true
        credential.isOnly = true
        credential.allowedModels = NameList(["a/b", "c/*"])
        credential.allowedKeys = [APIKeyText("0123456789abcdef")!.hash, APIKeyText("fedcba9876543210")!.hash]
        credential.allowedUserIDs = ["u 1", "u2"]
        credential.declaredZDR = false
        credential.declaredRegion = .europe
        credential.updatedAtMs = 7
        return credential
    }

    @Test func everyFieldComesBack() throws {
        try fixture.open().close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        let store = CredentialStore(connection: connection)
        let plain = ProviderCredential(id: "0", provider: "alpha", label: "x", sealed: [7], createdAtMs: 1)
        try store.put(full())
        try store.put(plain)
        #expect(try store.all() == [plain, full()])
        var changed = full()
        changed.sealed = [1]
        changed.allowedKeys = nil
        changed.declaredZDR = nil
        try store.put(changed)
        #expect(try store.all() == [plain, changed])
        try store.delete("1")
        try store.delete("nobody")
        #expect(try store.all() == [plain])
    }

    @Test func changesOfALoopAreThereWhenItOpensAgain() async throws {
        let store = try fixture.open()
        let keys = store.keys(for: ImmediateTarget())
        #expect(await keys.store(.putCredential(full())) == .durable)
        #expect(await keys.store(.putCredential(full("2"))) == .durable)
        #expect(await keys.store(.deleteCredential("1")) == .durable)
        store.close()
        let again = try fixture.open(fixture.crashed())
        #expect(again.storedCredentials == [full("2")])
        again.close()
    }

    /// A row that nobody can read must not become a credential that is freer.
    @Test(arguments: ["allowed_keys='x'", "allowed_models='*a'", "declared_region='moon'"])
    func aDamagedRowIsNotRead(assignment: String) throws {
        try fixture.open().close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try CredentialStore(connection: connection).put(full())
        try connection.execute("UPDATE credentials SET \(assignment)")
        #expect(throws: DatabaseError.self) { try CredentialStore(connection: connection).all() }
    }

    // MARK: What was paid by them

    private func paid(daysAgo: Int64, fee: Int64, direct: Int64) -> GenerationRecord {
        var record = fixture.plainRecord()
        record.credentialID = "2f1c4f3e-0000-4000-8000-000000000001"
        record.chargedAtMs = StoreFixture.nowMs - daysAgo * 86_400_000
        record.charge = Charge(total: Credits(nanos: fee), prompt: .zero)
        record.charge.direct = .init(total: Credits(nanos: direct), prompt: Credits(nanos: direct / 2))
        var attempt = AttemptRecord(
            endpoint: record.endpointID, provider: record.provider, model: record.model, status: 200, latencyMs: 4)
        attempt.isWithOwnKey = true
        var other = attempt
        other.isWithOwnKey = false
        record.attempts = [other, attempt]
        return record
    }

    @Test func aRecordKeepsWhoseKeyItWas() async throws {
        let store = try fixture.open()
        let generations = store.generations(for: ImmediateTarget())
        let record = paid(daysAgo: 0, fee: 5, direct: 100)
        var free = paid(daysAgo: 0, fee: 0, direct: 0)
        free.attempts = []
        for one in [record, free] { _ = await generations.record(one) }
        let read = try await generations.generation(record.id)
        #expect(read?.credentialID == record.credentialID && read?.charge == record.charge)
        #expect(read?.attempts == record.attempts)
        #expect(try await generations.generation(free.id)?.charge.direct == Charge.Direct.none)
        store.close()
    }

    @Test func sumsAreThereAfterARestart() async throws {
        var store = try fixture.openLongAgo()
        let generations = store.generations(for: ImmediateTarget())
        let records = [paid(daysAgo: 0, fee: 5, direct: 100), paid(daysAgo: 400, fee: 1, direct: 20)]
        for one in records { _ = await generations.record(one) }
        let days = ActivityQuery.day(ofMs: StoreFixture.nowMs)
        let query = ActivityQuery(days: days..<days + 1)
        #expect(try await generations.activity(query).map(\.direct.nanos) == [100])
        store.close()
        store = try fixture.open(fixture.crashed())
        let key = try #require(store.ledger.directByKey[records[0].apiKey])
        #expect(key.daily.nanos == 100 && key.monthly.nanos == 100 && key.lifetime.nanos == 120)
        #expect(store.ledger.byKey[records[0].apiKey]?.lifetime.nanos == 6)
        #expect(
            try await store.generations(for: ImmediateTarget()).activity(query).map(\.direct.nanos) == [100])
        store.close()
    }
}
