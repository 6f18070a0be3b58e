import Cryptography

/// Every key that is valid now, found by hash. Immutable: a change makes a new table, and each loop is handed it.
package final class KeyTable: Sendable {
    /// Told apart from the tables before and after it.
    package let version: UInt64
    private let principals: [Principal]
    /// Open addressing by the first word of the digest: an index into `principals`, or -1. The digest is uniform, so
    /// probes are short, and nobody can choose what is stored here.
    private let slots: [Int32]
    private let mask: UInt64

    /// - Parameter holders: of several with the same hash, the first counts.
    package init(_ holders: [Principal], version: UInt64 = 0) {
        let capacity = Self.capacity(count: holders.count)
        var slots = [Int32](repeating: -1, count: capacity)
        var principals: [Principal] = []
        let mask = UInt64(capacity - 1)
        for holder in holders {
            var slot = Int(holder.hash.digest.prefix & mask)
            while slots[slot] >= 0, principals[Int(slots[slot])].hash != holder.hash {
                slot = (slot + 1) & Int(mask)
            }
            if slots[slot] >= 0 { continue }
            slots[slot] = Int32(principals.count)
            principals.append(holder)
        }
        self.version = version
        self.principals = principals
        self.slots = slots
        self.mask = mask
    }

    /// A table of keys that have spent nothing.
    ///
    /// - Parameters:
    ///   - fixed: the keys of the configuration; they win over a stored key of the same hash.
    ///   - stored: the keys of the store.
    package convenience init(fixed: [APIKeyRecord] = [], stored: [APIKeyRecord] = [], version: UInt64 = 0) {
        self.init((fixed + stored).map { Principal(key: $0) }, version: version)
    }

    /// At least half of the slots stay free.
    private static func capacity(count: Int) -> Int {
        var capacity = 16
        while capacity < count * 2 { capacity *= 2 }
        return capacity
    }

    package var count: Int { principals.count }

    /// The holder of the key with this hash, disabled keys included.
    package func principal(_ hash: APIKeyHash) -> Principal? {
        var slot = Int(hash.digest.prefix & mask)
        while true {
            let index = slots[slot]
            if index < 0 { return nil }
            let principal = principals[Int(index)]
            if principal.hash == hash { return principal }
            slot = (slot + 1) & Int(mask)
        }
    }
}
