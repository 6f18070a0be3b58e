import Cryptography

/// Finds the holder of a presented key; one per loop, confined to it.
///
/// Hashing a key by SHA-256 on each request would be a tenth of what a small request costs, so a loop remembers the
/// keys that it has seen, by a keyed 128-bit fingerprint: no plain text is kept, and only known keys are remembered.
package final class Authenticator {
    private struct Remembered {
        let fingerprint: KeyedFingerprint
        let principal: Principal
    }

    private var table: KeyTable
    private let fingerprintKey: KeyedFingerprint.Key
    private var remembered: [Remembered?]

    /// - Parameter generator: what the fingerprints' secret comes from; it must be a secure one, such as the default.
    package init(table: KeyTable, using generator: some RandomNumberGenerator = SecureGenerator()) {
        var generator = generator
        self.table = table
        fingerprintKey = KeyedFingerprint.Key(using: &generator)
        remembered = Array(repeating: nil, count: AccessLimits.rememberedKeys)
    }

    /// Keys that were hashed: what an unknown key costs, told to tests.
    package private(set) var hashCount: UInt64 = 0

    /// Takes a new table and forgets what was known from the old one; an older one that comes late is passed over.
    package func replace(_ table: KeyTable) {
        if table.version < self.table.version { return }
        self.table = table
        for index in remembered.indices { remembered[index] = nil }
    }

    /// The holder of `key`, disabled keys included; nil for a key that nobody holds.
    ///
    /// A key that was not seen before costs one hash, whether it is known or not, and what follows depends on the hash
    /// alone: neither answer nor time say anything about how near a guess is.
    package func principal(forKey key: Span<UInt8>) -> Principal? {
        guard AccessLimits.keyBytes.contains(key.count) else { return nil }
        let fingerprint = KeyedFingerprint(of: key, key: fingerprintKey)
        let slot = Int(fingerprint.prefix & UInt64(AccessLimits.rememberedKeys - 1))
        if let known = remembered[slot], known.fingerprint == fingerprint { return known.principal }
        hashCount &+= 1
        guard let principal = table.principal(APIKeyHash(ofKey: key)) else { return nil }
        remembered[slot] = Remembered(fingerprint: fingerprint, principal: principal)
        return principal
    }
}
