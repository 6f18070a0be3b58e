import CSQLite

extension DatabaseError {
    /// The error of the last call on a connection.
    static func last(_ handle: OpaquePointer?, path: String, doing: String) -> DatabaseError {
        let code = sqlite3_extended_errcode(handle)
        let text = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "out of memory"
        return DatabaseError(sqliteCode: code, text: text, path: path, doing: doing)
    }

    init(sqliteCode code: Int32, text: String, path: String, doing: String) {
        let kind: Kind =
            switch code & 0xff {
            case SQLITE_FULL: .full
            case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL: .locked
            case SQLITE_READONLY: code == Self.readOnlyMoved ? .removed : .readOnly
            case SQLITE_CORRUPT: .corrupt
            case SQLITE_NOTADB: .foreign
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: .cannotOpen
            case SQLITE_IOERR: .ioError
            case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH: .constraint
            default: .other
            }
        self.init(kind, code: code, "\(path): \(Self.explain(kind)) while \(doing) (SQLite \(code): \(text))")
    }

    /// SQLITE_READONLY_DBMOVED, a macro that Swift does not see.
    private static var readOnlyMoved: Int32 { SQLITE_READONLY | (4 << 8) }

    private static func explain(_ kind: Kind) -> String {
        switch kind {
        case .full: "no room left on the disk"
        case .locked: "another program holds a lock on the database"
        case .readOnly: "the database cannot be written to (check who owns it, its -wal and its -shm, and their modes)"
        case .corrupt: "the database is damaged; restore it from a backup or move it away"
        case .foreign: "the file is no SQLite database; move it away or choose another data directory"
        case .removed: "the database was moved or deleted while in use; restart the server"
        case .cannotOpen: "the database cannot be opened; check that the directory exists and belongs to this user"
        case .ioError: "the disk reported an error"
        case .constraint: "the row was refused"
        case .newerSchema, .directoryInUse, .other: "the database failed"
        }
    }
}
