import Buffers
import Database

/// The table `catalogues`: the lists of endpoints that decisions refer to, each once, as long as a generation may refer to
/// it.
///
/// The list in use has no end. One that was replaced ends with the moment of its replacement, or with the last generation
/// where the clock had been ahead: no later generation refers to it, so that it goes when all earlier ones have gone.
struct Catalogues {
    let connection: SQLiteConnection

    /// Makes a list the one in use, under the number that decisions know it by.
    func use(_ fingerprint: UInt64, _ endpoints: [UInt8], atMs unixMs: Int64) throws(DatabaseError) {
        let end = try connection.statement(
            """
            UPDATE catalogues SET until_ms =
                max(?2, coalesce((SELECT created_ms FROM generations ORDER BY order_key DESC LIMIT 1), 0))
                WHERE until_ms IS NULL AND fingerprint <> ?1
            """)
        end.bind(1, Int64(bitPattern: fingerprint))
        end.bind(2, unixMs)
        try end.run()
        let row = try connection.statement(
            "INSERT INTO catalogues VALUES (?1, ?2, NULL) ON CONFLICT (fingerprint) DO UPDATE SET until_ms = NULL")
        row.bind(1, Int64(bitPattern: fingerprint))
        row.bind(2, isText: true) { $0.append(endpoints) }
        try row.run()
    }

    func endpoints(_ fingerprint: UInt64) throws(DatabaseError) -> [UInt8]? {
        let row = try connection.statement("SELECT endpoints FROM catalogues WHERE fingerprint = ?1")
        row.bind(1, Int64(bitPattern: fingerprint))
        defer { row.reset() }
        return try row.step() ? row.withBytes(0) { Array($0) } : nil
    }

    /// Removes what no generation refers to any more.
    func removeUnused() throws(DatabaseError) {
        try connection.execute(
            """
            DELETE FROM catalogues WHERE until_ms < coalesce(
                (SELECT min(created_ms) FROM (
                    SELECT created_ms FROM in_flight
                    UNION ALL SELECT * FROM (SELECT created_ms FROM generations ORDER BY order_key LIMIT 1))),
                9223372036854775807)
            """)
    }
}

/// A list of endpoints on its way to the database; nobody waits for it. Handed over before any generation that refers to
/// it.
final class CatalogueJob: WriteJob, @unchecked Sendable {
    let target: (any CompletionTarget)? = nil
    private let fingerprint: UInt64
    private let endpoints: [UInt8]
    private let unixMs: Int64

    init(_ fingerprint: UInt64, _ endpoints: [UInt8], atMs unixMs: Int64) {
        self.fingerprint = fingerprint
        self.endpoints = endpoints
        self.unixMs = unixMs
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        try Catalogues(connection: connection).use(fingerprint, endpoints, atMs: unixMs)
    }

    func completed(_ outcome: WriteOutcome) {}

    var summary: String? { "list of endpoints \(fingerprint)" }
}
