package import Buffers
import CSQLite

/// A prepared statement: bind, step, read columns. Confined to its connection's thread.
///
/// Texts and blobs that are bound are gathered in one reused buffer and handed to SQLite without a copy of its own
/// (`SQLITE_STATIC`) when the statement steps; the buffer is left alone until the statement is reset.
package final class SQLiteStatement {
    private struct Gathered {
        let index: Int32
        let start: Int
        let count: Int
        let isText: Bool
    }

    private unowned let connection: SQLiteConnection
    private let handle: OpaquePointer
    private var arena = ByteBuffer()
    private var gathered: [Gathered] = []
    private var isStepping = false

    init(_ sql: String, on connection: SQLiteConnection, isPersistent: Bool) throws(DatabaseError) {
        var handle: OpaquePointer?
        let flags: UInt32 = isPersistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        guard sqlite3_prepare_v3(connection.handle, sql, -1, flags, &handle, nil) == SQLITE_OK, let handle else {
            throw connection.lastError(doing: "preparing: \(sql)")
        }
        self.connection = connection
        self.handle = handle
    }

    deinit {
        sqlite3_finalize(handle)
    }

    // MARK: Parameters, counted from 1

    package func bind(_ index: Int32, _ value: Int64) {
        sqlite3_bind_int64(handle, index, value)
    }

    package func bind(_ index: Int32, _ value: Int) {
        sqlite3_bind_int64(handle, index, Int64(value))
    }

    package func bindNull(_ index: Int32) {
        sqlite3_bind_null(handle, index)
    }

    package func bind(_ index: Int32, _ value: Int64?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    package func bind(_ index: Int32, _ value: Int?) {
        if let value { bind(index, value) } else { bindNull(index) }
    }

    package func bind(_ index: Int32, _ text: StaticString?) {
        guard let text else { return bindNull(index) }
        text.utf8Start.withMemoryRebound(to: CChar.self, capacity: text.utf8CodeUnitCount) {
            _ = sqlite3_bind_text(handle, index, $0, Int32(text.utf8CodeUnitCount), nil)
        }
    }

    package func bind(_ index: Int32, _ text: String?) {
        guard let text else { return bindNull(index) }
        let start = arena.count
        arena.append(text: text)
        gathered.append(Gathered(index: index, start: start, count: arena.count - start, isText: true))
    }

    /// Binds text in UTF-8.
    package func bind(_ index: Int32, text: Span<UInt8>) {
        gathered.append(Gathered(index: index, start: arena.count, count: text.count, isText: true))
        arena.append(text)
    }

    package func bind(_ index: Int32, blob: UnsafeRawBufferPointer) {
        gathered.append(Gathered(index: index, start: arena.count, count: blob.count, isText: false))
        arena.append(blob)
    }

    /// Text, or else a blob, that `body` appends to the buffer.
    package func bind(_ index: Int32, isText: Bool = true, gathering body: (inout ByteBuffer) -> Void) {
        let start = arena.count
        body(&arena)
        gathered.append(Gathered(index: index, start: start, count: arena.count - start, isText: isText))
    }

    private func bindGathered() {
        // Something to point at for an empty text, which a null pointer would turn into NULL.
        arena.reserve(1)
        let base = arena.bytes.baseAddress!
        for value in gathered {
            let start = base + value.start
            if value.isText {
                let text = start.assumingMemoryBound(to: CChar.self)
                sqlite3_bind_text(handle, value.index, text, Int32(value.count), nil)
            } else {
                sqlite3_bind_blob(handle, value.index, start, Int32(value.count), nil)
            }
        }
        gathered.removeAll(keepingCapacity: true)
    }

    // MARK: Running

    /// Moves to the next row.
    ///
    /// - Returns: false when there is none; the statement is then reset.
    package func step() throws(DatabaseError) -> Bool {
        if !isStepping {
            isStepping = true
            if !gathered.isEmpty { bindGathered() }
        }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            reset()
            return false
        default:
            let error = connection.lastError(doing: "running: \(String(cString: sqlite3_sql(handle)))")
            reset()
            throw error
        }
    }

    /// Runs a statement that returns no rows of interest.
    package func run() throws(DatabaseError) {
        while try step() {}
    }

    /// Makes the statement ready for new parameters. Values that are not bound again keep their number or NULL; texts
    /// must be bound again.
    package func reset() {
        if isStepping {
            sqlite3_reset(handle)
            isStepping = false
        }
        gathered.removeAll(keepingCapacity: true)
        arena.clear()
    }

    // MARK: Columns, counted from 0

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func isBlob(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_BLOB }

    /// NULL reads as 0.
    package func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// NULL reads as 0.
    package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

    package func optionalInt64(_ column: Int32) -> Int64? { isNull(column) ? nil : int64(column) }

    package func optionalInt(_ column: Int32) -> Int? { isNull(column) ? nil : int(column) }

    /// NULL reads as the empty text.
    package func text(_ column: Int32) -> String {
        sqlite3_column_text(handle, column).map { String(cString: $0) } ?? ""
    }

    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// Calls `body` with the bytes of a blob or text; NULL has none.
    package func withBytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let start = sqlite3_column_blob(handle, column)
        let count = Int(sqlite3_column_bytes(handle, column))
        return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
    }
}
