#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A directory of its own for one test, removed with the object.
package final class ScratchDirectory: Sendable {
    package let path: String

    package init() {
        var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        path = String(cString: mkdtemp(&template)!)
    }

    deinit {
        Self.empty(path)
        rmdir(path)
    }

    private static func empty(_ directory: String) {
        guard let handle = opendir(directory) else { return }
        defer { closedir(handle) }
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            let path = directory + "/" + name
            if unlink(path) != 0 {
                empty(path)
                rmdir(path)
            }
        }
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { path + "/" + name }

    package func write(_ bytes: [UInt8], to name: String) {
        let descriptor = open(file(name), O_RDWR | O_CREAT, 0o600)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
        close(descriptor)
    }

    /// The content of a file; nothing when there is none.
    package func read(_ name: String) -> [UInt8] {
        let descriptor = open(file(name), O_RDONLY)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size(of: name))
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return Array(bytes[..<max(0, count)])
    }

    package func remove(_ name: String) {
        unlink(file(name))
    }

    /// The size of a file; 0 when there is none.
    package func size(of name: String) -> Int {
        var status = stat()
        return stat(file(name), &status) == 0 ? Int(status.st_size) : 0
    }

    /// Damages the end of a file.
    package func overwriteTail(of name: String, bytes: Int) {
        let noise = [UInt8](repeating: 0xA5, count: bytes)
        let descriptor = open(file(name), O_RDWR)
        _ = pwrite(descriptor, noise, bytes, off_t(size(of: name) - bytes))
        close(descriptor)
    }
}
