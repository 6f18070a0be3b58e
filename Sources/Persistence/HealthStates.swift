import Database

/// The health of one endpoint as it was at some time, in bytes that this module does not look into.
package struct StoredHealth: Sendable, Equatable {
    package let endpointID: String
    /// Milliseconds since 1970.
    package let savedAtMs: Int64
    package let state: [UInt8]

    package init(endpointID: String, savedAtMs: Int64, state: [UInt8]) {
        self.endpointID = endpointID
        self.savedAtMs = savedAtMs
        self.state = state
    }
}

/// The table `endpoint_health`. Used while the connection is not with the writer yet, or by its jobs.
struct HealthStates {
    let connection: SQLiteConnection

    /// Everything that is younger than a day; older states are thrown away, since they say nothing any more.
    func load(atMs unixMs: Int64) throws(DatabaseError) -> [StoredHealth] {
        let old = try connection.statement("DELETE FROM endpoint_health WHERE saved_ms < ?1")
        old.bind(1, unixMs - PersistenceLimits.healthKeptMs)
        try old.run()
        let rows = try connection.statement("SELECT endpoint_id, saved_ms, state FROM endpoint_health")
        var states: [StoredHealth] = []
        while try rows.step() {
            states.append(
                StoredHealth(endpointID: rows.text(0), savedAtMs: rows.int64(1), state: rows.withBytes(2) { Array($0) })
            )
        }
        return states
    }

    func save(_ states: [StoredHealth]) throws(DatabaseError) {
        for state in states {
            let row = try connection.statement("INSERT OR REPLACE INTO endpoint_health VALUES (?1,?2,?3)")
            row.bind(1, state.endpointID)
            row.bind(2, state.savedAtMs)
            state.state.withUnsafeBytes { row.bind(3, blob: $0) }
            try row.run()
        }
    }
}

/// States on their way to the database; nobody waits for them.
final class HealthJob: WriteJob, @unchecked Sendable {
    let target: (any CompletionTarget)? = nil
    private let states: [StoredHealth]

    init(_ states: [StoredHealth]) {
        self.states = states
    }

    func write(to connection: SQLiteConnection) throws(DatabaseError) {
        try HealthStates(connection: connection).save(states)
    }

    func completed(_ outcome: WriteOutcome) {}

    /// What is lost is seen anew.
    var summary: String? { nil }
}
