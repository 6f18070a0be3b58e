package import Access
import Accounting
import Cryptography
package import Database

/// The keys in the database, by their hashes. Used while the connection is not with the writer yet, or by its jobs.
package struct KeyStore {
    /// The workspace that everything belongs to until somebody makes another.
    package static let defaultWorkspace = APIKeyRecord.defaultWorkspace

    private let connection: SQLiteConnection

    package init(connection: SQLiteConnection) {
        self.connection = connection
    }

    // MARK: Writing

    /// Stores a new key; a key with the same hash, be it a deleted one, is a constraint error.
    package func insert(_ record: APIKeyRecord) throws(DatabaseError) {
        let row = try connection.statement(
            """
            INSERT INTO api_keys (hash, label, class, created_ms, workspace_id, name, disabled, updated_ms, limit_nanos,
                limit_reset, include_byok, expires_ms, allowed_models, allowed_providers, allowed_ips,
                requests_per_minute, tokens_per_minute, creator_user_id, external_user)
            VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)
            """)
        record.hash.digest.withBytes { row.bind(1, blob: $0) }
        row.bind(2, record.label)
        row.bind(3, Int(record.keyClass.rawValue))
        row.bind(4, record.createdAtMs)
        bindChangeable(record, to: row)
        try row.run()
    }

    /// Stores what may change of a key; a deleted or unknown one stays as it is.
    package func update(_ record: APIKeyRecord) throws(DatabaseError) {
        let row = try connection.statement(
            """
            UPDATE api_keys SET workspace_id=?5, name=?6, disabled=?7, updated_ms=?8, limit_nanos=?9, limit_reset=?10,
                include_byok=?11, expires_ms=?12, allowed_models=?13, allowed_providers=?14, allowed_ips=?15,
                requests_per_minute=?16, tokens_per_minute=?17, creator_user_id=?18, external_user=?19
            WHERE hash=?1 AND deleted_ms IS NULL
            """)
        record.hash.digest.withBytes { row.bind(1, blob: $0) }
        bindChangeable(record, to: row)
        try row.run()
    }

    /// Parameters 5 to 19.
    private func bindChangeable(_ record: APIKeyRecord, to row: SQLiteStatement) {
        row.bind(5, record.workspaceID)
        row.bind(6, record.name)
        row.bind(7, record.isDisabled ? 1 : 0)
        row.bind(8, record.updatedAtMs)
        row.bind(9, record.limit?.nanos)
        row.bind(10, Int(record.limitReset.rawValue))
        row.bind(11, record.includesBYOKInLimit ? 1 : 0)
        row.bind(12, record.expiresAtMs)
        row.bind(13, record.allowedModels.map { Self.lines($0.names) })
        row.bind(14, record.allowedProviders.map { Self.lines($0.names) })
        row.bind(15, record.allowedIPs.map { Self.lines($0.map(\.description)) })
        row.bind(16, record.requestsPerMinute)
        row.bind(17, record.tokensPerMinute)
        row.bind(18, record.creatorUserID)
        row.bind(19, record.externalUser)
    }

    /// Hides a key: its row stays, so that its records have somebody to belong to, and it never authenticates again.
    package func delete(_ hash: APIKeyHash, atMs unixMs: Int64) throws(DatabaseError) {
        let row = try connection.statement(
            "UPDATE api_keys SET deleted_ms=?2, disabled=1 WHERE hash=?1 AND deleted_ms IS NULL")
        hash.digest.withBytes { row.bind(1, blob: $0) }
        row.bind(2, unixMs)
        try row.run()
    }

    /// Stores when a key was last used.
    package func noteUse(_ hash: APIKeyHash, atMs unixMs: Int64) throws(DatabaseError) {
        let row = try connection.statement("UPDATE api_keys SET used_ms=?2 WHERE hash=?1")
        hash.digest.withBytes { row.bind(1, blob: $0) }
        row.bind(2, unixMs)
        try row.run()
    }

    // MARK: Reading

    /// Every stored key that was not deleted, oldest first.
    package func all() throws(DatabaseError) -> [APIKeyRecord] {
        let rows = try connection.statement(
            """
            SELECT hash, label, class, created_ms, workspace_id, name, disabled, updated_ms, limit_nanos, limit_reset,
                include_byok, expires_ms, allowed_models, allowed_providers, allowed_ips, requests_per_minute,
                tokens_per_minute, creator_user_id, external_user
            FROM api_keys WHERE deleted_ms IS NULL ORDER BY created_ms, hash
            """)
        var keys: [APIKeyRecord] = []
        while try rows.step() {
            guard let key = Self.read(rows) else {
                throw DatabaseError(.corrupt, "\(connection.path): a stored API key cannot be read")
            }
            keys.append(key)
        }
        return keys
    }

    /// When keys were last used, in milliseconds since 1970; those that never were are left out.
    package func lastUses() throws(DatabaseError) -> [APIKeyHash: Int64] {
        let rows = try connection.statement("SELECT hash, used_ms FROM api_keys WHERE used_ms IS NOT NULL")
        var uses: [APIKeyHash: Int64] = [:]
        while try rows.step() {
            guard let digest = rows.withBytes(0, { SHA256Digest(bytes: $0) }) else { continue }
            uses[APIKeyHash(digest: digest)] = rows.int64(1)
        }
        return uses
    }

    private static func read(_ row: SQLiteStatement) -> APIKeyRecord? {
        guard let digest = row.withBytes(0, { SHA256Digest(bytes: $0) }),
            let keyClass = UInt8(exactly: row.int(2)).flatMap(APIKeyClass.init(rawValue:)),
            let limitReset = UInt8(exactly: row.int(9)).flatMap(LimitInterval.init(rawValue:))
        else { return nil }
        var key = APIKeyRecord(
            hash: APIKeyHash(digest: digest), name: row.text(5), label: row.text(1), keyClass: keyClass,
            isDisabled: row.int(6) != 0, createdAtMs: row.int64(3))
        key.workspaceID = row.text(4)
        key.updatedAtMs = row.optionalInt64(7)
        key.limit = row.optionalInt64(8).map(Credits.init(nanos:))
        key.limitReset = limitReset
        key.includesBYOKInLimit = row.int(10) != 0
        key.expiresAtMs = row.optionalInt64(11)
        key.requestsPerMinute = row.optionalInt(15)
        key.tokensPerMinute = row.optionalInt(16)
        key.creatorUserID = row.optionalText(17)
        key.externalUser = row.optionalText(18)
        return readLists(row, into: &key) ? key : nil
    }

    /// - Returns: false for a list that cannot be read: a key must not be freer than it was meant.
    private static func readLists(_ row: SQLiteStatement, into key: inout APIKeyRecord) -> Bool {
        if let text = row.optionalText(12) {
            guard let names = NameList(names(text)) else { return false }
            key.allowedModels = names
        }
        if let text = row.optionalText(13) {
            guard let names = NameList(names(text)) else { return false }
            key.allowedProviders = names
        }
        if let text = row.optionalText(14) {
            let texts = names(text)
            let networks = texts.compactMap { IPNetwork($0) }
            guard !networks.isEmpty, networks.count == texts.count else { return false }
            key.allowedIPs = networks
        }
        return true
    }

    /// The names hold no line breaks.
    private static func lines(_ names: [String]) -> String { names.joined(separator: "\n") }

    private static func names(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
