#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reads files that are small by nature.
enum SmallFile {
    /// The contents, or a sentence that says why not. `path` may be `/dev/stdin`.
    static func read(_ path: String, atMost limit: Int) throws(CallFailure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 { throw CallFailure("\(path) cannot be read: \(String(cString: strerror(errno))).") }
        defer { close(descriptor) }
        return try readAll(descriptor, path, atMost: limit)
    }

    static func readAll(_ descriptor: Int32, _ name: String, atMost limit: Int) throws(CallFailure) -> String {
        var result: [UInt8] = []
        var scratch = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = systemRead(descriptor, &scratch, scratch.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw CallFailure("\(name) cannot be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { break }
            result += scratch[..<count]
            if result.count > limit { throw CallFailure("\(name) is larger than \(limit) bytes.") }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

private func systemRead(_ descriptor: Int32, _ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    read(descriptor, target, count)
}
