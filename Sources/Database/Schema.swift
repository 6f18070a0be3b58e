/// The tables of a database as a list of steps that only goes forward.
package struct Schema: Sendable {
    /// Who a database belongs to (`PRAGMA application_id`).
    package let applicationID: Int32
    /// SQL texts; number n brings a database of version n to n + 1.
    package let migrations: [String]

    package init(applicationID: Int32, migrations: [String]) {
        self.applicationID = applicationID
        self.migrations = migrations
    }

    package var version: Int { migrations.count }

    /// Checks the database and brings it to the newest version.
    package func apply(to connection: SQLiteConnection) throws(DatabaseError) {
        let found = Int(try connection.integer("PRAGMA user_version") ?? 0)
        let isEmpty = try connection.integer("SELECT count(*) FROM sqlite_schema") == 0
        if !isEmpty, try connection.integer("PRAGMA application_id") != Int64(applicationID) {
            throw DatabaseError(
                .foreign, "\(connection.path): the database belongs to another program; choose another data directory")
        }
        if found > version {
            throw DatabaseError(
                .newerSchema(found: found, known: version),
                "\(connection.path): the database has version \(found), made by a newer release; this one knows "
                    + "versions up to \(version). Run the newer release, or restore the backup from before the upgrade."
            )
        }
        try check(connection)
        for step in found..<version {
            try connection.transaction { () throws(DatabaseError) in
                if step == 0 { try connection.execute("PRAGMA application_id=\(applicationID)") }
                try connection.execute(migrations[step])
                try connection.execute("PRAGMA user_version=\(step + 1)")
            }
        }
    }

    private func check(_ connection: SQLiteConnection) throws(DatabaseError) {
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let pageBytes = try connection.integer("PRAGMA page_size") ?? 0
        guard pages * pageBytes <= DatabaseLimits.fullCheckBytes else { return }
        let verdict = try connection.text("PRAGMA quick_check(1)") ?? "no answer"
        if verdict != "ok" {
            throw DatabaseError(
                .corrupt,
                "\(connection.path): the database is damaged (\(verdict)); restore it from a backup or move it away")
        }
    }
}
