import CSQLite

/// A connection to an SQLite database in WAL mode, with its prepared statements.
///
/// Confined to one thread at a time: opened on one thread it may be handed to another, which is what makes the
/// `@unchecked Sendable` sound (SQLite is compiled threadsafe; the connection is opened without a mutex of its own).
package final class SQLiteConnection: @unchecked Sendable {
    /// What a commit survives.
    package enum Durability: Sendable {
        /// The death of the process (`synchronous=NORMAL`).
        case process
        /// The loss of power (`synchronous=FULL`).
        case fsync
    }

    package enum Mode: Sendable {
        case readWrite(Durability)
        case queries
        /// For copies of the database: changes nothing in it, but writes another one.
        case copies
    }

    package let path: String
    let handle: OpaquePointer
    /// Statements by the address of their text, which is static.
    private var statements: [UnsafePointer<UInt8>: SQLiteStatement] = [:]
    /// Pages in the write-ahead log after the last commit.
    package private(set) var walPages = 0

    /// Done once, before the first connection.
    private static let configuration = martlet_sqlite3_configure()

    /// Opens the database, and makes it in mode `readWrite` where there is none.
    package init(path: String, mode: Mode) throws(DatabaseError) {
        _ = Self.configuration
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let creates: Int32 = if case .readWrite = mode { SQLITE_OPEN_CREATE } else { 0 }
        guard sqlite3_open_v2(path, &handle, flags | creates, nil) == SQLITE_OK, let handle else {
            let error = DatabaseError.last(handle, path: path, doing: "opening it")
            sqlite3_close_v2(handle)
            throw error
        }
        self.path = path
        self.handle = handle
        // SQLite opens what it may not write without a word, and would make its log as read-only as the database is.
        if creates != 0, sqlite3_db_readonly(handle, "main") != 0 {
            sqlite3_close_v2(handle)
            throw DatabaseError(
                sqliteCode: SQLITE_READONLY, text: "opened for reading", path: path, doing: "opening it")
        }
        sqlite3_busy_timeout(handle, DatabaseLimits.busyMs)
        try execute("PRAGMA cache_size=-\(DatabaseLimits.cacheKiB)")
        switch mode {
        case .readWrite(let durability): try prepareForWriting(durability)
        case .queries: try execute("PRAGMA query_only=1")
        case .copies: break
        }
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    private func prepareForWriting(_ durability: Durability) throws(DatabaseError) {
        // Only a database that is made now takes this.
        try execute("PRAGMA page_size=\(DatabaseLimits.pageBytes)")
        guard try text("PRAGMA journal_mode=WAL") == "wal" else {
            throw DatabaseError(.cannotOpen, "\(path): the file system cannot share memory, which SQLite's log needs")
        }
        try checkLog()
        try execute(durability == .fsync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL")
        try execute("PRAGMA foreign_keys=1")
        // Checkpoints run when callers have been told, not inside their commit; the hook only counts pages.
        let me = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                Unmanaged<SQLiteConnection>.fromOpaque(context!).takeUnretainedValue().walPages = Int(pages)
                return SQLITE_OK
            }, me)
    }

    /// Finds out whether the log and its index, files of their own, can be written. Any other reason for which nothing
    /// can be written now may pass.
    private func checkLog() throws(DatabaseError) {
        do throws(DatabaseError) {
            try begin()
            rollBack()
        } catch {
            if error.kind == .readOnly { throw error }
        }
    }

    /// Runs statements that return nothing of interest.
    package func execute(_ sql: String) throws(DatabaseError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw lastError(doing: "running: \(sql)") }
    }

    /// The prepared statement of a static text, made at its first use and reset at each.
    package func statement(_ sql: StaticString) throws(DatabaseError) -> SQLiteStatement {
        if let known = statements[sql.utf8Start] {
            known.reset()
            return known
        }
        let statement = try SQLiteStatement(sql.description, on: self, isPersistent: true)
        statements[sql.utf8Start] = statement
        return statement
    }

    /// The first column of the first row as an integer; nil when there is no row or no value.
    package func integer(_ sql: String) throws(DatabaseError) -> Int64? {
        let statement = try SQLiteStatement(sql, on: self, isPersistent: false)
        return try statement.step() ? statement.optionalInt64(0) : nil
    }

    /// The first column of the first row as text; nil when there is no row or no value.
    package func text(_ sql: String) throws(DatabaseError) -> String? {
        let statement = try SQLiteStatement(sql, on: self, isPersistent: false)
        return try statement.step() ? statement.optionalText(0) : nil
    }

    /// Rows that the last statement changed.
    package var changes: Int { Int(sqlite3_changes(handle)) }

    /// Runs `body` inside one write transaction, rolled back when it throws.
    package func transaction<Result>(_ body: () throws(DatabaseError) -> Result) throws(DatabaseError) -> Result {
        try begin()
        do throws(DatabaseError) {
            let result = try body()
            try commit()
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs `body` over one state of the database, whatever is written meanwhile.
    package func snapshot<Result>(_ body: () throws(DatabaseError) -> Result) throws(DatabaseError) -> Result {
        try statement("BEGIN DEFERRED").run()
        defer { rollBack() }
        return try body()
    }

    private func begin() throws(DatabaseError) { try statement("BEGIN IMMEDIATE").run() }

    private func commit() throws(DatabaseError) { try statement("COMMIT").run() }

    /// Undoes the open transaction, if SQLite has not done so already.
    private func rollBack() {
        for statement in statements.values { statement.reset() }
        if sqlite3_get_autocommit(handle) == 0 { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
    }

    /// Writes a page without changing anything, to find out whether writing works.
    func touch() throws(DatabaseError) {
        try execute("PRAGMA user_version=\(try integer("PRAGMA user_version") ?? 0)")
    }

    /// Folds the write-ahead log into the database as far as readers allow.
    func checkpoint() throws(DatabaseError) {
        let result = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        walPages = 0
        if result != SQLITE_OK, result & 0xff != SQLITE_BUSY { throw lastError(doing: "folding the log") }
    }

    /// Whether the file at `path` is no longer the one that is open.
    func hasMoved() -> Bool {
        var moved: Int32 = 0
        return sqlite3_file_control(handle, nil, SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0
    }

    func lastError(doing: String) -> DatabaseError { .last(handle, path: path, doing: doing) }
}
