import Completions
import Cryptography
import Synchronization
import TestSupport
import Testing

@testable import Access

@Suite struct CredentialAdministrationTests {
    private final class Published: Sendable {
        private let lists = Mutex<[[ProviderCredential]]>([])
        func append(_ list: [ProviderCredential]) { lists.withLock { $0.append(list) } }
        var count: Int { lists.withLock { $0.count } }
        var last: [ProviderCredential] { lists.withLock { $0.last ?? [] } }
    }

    private static let key = SealingKey(String(repeating: "s", count: 32))!
    private let published = Published()

    private func administration(_ stored: [ProviderCredential] = []) -> CredentialAdministration {
        CredentialAdministration(stored: stored, sealingKey: Self.key) { [published] in published.append($0) }
    }

    private func create(
        _ credentials: CredentialAdministration, _ provider: String, _ store: ScriptedKeyStore,
        key: String = "sk-provider-0123456789abcdef"
    ) async throws(APIError) -> ProviderCredential {
        try await credentials.create(key, at: provider, through: store, atMs: 5) { _ throws(APIError) in }
    }

    @Test func oneIsStoredSealedThenKnownEverywhere() async throws {
        let credentials = administration()
        let store = ScriptedKeyStore()
        let made = try await create(credentials, "openai", store)
        #expect(made.label == "sk-pr...cdef" && made.createdAtMs == 5 && made.updatedAtMs == nil)
        #expect(made.id.utf8.count == 36 && made.id.split(separator: "-").map(\.utf8.count) == [8, 4, 4, 4, 12])
        #expect(Self.key.open(made.sealed, for: made.id) == "sk-provider-0123456789abcdef")
        #expect(store.seen == ["put \(made.id)"])
        #expect(published.last == [made] && credentials.all == [made])
        let changed = try await credentials.update(
            made.id, key: "another-key-0123456789abcdef", through: store, atMs: 6
        ) { credential throws(APIError) in credential.isDisabled = true }
        #expect(changed.isDisabled && changed.updatedAtMs == 6 && changed.label == "anoth...cdef")
        #expect(Self.key.open(changed.sealed, for: made.id) == "another-key-0123456789abcdef")
        #expect(published.last == [changed])
        try await credentials.delete(made.id, through: store)
        #expect(published.last.isEmpty && published.count == 3)
        #expect(throws: APIError.self) { try credentials.credential(made.id) }
    }

    @Test func eachProviderCountsItsKeys() async throws {
        let credentials = administration()
        let store = ScriptedKeyStore()
        var orders: [Int] = []
        for provider in ["b", "a", "b", "b"] { orders.append(try await create(credentials, provider, store).sortOrder) }
        #expect(orders == [0, 0, 1, 2])
        #expect(credentials.all.map { "\($0.provider)\($0.sortOrder)" } == ["a0", "b0", "b1", "b2"])
        // A place that was given up in the middle is not given again.
        try await credentials.delete(credentials.all[2].id, through: store)
        #expect(try await create(credentials, "b", store).sortOrder == 3)
    }

    @Test(arguments: [KeyChangeOutcome.waiting, .lost])
    func aStoreThatCannotWriteTakesNoNewOne(outcome: KeyChangeOutcome) async {
        let credentials = administration()
        let store = ScriptedKeyStore([outcome])
        let error = await #expect(throws: APIError.self) { try await create(credentials, "openai", store) }
        #expect(error?.status == 503 && error?.retryAfter != nil)
        #expect(credentials.all.isEmpty && published.count == 0 && store.seen.count == 2)
    }

    @Test func aKeyCanBeSwitchedOffThoughTheStoreWaits() async throws {
        let credentials = administration()
        let made = try await create(credentials, "openai", ScriptedKeyStore())
        let waiting = ScriptedKeyStore([.waiting])
        let error = await #expect(throws: APIError.self) {
            try await credentials.update(made.id, through: waiting, atMs: 6) { credential throws(APIError) in
                credential.isDisabled = true
            }
        }
        #expect(error?.status == 503 && published.last.first?.isDisabled == true)
        let lost = ScriptedKeyStore([.lost])
        await #expect(throws: APIError.self) { try await credentials.delete(made.id, through: lost) }
        #expect(credentials.all.count == 1)
    }

    @Test func labelsShowLittle() {
        #expect(ProviderCredential.label(of: "short-key") == "sh...")
        #expect(ProviderCredential.label(of: #"{"api_key":"secret-secret-secret"}"#) == "{...}")
        #expect(ProviderCredential.label(of: "a\u{7}b" + String(repeating: "c", count: 30)) == "a.bcc...cccc")
    }
}
