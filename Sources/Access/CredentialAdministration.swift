package import Completions
package import Cryptography
import Synchronization

/// Stores, changes and deletes callers' own provider keys while the process runs: first in the store, then on every
/// loop.
///
/// One change at a time. When a call returns, every loop plans by the new list.
package final class CredentialAdministration: Sendable {
    private let credentials: Mutex<[ProviderCredential]>
    private let sealingKey: SealingKey
    private let turnstile = Turnstile()
    private let publish: @Sendable ([ProviderCredential]) async -> Void

    /// - Parameters:
    ///   - stored: the credentials of the store.
    ///   - publish: hands all of them to every loop, and returns when each has them.
    package init(
        stored: [ProviderCredential], sealingKey: SealingKey,
        publish: @escaping @Sendable ([ProviderCredential]) async -> Void
    ) {
        credentials = Mutex(Self.sorted(stored))
        self.sealingKey = sealingKey
        self.publish = publish
    }

    /// By provider, and then in the order in which they are tried.
    package var all: [ProviderCredential] { credentials.withLock { $0 } }

    /// - Throws: 404.
    package func credential(_ id: String) throws(APIError) -> ProviderCredential {
        if let found = all.first(where: { $0.id == id }) { return found }
        throw APIError(.notFound, "There is no BYOK credential with this id. GET /api/v1/byok lists them.")
    }

    /// Stores a new one, behind the others of its provider.
    ///
    /// - Parameter configure: says what may be done with it.
    /// - Throws: 400 when there are too many, 503 when the store cannot write; the credential is then not there, and never
    ///   will be.
    package func create(
        _ key: String, at provider: String, through store: any KeyChangeStoring, atMs unixMs: Int64,
        _ configure: (inout ProviderCredential) throws(APIError) -> Void
    ) async throws(APIError) -> ProviderCredential {
        await turnstile.enter()
        defer { turnstile.leave() }
        let present = all
        guard present.count < AccessLimits.credentials else {
            throw APIError(
                .invalidRequest,
                "There are \(AccessLimits.credentials) BYOK credentials already, as many as this server takes. Delete one."
            )
        }
        var generator = SystemRandomNumberGenerator()
        let id = ProviderCredential.makeID(using: &generator)
        let last = present.filter { $0.provider == provider }.map(\.sortOrder).max()
        var credential = ProviderCredential(
            id: id, provider: provider, label: ProviderCredential.label(of: key),
            sealed: sealingKey.seal(key, for: id), sortOrder: last.map { $0 + 1 } ?? 0, createdAtMs: unixMs)
        try configure(&credential)
        if await store.store(.putCredential(credential)) != .durable {
            // What waits is written later, so its end is put behind it.
            _ = await store.store(.deleteCredential(id))
            throw Self.unavailable("The credential was not stored: the store cannot write now. Try again in a moment.")
        }
        await replace { $0.append(credential) }
        return credential
    }

    /// Changes one, and its key where another is given.
    ///
    /// - Throws: what `change` throws; 404; 503 when the store cannot write, where the change has its effect all the same
    ///   and is stored when the store recovers, so that a key can be switched off although the disk is full.
    package func update(
        _ id: String, key: String? = nil, through store: any KeyChangeStoring, atMs unixMs: Int64,
        _ change: (inout ProviderCredential) throws(APIError) -> Void
    ) async throws(APIError) -> ProviderCredential {
        await turnstile.enter()
        defer { turnstile.leave() }
        var credential = try self.credential(id)
        try change(&credential)
        if let key {
            credential.label = ProviderCredential.label(of: key)
            credential.sealed = sealingKey.seal(key, for: id)
        }
        credential.updatedAtMs = unixMs
        let outcome = await store.store(.putCredential(credential))
        if outcome == .lost {
            throw Self.unavailable("The credential was not changed: the store cannot write now. Try again in a moment.")
        }
        let changed = credential
        await replace { all in
            if let index = all.firstIndex(where: { $0.id == id }) { all[index] = changed }
        }
        if outcome == .waiting { throw Self.unavailable(Self.waitingMessage("changed")) }
        return changed
    }

    /// Deletes one: its secret goes with it.
    ///
    /// - Throws: as `update` does.
    package func delete(_ id: String, through store: any KeyChangeStoring) async throws(APIError) {
        await turnstile.enter()
        defer { turnstile.leave() }
        _ = try credential(id)
        let outcome = await store.store(.deleteCredential(id))
        if outcome == .lost {
            throw Self.unavailable("The credential was not deleted: the store cannot write now. Try again in a moment.")
        }
        await replace { $0.removeAll { $0.id == id } }
        if outcome == .waiting { throw Self.unavailable(Self.waitingMessage("deleted")) }
    }

    private func replace(_ change: (inout [ProviderCredential]) -> Void) async {
        let fresh = credentials.withLock { all in
            change(&all)
            all = Self.sorted(all)
            return all
        }
        await publish(fresh)
    }

    private static func sorted(_ credentials: [ProviderCredential]) -> [ProviderCredential] {
        credentials.sorted { ($0.provider, $0.sortOrder, $0.id) < ($1.provider, $1.sortOrder, $1.id) }
    }

    private static func waitingMessage(_ done: String) -> String {
        "The credential is \(done) in this server, but the store cannot write now: the change is stored when it can "
            + "again, and a restart before then would undo it."
    }

    private static func unavailable(_ message: String) -> APIError {
        var error = APIError(.providerOverloaded, message)
        error.retryAfter = AccessLimits.storeRetrySeconds
        return error
    }
}
