package import Access
import Buffers
package import Database

/// Callers' own provider keys in the database, by their ids. Used while the connection is not with the writer yet, or by
/// its jobs.
package struct CredentialStore {
    private let connection: SQLiteConnection

    package init(connection: SQLiteConnection) {
        self.connection = connection
    }

    /// Stores a new credential, or takes the place of the one with its id.
    package func put(_ credential: ProviderCredential) throws(DatabaseError) {
        let row = try connection.statement(
            "INSERT OR REPLACE INTO credentials VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)"
        )
        row.bind(1, credential.id)
        row.bind(2, credential.provider)
        row.bind(3, credential.workspaceID)
        row.bind(4, credential.name)
        row.bind(5, credential.label)
        row.bind(6, isText: false) { $0.append(credential.sealed) }
        row.bind(7, credential.sortOrder)
        row.bind(8, credential.isDisabled ? 1 : 0)
        row.bind(9, credential.isFallback ? 1 : 0)
        row.bind(10, credential.isRequired ? 1 : 0)
        row.bind(11, credential.isOnly ? 1 : 0)
        row.bind(12, credential.allowedModels.map { Self.lines($0.names) })
        row.bind(13, credential.allowedKeys.map { Self.lines($0.map(\.description)) })
        row.bind(14, credential.allowedUserIDs.map(Self.lines))
        row.bind(15, credential.declaredZDR.map { $0 ? 1 : 0 })
        row.bind(16, credential.declaredRegion?.rawValue)
        row.bind(17, credential.createdAtMs)
        row.bind(18, credential.updatedAtMs)
        try row.run()
    }

    /// Removes a credential with its secret.
    package func delete(_ id: String) throws(DatabaseError) {
        let row = try connection.statement("DELETE FROM credentials WHERE id=?1")
        row.bind(1, id)
        try row.run()
    }

    /// Every credential.
    package func all() throws(DatabaseError) -> [ProviderCredential] {
        let rows = try connection.statement(
            """
            SELECT id, provider, workspace_id, name, label, sealed, sort_order, disabled, fallback, required, only_own,
                allowed_models, allowed_keys, allowed_users, declared_zdr, declared_region, created_ms, updated_ms
            FROM credentials ORDER BY provider, sort_order, id
            """)
        var credentials: [ProviderCredential] = []
        while try rows.step() {
            guard let credential = Self.read(rows) else {
                throw DatabaseError(.corrupt, "\(connection.path): a stored BYOK credential cannot be read")
            }
            credentials.append(credential)
        }
        return credentials
    }

    /// - Returns: nil for a list that cannot be read: a credential must not be freer than it was meant.
    private static func read(_ row: SQLiteStatement) -> ProviderCredential? {
        var credential = ProviderCredential(
            id: row.text(0), provider: row.text(1), label: row.text(4), sealed: row.withBytes(5) { Array($0) },
            sortOrder: row.int(6), createdAtMs: row.int64(16))
        credential.workspaceID = row.text(2)
        credential.name = row.optionalText(3)
        credential.isDisabled = row.int(7) != 0
        credential.isFallback = row.int(8) != 0
        credential.isRequired = row.int(9) != 0
        credential.isOnly = row.int(10) != 0
        if let text = row.optionalText(11) {
            guard let names = NameList(names(text)) else { return nil }
            credential.allowedModels = names
        }
        if let text = row.optionalText(12) {
            let hashes = names(text).map { APIKeyHash(hex: $0) }
            guard !hashes.isEmpty, !hashes.contains(nil) else { return nil }
            credential.allowedKeys = hashes.compactMap { $0 }
        }
        credential.allowedUserIDs = row.optionalText(13).map(names)
        credential.declaredZDR = row.optionalInt(14).map { $0 != 0 }
        if let text = row.optionalText(15) {
            guard let region = ProviderCredential.DeclaredRegion(rawValue: text) else { return nil }
            credential.declaredRegion = region
        }
        credential.updatedAtMs = row.optionalInt64(17)
        return credential
    }

    /// The names hold no line breaks.
    private static func lines(_ names: [String]) -> String { names.joined(separator: "\n") }

    private static func names(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
}
