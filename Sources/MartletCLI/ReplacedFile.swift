#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Writes a file that others may be reading: it is the old one or the new one, never a part.
enum ReplacedFile {
    static func write(_ text: String, to path: String) throws(CallFailure) {
        let part = path + ".part"
        guard let file = fopen(part, "w") else { throw failure(part) }
        let bytes = Array(text.utf8)
        let written = fwrite(bytes, 1, bytes.count, file)
        let isFlushed = fflush(file) == 0 && fsync(fileno(file)) == 0
        fclose(file)
        guard written == bytes.count, isFlushed, rename(part, path) == 0 else {
            let error = failure(part)
            unlink(part)
            throw error
        }
    }

    private static func failure(_ path: String) -> CallFailure {
        CallFailure("\(path) cannot be written: \(String(cString: strerror(errno))).")
    }
}
