package import Access
import Activity
package import Database

/// The store of a single node: an SQLite database in a data directory that this process alone uses.
///
/// Opened before the loops start, closed after they have stopped. What a loop needs it gets by `generations(for:)`.
package final class EmbeddedStore: Sendable {
    /// The database's name in the data directory.
    package static let fileName = "martlet.db"

    /// The plain keys of a first start, for the caller to show at once; nil ever after.
    package let firstStart: FirstStart?
    /// The keys that were stored when the store was opened.
    package let storedKeys: [APIKeyRecord]
    /// Callers' own provider keys, sealed, that were stored then.
    package let storedCredentials: [ProviderCredential]
    /// When keys were last used, in milliseconds since 1970.
    package let lastUses: [APIKeyHash: Int64]
    /// What was known of the health of endpoints when the store was last used.
    package let endpointHealth: [StoredHealth]
    /// Requests that a crash cut short, now recorded as interrupted.
    package let interrupted: Int

    /// What the ledger said when the store was opened.
    package let ledger: LedgerSums
    /// The moment of the opening by the ledger, in milliseconds since 1970: later than the clock's where that was set
    /// back to a day before the ledger's last one. What `ledger` says is as of it.
    package var openedAtMs: Int64 { books.openedAtMs }
    /// Whether it was.
    package var isClockBehind: Bool { books.isClockBehind }

    private let directory: DataDirectory
    private let books: Bookkeeper
    private let writer: GroupCommitWriter
    private let queries: QueryThread
    private let backups: Backups

    /// Locks the directory, opens or makes the database, brings it up to date, and recovers from a crash.
    ///
    /// - Parameters:
    ///   - observer: told of commits, troubles and losses, on the store's threads; kept as long as the store.
    ///   - policy: how long generations are kept.
    ///   - clock: the time; called on the caller's thread and on the writer's.
    package init(
        directory path: String, durability: SQLiteConnection.Durability, observer: any StoreObserver,
        configuration: GroupCommitWriter.Configuration = .init(), retention policy: RetentionPolicy = .everything,
        unixMs clock: @escaping @Sendable () -> Int64,
        using generator: inout some RandomNumberGenerator
    ) throws(DatabaseError) {
        let unixMs = clock()
        directory = try DataDirectory(path: path)
        let file = directory.file(Self.fileName)
        let connection = try SQLiteConnection(path: file, mode: .readWrite(durability))
        try MartletSchema.schema.apply(to: connection)
        interrupted = try Self.recover(connection)
        books = try Bookkeeper(on: connection, atMs: unixMs)
        ledger = try LedgerSums(on: connection, atMs: books.openedAtMs)
        storedCredentials = try CredentialStore(connection: connection).all()
        lastUses = try KeyStore(connection: connection).lastUses()
        endpointHealth = try HealthStates(connection: connection).load(atMs: unixMs)
        let reading = try SQLiteConnection(path: file, mode: .queries)
        // Nothing behind this fails: keys that were made are always shown to somebody.
        (firstStart, storedKeys) = try Self.openKeys(connection, unixMs, &generator)
        queries = QueryThread(connection: reading)
        backups = Backups(of: file)
        writer = GroupCommitWriter(
            connection: connection, observer: observer,
            companion: Housekeeping(books: books, retention: Retention(policy, unixMs: clock)),
            configuration: configuration)
    }

    /// Reads all keys, and makes the first two of a new database. One whose making was cut short before its keys were made
    /// counts as new.
    private static func openKeys(
        _ connection: SQLiteConnection, _ unixMs: Int64, _ generator: inout some RandomNumberGenerator
    ) throws(DatabaseError) -> (FirstStart?, [APIKeyRecord]) {
        let keys = KeyStore(connection: connection)
        guard try connection.integer("SELECT count(*) FROM workspaces") == 0 else { return (nil, try keys.all()) }
        return try connection.transaction { () throws(DatabaseError) in
            (try FirstStart(on: connection, atMs: unixMs, using: &generator), try keys.all())
        }
    }

    /// In-flight rows are complete rows with the status `interrupted` and no charge, so that they only move.
    private static func recover(_ connection: SQLiteConnection) throws(DatabaseError) -> Int {
        guard let count = try connection.integer("SELECT count(*) FROM in_flight"), count > 0 else { return 0 }
        try connection.transaction { () throws(DatabaseError) in
            // One whose number another generation has by now takes the next free one.
            for _ in 0..<GenerationTable.probesMax {
                try connection.execute(
                    """
                    INSERT OR IGNORE INTO generations SELECT * FROM in_flight;
                    DELETE FROM in_flight WHERE EXISTS (
                        SELECT 1 FROM generations g WHERE g.id = in_flight.id AND g.order_key
                            BETWEEN in_flight.order_key - \(GenerationTable.probesMax)
                            AND in_flight.order_key + \(GenerationTable.probesMax));
                    """)
                if try connection.integer("SELECT count(*) FROM in_flight") == 0 { break }
                // In two steps, so that none meets another on the way.
                try connection.execute(
                    "UPDATE in_flight SET order_key = -order_key; UPDATE in_flight SET order_key = 1 - order_key")
            }
            try connection.execute("DELETE FROM in_flight")
        }
        return Int(count)
    }

    /// The store as one loop sees it.
    package func generations(for target: any CompletionTarget) -> LoopGenerations {
        LoopGenerations(writer: writer, books: books, queries: queries, backups: backups, target: target)
    }

    /// The keys of the store as one loop changes them.
    package func keys(for target: any CompletionTarget) -> LoopKeys {
        LoopKeys(writer: writer, target: target)
    }

    /// Stores when keys were last used, in milliseconds since 1970. Callable from any thread.
    package func noteUse(of uses: [APIKeyHash: Int64]) {
        _ = writer.submit(KeyJob(.noteUse(uses)))
    }

    /// Stores the health of endpoints, unless the store has trouble: what is lost then will be seen anew. Callable from any
    /// thread.
    package func save(_ states: [StoredHealth]) {
        if states.isEmpty || health.trouble != nil { return }
        _ = writer.submit(HealthJob(states))
    }

    /// Keeps the list of endpoints that decisions refer to from now on, under the number that they know it by. To be
    /// called before any of them is recorded. Callable from any thread.
    package func use(catalogue fingerprint: UInt64, endpoints: [UInt8], atMs unixMs: Int64) {
        _ = writer.submit(CatalogueJob(fingerprint, endpoints, atMs: unixMs))
    }

    package var health: StoreHealth { writer.health }

    /// Threads read from what they would outlive: a server that does not come to its start lets the store go at once.
    deinit {
        close()
    }

    /// Commits what waits and ends the threads; a second time does nothing. The lock of the directory is released with
    /// the last reference.
    package func close() {
        writer.stop()
        queries.stop()
        backups.stop()
    }
}
