import CSQLite

extension SQLiteConnection {
    /// Writes a copy of the whole database, as it is at one moment, to a file that is not there yet. Others read and
    /// write meanwhile.
    func copy(to path: String) throws(DatabaseError) {
        let quoted = path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
        try execute("VACUUM INTO '\(quoted)'")
    }

    /// Makes what the connection is doing fail soon. Callable from any thread while the connection lives.
    package func interrupt() { sqlite3_interrupt(handle) }
}
