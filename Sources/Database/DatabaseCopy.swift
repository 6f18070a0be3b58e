#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A copy of a database as a file without a name, read piece by piece. Confined to the thread of the connection that it
/// is made by, which makes the `@unchecked Sendable` sound.
package final class DatabaseCopy: @unchecked Sendable {
    private static let pieceBytes = 64 * 1024

    private let path: String
    private let freeBytes: (String) -> Int64?
    private var descriptor: Int32 = -1
    private var isMade = false

    /// - Parameter freeBytes: what is free where a file lies; nil where nobody knows.
    package init(at path: String, freeBytes: @escaping (String) -> Int64? = DatabaseCopy.freeBytes) {
        self.path = path
        self.freeBytes = freeBytes
    }

    deinit { end() }

    /// Removes what is left of a copy that was never finished.
    package static func remove(_ path: String) {
        unlink(path)
        unlink(path + "-journal")
    }

    /// The next piece, the first of which takes as long as the copy; nil at the end.
    package func piece(of connection: SQLiteConnection) throws(DatabaseError) -> [UInt8]? {
        if !isMade { try make(from: connection) }
        if descriptor < 0 { return nil }
        var bytes = [UInt8](repeating: 0, count: Self.pieceBytes)
        let count = read(descriptor, &bytes, bytes.count)
        if count < 0 { throw failure("reading the copy") }
        if count == 0 {
            end()
            return nil
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Lets go of the file.
    package func end() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func make(from connection: SQLiteConnection) throws(DatabaseError) {
        isMade = true
        Self.remove(path)
        // Whatever happens: what is open stays readable, and what is not is of no use.
        defer { Self.remove(path) }
        try checkRoom(for: connection)
        try connection.copy(to: path)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure("opening the copy") }
    }

    /// A copy that fills the disk would stop the database itself from being written, so none is begun that could.
    private func checkRoom(for connection: SQLiteConnection) throws(DatabaseError) {
        let size = try connection.integer("PRAGMA page_size") ?? 0
        let pages = try connection.integer("PRAGMA page_count") ?? 0
        let unused = try connection.integer("PRAGMA freelist_count") ?? 0
        let needed = (pages - unused) * size + DatabaseLimits.copySpareBytes
        guard let free = freeBytes(path), free < needed else { return }
        throw DatabaseError(
            .full,
            "a copy of the database needs \(needed) bytes on the disk of the data directory, where \(free) are free")
    }

    /// What this process may still write to the disk that a path lies on.
    package static func freeBytes(at path: String) -> Int64? {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var status = statvfs()
        guard statvfs(directory.isEmpty ? "/" : directory, &status) == 0 else { return nil }
        let (bytes, overflow) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int64(clamping: bytes)
    }

    private func failure(_ doing: String) -> DatabaseError {
        DatabaseError(.cannotOpen, "\(path): \(doing) failed: \(String(cString: strerror(errno)))")
    }
}
