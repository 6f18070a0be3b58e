import Cryptography

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The key that callers' provider keys are sealed with: from the configuration, else from `MARTLET_SECRET_KEY`, else from
/// a file in the data directory that the first start makes for its owner alone.
enum SealingKeyFile {
    static let variable = "MARTLET_SECRET_KEY"
    private static let name = "secret.key"

    /// - Parameters:
    ///   - configured: the configuration's `byok.secret_key`.
    ///   - directory: the data directory, which is there and locked.
    static func key(configured: String?, directory: String) throws(StartFailure) -> SealingKey {
        if let secret = configured ?? environmentValue(variable) {
            if let key = SealingKey(secret) { return key }
            throw StartFailure(
                "\(variable) must have at least \(SealingKey.secretBytesMin) characters that nobody can guess, such as "
                    + "openssl rand -base64 32 gives")
        }
        let path = "\(directory)/\(name)"
        let text: String
        if access(path, F_OK) == 0 {
            guard let content = TextFile.read(path) else { throw StartFailure("\(path) cannot be read") }
            text = String(content.prefix { !$0.isWhitespace })
        } else {
            text = SealingKey.makeSecret()
            try write(text + "\n", path)
        }
        if let key = SealingKey(text) { return key }
        throw StartFailure(
            "\(path) holds no key: it must have at least \(SealingKey.secretBytesMin) characters. Put the file back from a "
                + "copy, or delete it with the BYOK credentials that were stored under it.")
    }

    private static func write(_ text: String, _ path: String) throws(StartFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StartFailure("\(path) cannot be made: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        // Half a key, or one that a power cut takes away, would lose what is sealed with it.
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, fsync(descriptor) == 0 else {
            unlink(path)
            throw StartFailure("\(path) cannot be written")
        }
    }
}
