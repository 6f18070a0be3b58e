package import Access
import Cryptography
package import Database

/// The keys in the database, by their hashes. Used while the connection is not with the writer yet, or by its jobs.
package struct KeyStore {
    /// The workspace that everything belongs to until somebody makes another.
    package static let defaultWorkspace = "default"

    private let connection: SQLiteConnection

    package init(connection: SQLiteConnection) {
        self.connection = connection
    }

    /// Stores a new key; a key with the same hash is a constraint error.
    package func insert(_ record: APIKeyRecord, workspace: String = defaultWorkspace) throws(DatabaseError) {
        let row = try connection.statement("INSERT INTO api_keys VALUES (?1,?2,?3,?4,?5,?6,?7)")
        record.hash.digest.withBytes { row.bind(1, blob: $0) }
        row.bind(2, workspace)
        row.bind(3, record.name)
        row.bind(4, record.label)
        row.bind(5, Int(record.keyClass.rawValue))
        row.bind(6, record.isDisabled ? 1 : 0)
        row.bind(7, record.createdAtMs)
        try row.run()
    }

    /// Every stored key, oldest first.
    package func all() throws(DatabaseError) -> [APIKeyRecord] {
        let rows = try connection.statement(
            "SELECT hash, name, label, class, disabled, created_ms FROM api_keys ORDER BY created_ms, hash")
        var keys: [APIKeyRecord] = []
        while try rows.step() {
            guard let digest = rows.withBytes(0, { SHA256Digest(bytes: $0) }),
                let keyClass = UInt8(exactly: rows.int(3)).flatMap(APIKeyClass.init(rawValue:))
            else { throw DatabaseError(.corrupt, "\(connection.path): a stored API key cannot be read") }
            keys.append(
                APIKeyRecord(
                    hash: APIKeyHash(digest: digest), name: rows.text(1), label: rows.text(2), keyClass: keyClass,
                    isDisabled: rows.int(4) != 0, createdAtMs: rows.int64(5)))
        }
        return keys
    }
}
