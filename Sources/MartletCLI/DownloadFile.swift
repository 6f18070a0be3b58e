#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A file that is there once it is whole, and only then: until `finish` it has another name.
///
/// Nobody but its owner may read it: what is downloaded tells who asked for what.
final class DownloadFile {
    private let path: String
    private let partPath: String
    private let replaces: Bool
    private var descriptor: Int32
    /// Bytes so far.
    private(set) var count = 0

    init(_ path: String, replaces: Bool) throws(CallFailure) {
        self.path = path
        self.replaces = replaces
        partPath = path + ".part"
        descriptor = -1
        if !replaces, access(path, F_OK) == 0 { throw Self.isThere(path) }
        while descriptor < 0 { descriptor = try openPart() }
    }

    /// Opens the file for us alone, be it what an interrupted download left.
    ///
    /// - Returns: -1 where another process has just given the file its name.
    private func openPart() throws(CallFailure) -> Int32 {
        let opened = open(partPath, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
        if opened < 0 { throw failure("cannot be written") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            throw CallFailure("\(partPath) is being written by another process.")
        }
        var mine = stat()
        var named = stat()
        guard fstat(opened, &mine) == 0, lstat(partPath, &named) == 0, mine.st_ino == named.st_ino else {
            close(opened)
            return -1
        }
        guard fchmod(opened, 0o600) == 0, ftruncate(opened, 0) == 0 else {
            let problem = failure("cannot be written")
            close(opened)
            throw problem
        }
        return opened
    }

    /// What was not finished is not left behind.
    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(partPath)
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(CallFailure) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let written = write(descriptor, start, rest.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw failure("cannot be written")
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        count += bytes.count
    }

    /// Makes the file durable and gives it its name.
    func finish() throws(CallFailure) {
        guard fsync(descriptor) == 0 else { throw failure("cannot be written") }
        if replaces {
            guard rename(partPath, path) == 0 else { throw failure("cannot be renamed to \(path)") }
        } else {
            // A link fails where a file has appeared meanwhile; a rename would replace it.
            guard link(partPath, path) == 0 else {
                throw errno == EEXIST ? Self.isThere(path) : failure("cannot be renamed to \(path)")
            }
            unlink(partPath)
        }
        close(descriptor)
        descriptor = -1
    }

    private func failure(_ what: String) -> CallFailure {
        CallFailure("\(partPath) \(what): \(String(cString: strerror(errno))).")
    }

    private static func isThere(_ path: String) -> CallFailure {
        CallFailure("\(path) is there already; choose another name, or --force.")
    }
}
