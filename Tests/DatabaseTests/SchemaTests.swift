import Database
import TestSupport
import Testing

@Suite struct SchemaTests {
    let scratch = ScratchDirectory()

    private func open() throws(DatabaseError) -> SQLiteConnection {
        try SQLiteConnection(path: scratch.file("test.db"), mode: .readWrite(.process))
    }

    private func schema(_ migrations: String...) -> Schema { Schema(applicationID: 77, migrations: migrations) }

    @Test func migratesForwardOnceEach() throws {
        let first = "CREATE TABLE a (x); INSERT INTO a VALUES (1)"
        try schema(first).apply(to: try open())
        try schema(first, "INSERT INTO a VALUES (2)").apply(to: try open())
        let connection = try open()
        try schema(first, "INSERT INTO a VALUES (2)").apply(to: connection)
        #expect(try connection.integer("SELECT sum(x) FROM a") == 3)
        #expect(try connection.integer("PRAGMA user_version") == 2)
    }

    @Test func aFailedStepLeavesTheVersionBeforeIt() throws {
        let connection = try open()
        #expect(throws: DatabaseError.self) {
            try schema("CREATE TABLE a (x)", "CREATE TABLE b (x); nonsense").apply(to: connection)
        }
        #expect(try connection.integer("PRAGMA user_version") == 1)
        #expect(try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name='b'") == 0)
    }

    @Test func refusesANewerVersion() throws {
        try schema("CREATE TABLE a (x)", "CREATE TABLE b (x)").apply(to: try open())
        let error = #expect(throws: DatabaseError.self) { try schema("CREATE TABLE a (x)").apply(to: try open()) }
        #expect(error?.kind == .newerSchema(found: 2, known: 1))
        #expect(error?.message.contains("made by a newer release") == true)
    }

    @Test func refusesAnotherProgramsDatabase() throws {
        try open().execute("CREATE TABLE browser_history (x)")
        let error = #expect(throws: DatabaseError.self) { try schema("CREATE TABLE a (x)").apply(to: try open()) }
        #expect(error?.kind == .foreign)
    }

    @Test func refusesADamagedDatabase() throws {
        let connection = try open()
        try schema("CREATE TABLE a (x TEXT PRIMARY KEY)").apply(to: connection)
        try connection.transaction { () throws(DatabaseError) in
            for row in 0..<2000 { try connection.execute("INSERT INTO a VALUES ('row number \(row) of many')") }
        }
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        scratch.overwriteTail(of: "test.db", bytes: 40_000)
        let error = #expect(throws: DatabaseError.self) {
            try schema("CREATE TABLE a (x TEXT PRIMARY KEY)").apply(to: try open())
        }
        #expect(error?.kind == .corrupt)
        #expect(error?.message.contains("damaged") == true)
    }
}
