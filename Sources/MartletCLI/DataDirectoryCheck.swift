#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Looks at the data directory without changing anything in it.
struct DataDirectoryCheck {
    private static let area = "data"
    /// Below it, records will soon have nowhere to go.
    private static let freeBytesMin: UInt64 = 256 * 1024 * 1024

    private(set) var findings: [Finding] = []
    /// A router is running on the directory.
    private(set) var isInUse = false

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            checkMissing(path)
            return
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            say(.error, "\(path) is no directory; name another one with `data:` or --data.")
            return
        }
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            say(.error, "\(path) cannot be written by this user; change its owner, or name another directory.")
            return
        }
        if status.st_mode & 0o077 != 0 {
            say(.warning, "\(path) is open to other users of this machine; run: chmod 700 \(path)")
        }
        checkLock(path)
        checkSpace(path)
        if findings.isEmpty { say(.ok, "\(path) can be written.") }
    }

    private mutating func say(_ level: Finding.Level, _ sentence: String) {
        findings.append(Finding(Self.area, level, sentence))
    }

    /// The server makes the directory with its parents, so the nearest one that exists must take it.
    private mutating func checkMissing(_ path: String) {
        var parent = path
        while true {
            while parent.hasSuffix("/"), parent.count > 1 { parent.removeLast() }
            guard let slash = parent.lastIndex(of: "/") else {
                parent = "."
                break
            }
            parent = slash == parent.startIndex ? "/" : String(parent[..<slash])
            if access(parent, F_OK) == 0 { break }
        }
        if access(parent, W_OK | X_OK) == 0 {
            say(.ok, "\(path) will be made at the first start.")
        } else {
            say(.error, "\(path) does not exist and cannot be made in \(parent); make it, or name another directory.")
        }
    }

    private mutating func checkLock(_ path: String) {
        let descriptor = open(path + "/lock", O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { return }
        defer { close(descriptor) }
        if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return }
        isInUse = true
        let pid = (try? SmallFile.readAll(descriptor, path, atMost: 64))?.prefix { $0.isNumber } ?? ""
        say(.ok, "\(path) is in use by a running router\(pid.isEmpty ? "" : " (process \(pid))").")
    }

    private mutating func checkSpace(_ path: String) {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return }
        let free = UInt64(space.f_bavail) * UInt64(space.f_frsize)
        if free < Self.freeBytesMin {
            say(.error, "the disk of \(path) has only \(free / (1024 * 1024)) MiB left; make room for the records.")
        }
    }
}
