#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The directory of an embedded database, locked for this process as long as the object lives.
package final class DataDirectory: Sendable {
    package let path: String
    private let lock: Int32

    /// Makes the directory where there is none, and takes the lock.
    package init(path: String) throws(DatabaseError) {
        self.path = path
        try Self.make(path)
        let file = path + "/lock"
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseError(.cannotOpen, "\(file): \(Self.reason(errno)); the data directory must be writable")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let pid = Self.readPID(descriptor)
            close(descriptor)
            let holder = pid.map { "process \($0)" } ?? "another process"
            throw DatabaseError(
                .directoryInUse(pid: pid), "\(path): \(holder) uses this data directory; stop it or choose another one")
        }
        lock = descriptor
        Self.writePID(descriptor)
    }

    deinit {
        // The file stays: deleting it would let two processes lock two files of the same name.
        close(lock)
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { path + "/" + name }

    private static func make(_ path: String) throws(DatabaseError) {
        var end = path.startIndex
        while end < path.endIndex {
            end = path[path.index(after: end)...].firstIndex(of: "/") ?? path.endIndex
            let part = String(path[..<end])
            if mkdir(part, 0o700) != 0, errno != EEXIST, errno != EISDIR, end == path.endIndex {
                throw DatabaseError(.cannotOpen, "\(part): the directory cannot be made: \(reason(errno))")
            }
        }
    }

    private static func readPID(_ descriptor: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes[..<count].prefix { $0 >= 48 && $0 <= 57 }, as: UTF8.self))
    }

    private static func writePID(_ descriptor: Int32) {
        let text = Array("\(getpid())\n".utf8)
        // The lock holds without the number too; it only serves the message of the second process.
        _ = ftruncate(descriptor, 0)
        _ = pwrite(descriptor, text, text.count, 0)
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
