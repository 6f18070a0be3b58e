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
    private var descriptor: Int32 = -1
    private var isMade = false

    package init(at path: String) {
        self.path = path
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
        try connection.copy(to: path)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw failure("opening the copy") }
    }

    private func failure(_ doing: String) -> DatabaseError {
        DatabaseError(.cannotOpen, "\(path): \(doing) failed: \(String(cString: strerror(errno)))")
    }
}
