#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a person or a supervisor reads: standard output for answers, standard error for complaints.
enum Console {
    static func say(_ line: String) { put(line + "\n", 1) }

    static func complain(_ sentences: [String]) {
        for sentence in sentences { put("martlet: \(sentence)\n", 2) }
    }

    private static func put(_ text: String, _ descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
