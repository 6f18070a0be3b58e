package import Access
import Database

/// What the first start of an empty database made. The keys are shown once: only their hashes are stored.
package struct FirstStart: Sendable {
    package let inferenceKey: APIKeyText
    package let managementKey: APIKeyText

    /// Makes the default workspace and its two keys, in the caller's transaction.
    init(
        on connection: SQLiteConnection, atMs unixMs: Int64, using generator: inout some RandomNumberGenerator
    ) throws(DatabaseError) {
        inferenceKey = APIKeyText(using: &generator)
        managementKey = APIKeyText(using: &generator)
        let workspace = try connection.statement("INSERT INTO workspaces VALUES (?1,?2,?3)")
        workspace.bind(1, KeyStore.defaultWorkspace)
        workspace.bind(2, "Default")
        workspace.bind(3, unixMs)
        try workspace.run()
        let keys = KeyStore(connection: connection)
        try keys.insert(
            APIKeyRecord(inferenceKey, name: "First inference key", keyClass: .inference, createdAtMs: unixMs))
        try keys.insert(
            APIKeyRecord(managementKey, name: "First management key", keyClass: .management, createdAtMs: unixMs))
    }
}
