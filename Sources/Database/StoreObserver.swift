/// Who is told how a store fares, for metrics and the log. Called on the store's threads, never while a lock is held.
package protocol StoreObserver: AnyObject, Sendable {
    /// A batch is committed.
    func storeCommitted(rows: Int, microseconds: UInt64)

    /// The store got into trouble, into another trouble, or out of it.
    func storeHealthChanged(_ health: StoreHealth)

    /// A row will never be stored.
    func storeLost(_ summary: String, _ error: DatabaseError)

    /// Something failed that loses nothing yet, such as folding the log.
    func storeWarned(_ error: DatabaseError)
}
