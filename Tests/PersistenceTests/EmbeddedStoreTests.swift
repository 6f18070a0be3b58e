import Access
import Cryptography
import Database
import Persistence
import TestSupport
import Testing

@Suite struct EmbeddedStoreTests {
    let fixture = StoreFixture()

    @Test func theFirstStartMakesTwoKeysAndShowsThemOnce() throws {
        let store = try fixture.open()
        let first = try #require(store.firstStart)
        #expect(first.inferenceKey.secret != first.managementKey.secret)
        #expect(Set(store.storedKeys.map(\.hash)) == [first.inferenceKey.hash, first.managementKey.hash])
        let table = KeyTable(stored: store.storedKeys)
        #expect(table.principal(first.inferenceKey.hash)?.keyClass == .inference)
        #expect(table.principal(first.managementKey.hash)?.keyClass == .management)
        #expect(table.principal(first.inferenceKey.hash)?.key.label == first.inferenceKey.label)
        store.close()
        let again = try fixture.open(fixture.crashed())
        #expect(again.firstStart == nil)
        #expect(again.storedKeys == store.storedKeys)
        again.close()
    }

    @Test func noPlainKeyIsInTheDatabase() throws {
        let store = try fixture.open()
        let secret = Array(try #require(store.firstStart).inferenceKey.secret.utf8)
        store.close()
        let name = EmbeddedStore.fileName
        let bytes = fixture.scratch.read(name) + fixture.scratch.read(name + "-wal")
        #expect(!bytes.isEmpty)
        #expect(!contains(bytes, secret[9...]))
    }

    private func contains(_ bytes: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= part.count else { return false }
        return (0...(bytes.count - part.count)).contains { bytes[$0] == part.first! && bytes[$0...].starts(with: part) }
    }

    @Test func aSecondStoreIsRefused() throws {
        let store = try fixture.open()
        let error = #expect(throws: DatabaseError.self) { try fixture.open() }
        guard case .directoryInUse = error?.kind else {
            Issue.record("refused with \(String(describing: error))")
            return
        }
        store.close()
    }

    @Test func aStoreThatIsLetGoAtOnceEndsItsThreads() throws {
        // Each time the threads may be just about to begin, about to wait, or waiting.
        for _ in 0..<50 { _ = try fixture.open() }
        try fixture.open().close()
    }

    @Test func aForeignOrNewerFileIsRefused() throws {
        fixture.scratch.write(Array(repeating: 0x2A, count: 10_000), to: EmbeddedStore.fileName)
        #expect(#expect(throws: DatabaseError.self) { try fixture.open() }?.kind == .foreign)
        fixture.scratch.remove(EmbeddedStore.fileName)
        do {
            let store = try fixture.open()
            store.close()
        }
        do {
            let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
            try connection.execute("PRAGMA user_version=1000")
        }
        #expect(#expect(throws: DatabaseError.self) { try fixture.open() }?.kind == .newerSchema(found: 1000, known: 6))
    }

    @Test func aKeyIsStoredOnce() throws {
        let store = try fixture.open()
        store.close()
        let connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        let keys = KeyStore(connection: connection)
        var generator = SeededGenerator(seed: 21)
        let record = APIKeyRecord(
            APIKeyText(using: &generator), name: "ci", keyClass: .inference, createdAtMs: StoreFixture.nowMs + 1)
        try keys.insert(record)
        #expect(try keys.all().last == record)
        #expect(#expect(throws: DatabaseError.self) { try keys.insert(record) }?.kind == .constraint)
    }
}
