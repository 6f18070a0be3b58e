package import Completions

/// Makes, changes and deletes keys while the process runs: first in the store, then in the registry, then on every loop.
///
/// One change at a time, so that two which meet are made one after the other. When a call returns, every loop judges
/// requests by the new table.
package final class KeyAdministration: Sendable {
    package let registry: KeyRegistry
    private let turnstile = Turnstile()
    private let publish: @Sendable (KeyTable) async -> Void

    /// - Parameter publish: hands a table to every loop, and returns when all of them have it.
    package init(registry: KeyRegistry, publish: @escaping @Sendable (KeyTable) async -> Void) {
        self.registry = registry
        self.publish = publish
    }

    /// Stores a new key.
    ///
    /// - Throws: 503 when the store cannot write; the key is then not valid, and never will be.
    package func create(
        _ record: APIKeyRecord, through store: any KeyChangeStoring
    ) async throws(APIError) -> Principal {
        await turnstile.enter()
        defer { turnstile.leave() }
        if await store.store(.insert(record)) != .durable {
            // What waits is written later, so its end is put behind it.
            _ = await store.store(.delete(record.hash, atMs: record.createdAtMs))
            throw Self.unavailable("The key was not made: the store cannot write now. Try again in a moment.")
        }
        await publish(registry.put(record))
        guard let principal = registry.principal(record.hash) else { preconditionFailure("a stored key is registered") }
        return principal
    }

    /// Changes a stored key.
    ///
    /// - Throws: what `change` throws; 404 for a hash that no key has, 409 for a key of the configuration; 503 when the
    ///   store cannot write, where the change has its effect all the same and is stored when the store recovers: a key
    ///   can be revoked although the disk is full.
    package func update(
        _ hash: APIKeyHash, through store: any KeyChangeStoring,
        _ change: (inout APIKeyRecord) throws(APIError) -> Void
    ) async throws(APIError) -> Principal {
        await turnstile.enter()
        defer { turnstile.leave() }
        var record = try stored(hash)
        try change(&record)
        let outcome = await store.store(.update(record))
        if outcome == .lost {
            throw Self.unavailable("The key was not changed: the store cannot write now. Try again in a moment.")
        }
        await publish(registry.put(record))
        if outcome == .waiting { throw Self.unavailable(Self.waitingMessage("changed")) }
        return try principal(hash)
    }

    /// Deletes a stored key: it is refused from then on, and its records stay.
    ///
    /// - Throws: as `update` does.
    package func delete(
        _ hash: APIKeyHash, through store: any KeyChangeStoring, atMs unixMs: Int64
    ) async throws(APIError) {
        await turnstile.enter()
        defer { turnstile.leave() }
        _ = try stored(hash)
        let outcome = await store.store(.delete(hash, atMs: unixMs))
        if outcome == .lost {
            throw Self.unavailable("The key was not deleted: the store cannot write now. Try again in a moment.")
        }
        await publish(registry.remove(hash))
        if outcome == .waiting { throw Self.unavailable(Self.waitingMessage("deleted")) }
    }

    /// The holder of a key.
    ///
    /// - Throws: 404.
    package func principal(_ hash: APIKeyHash) throws(APIError) -> Principal {
        if let principal = registry.principal(hash) { return principal }
        throw APIError(.notFound, "There is no API key with this hash. GET /api/v1/keys lists them.")
    }

    private func stored(_ hash: APIKeyHash) throws(APIError) -> APIKeyRecord {
        let record = try principal(hash).key
        if !record.isFixed { return record }
        throw APIError(
            .invalidRequest, status: 409,
            "This key stands in the server's configuration. Change it there, then have the configuration read again.")
    }

    private static func waitingMessage(_ done: String) -> String {
        "The key is \(done) in this server, but the store cannot write now: the change is stored when it can again, and a "
            + "restart before then would undo it."
    }

    private static func unavailable(_ message: String) -> APIError {
        var error = APIError(.providerOverloaded, message)
        error.retryAfter = AccessLimits.storeRetrySeconds
        return error
    }
}
