import Access
import Database

/// A change of the stored keys on its way to the database.
///
/// Made on a loop, written on the writer's thread, told on the loop again; nothing in it changes after its making. That
/// makes the `@unchecked Sendable` sound.
final class KeyJob: WriteJob, @unchecked Sendable {
    let target: (any CompletionTarget)?
    private let change: KeyChange
    private let continuation: UnsafeContinuation<KeyChangeOutcome, Never>?

    /// - Parameters:
    ///   - target: where the outcome is told; nil for nobody.
    ///   - told: told it there.
    init(
        _ change: KeyChange, target: (any CompletionTarget)? = nil,
        told: UnsafeContinuation<KeyChangeOutcome, Never>? = nil
    ) {
        self.change = change
        self.target = target
        continuation = told
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        let keys = KeyStore(connection: connection)
        switch change {
        case .insert(let record): try keys.insert(record)
        case .update(let record): try keys.update(record)
        case .delete(let hash, let unixMs): try keys.delete(hash, atMs: unixMs)
        case .putCredential(let credential): try CredentialStore(connection: connection).put(credential)
        case .deleteCredential(let id): try CredentialStore(connection: connection).delete(id)
        case .noteUse(let uses):
            for (hash, unixMs) in uses { try keys.noteUse(hash, atMs: unixMs) }
        }
    }

    func completed(_ outcome: WriteOutcome) {
        switch outcome {
        case .committed: continuation?.resume(returning: .durable)
        case .spooled: continuation?.resume(returning: .waiting)
        case .lost: continuation?.resume(returning: .lost)
        }
    }

    var summary: String? {
        switch change {
        case .insert(let record): "new API key \(record.label)"
        case .update(let record): "change of API key \(record.label)"
        case .delete(let hash, _): "deletion of API key \(hash)"
        case .putCredential(let credential): "BYOK credential \(credential.id)"
        case .deleteCredential(let id): "deletion of BYOK credential \(id)"
        // Told with the next use.
        case .noteUse: nil
        }
    }
}
