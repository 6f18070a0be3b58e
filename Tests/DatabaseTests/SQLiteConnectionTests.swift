import Buffers
import Database
import TestSupport
import Testing

@Suite struct SQLiteConnectionTests {
    let scratch = ScratchDirectory()

    private func open(_ name: String = "test.db") throws(DatabaseError) -> SQLiteConnection {
        try SQLiteConnection(path: scratch.file(name), mode: .readWrite(.process))
    }

    @Test func bindsAndReadsEveryType() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a, b, c, d, e, f, g)")
        let insert = try connection.statement("INSERT INTO t VALUES (?1,?2,?3,?4,?5,?6,?7)")
        for _ in 0..<2 {
            insert.bind(1, Int64.min)
            insert.bind(2, Optional<Int>.none)
            insert.bind(3, "grüße")
            insert.bind(4, "")
            insert.bind(5, StaticString("static"))
            [UInt8]([0, 1, 255]).withUnsafeBytes { insert.bind(6, blob: $0) }
            insert.bind(7) { $0.append("gathered") }
            try insert.run()
        }
        let rows = try connection.statement("SELECT * FROM t")
        #expect(try rows.step())
        #expect(rows.int64(0) == .min)
        #expect(rows.optionalInt(1) == nil && rows.optionalText(1) == nil)
        #expect(rows.text(2) == "grüße")
        #expect(rows.optionalText(3) == "")
        #expect(rows.text(4) == "static")
        #expect(rows.withBytes(5) { Array($0) } == [0, 1, 255])
        #expect(rows.text(6) == "gathered")
        #expect(try rows.step())
        #expect(try !rows.step())
    }

    @Test func aStatementIsReusedAfterAnError() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)")
        for (row, isNew) in [(1, true), (1, false), (2, true)] {
            let insert = try connection.statement("INSERT INTO t VALUES (?1,?2)")
            insert.bind(1, row)
            insert.bind(2, String(repeating: "x", count: row * 5000))
            if isNew {
                try insert.run()
            } else {
                let error = #expect(throws: DatabaseError.self) { try insert.run() }
                #expect(error?.kind == .constraint)
                #expect(error?.isRowError == true)
            }
        }
        #expect(try connection.integer("SELECT sum(length(b)) FROM t") == 15_000)
    }

    @Test func rollsBackWhatThrows() throws {
        let connection = try open()
        try connection.execute("CREATE TABLE t (a)")
        #expect(throws: DatabaseError.self) {
            try connection.transaction { () throws(DatabaseError) in
                try connection.execute("INSERT INTO t VALUES (1)")
                try connection.execute("nonsense")
            }
        }
        #expect(try connection.integer("SELECT count(*) FROM t") == 0)
    }

    @Test func aQueryConnectionCannotWrite() throws {
        try open().execute("CREATE TABLE t (a)")
        let reader = try SQLiteConnection(path: scratch.file("test.db"), mode: .queries)
        let error = #expect(throws: DatabaseError.self) { try reader.execute("INSERT INTO t VALUES (1)") }
        #expect(error?.kind == .readOnly)
    }

    @Test func saysWhatIsWrongWithTheFile() throws {
        let missing = #expect(throws: DatabaseError.self) { try open("no/such/dir.db") }
        #expect(missing?.kind == .cannotOpen)
        scratch.write(Array(repeating: 0x41, count: 8192), to: "text.db")
        let foreign = #expect(throws: DatabaseError.self) { try open("text.db") }
        #expect(foreign?.kind == .foreign)
        #expect(foreign?.message.contains("text.db: the file is no SQLite database") == true)
    }
}
