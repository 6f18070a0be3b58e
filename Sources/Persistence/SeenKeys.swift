import Access
import Cryptography
import Database

/// Keys and their workspaces by the numbers that rows refer to them by: the table `keys_seen`, kept in memory.
///
/// Keys of the configuration are here as well, and deleted ones stay. Confined to the writer's thread.
struct SeenKeys {
    struct Key: Hashable {
        /// Nil for what belongs to no key.
        var hash: APIKeyHash?
        var workspaceID: String
    }

    private var refs: [Key: Int64] = [:]
    /// Added by a transaction that is not committed yet.
    private var fresh: [Key] = []
    private var last: (key: Key, ref: Int64)?

    init(on connection: SQLiteConnection) throws(DatabaseError) {
        let rows = try connection.statement("SELECT ref, hash, workspace_id FROM keys_seen")
        while try rows.step() {
            let digest = rows.withBytes(1) { SHA256Digest(bytes: $0) }
            refs[Key(hash: digest.map(APIKeyHash.init(digest:)), workspaceID: rows.text(2))] = rows.int64(0)
        }
    }

    /// The number of a key, which is added when it is new.
    mutating func ref(
        _ hash: APIKeyHash?, _ workspaceID: String, on connection: SQLiteConnection
    ) throws(DatabaseError) -> Int64 {
        if let last, last.key.hash == hash, last.key.workspaceID == workspaceID { return last.ref }
        let key = Key(hash: hash, workspaceID: workspaceID)
        let ref = if let known = refs[key] { known } else { try add(key, on: connection) }
        last = (key, ref)
        return ref
    }

    private mutating func add(_ key: Key, on connection: SQLiteConnection) throws(DatabaseError) -> Int64 {
        let ref = Int64(refs.count) + 1
        let row = try connection.statement("INSERT INTO keys_seen VALUES (?1,?2,?3)")
        row.bind(1, ref)
        if let hash = key.hash {
            hash.digest.withBytes { row.bind(2, blob: $0) }
        } else {
            row.bind(2, blob: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        row.bind(3, key.workspaceID)
        try row.run()
        refs[key] = ref
        fresh.append(key)
        return ref
    }

    mutating func commit() {
        if !fresh.isEmpty { fresh.removeAll() }
    }

    mutating func rollBack() {
        if fresh.isEmpty { return }
        for key in fresh { refs[key] = nil }
        fresh.removeAll()
        last = nil
    }
}
