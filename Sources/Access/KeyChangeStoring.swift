/// A change of the stored keys, callers' own keys at providers included.
package enum KeyChange: Sendable {
    case insert(APIKeyRecord)
    /// Takes the place of the record with the same hash.
    case update(APIKeyRecord)
    /// The row stays, hidden, so that old records still have a key to belong to.
    case delete(APIKeyHash, atMs: Int64)
    /// A caller's own key at a provider, new or changed.
    case putCredential(ProviderCredential)
    /// By its id; the row goes, and the secret with it.
    case deleteCredential(String)
    /// When keys were last used, in milliseconds since 1970.
    case noteUse([APIKeyHash: Int64])
}

/// What became of a change.
package enum KeyChangeOutcome: Sendable {
    case durable
    /// The store cannot write now; the change is written, in its order, when it can again.
    case waiting
    case lost
}

/// Where keys are stored. Confined to a loop: every answer comes back on it.
package protocol KeyChangeStoring: AnyObject {
    /// Changes are written in the order of the calls.
    func store(_ change: KeyChange) async -> KeyChangeOutcome
}
