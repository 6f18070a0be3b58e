#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a command reads its surroundings and writes its results; tests have their own.
struct Console: Sendable {
    let environment: [String: String]
    /// Whether signals and standard input are ours to take.
    let ownsProcess: Bool
    /// Writes to standard output at once, so that a stream is seen as it comes.
    let out: @Sendable (String) -> Void
    /// Writes to standard error.
    let err: @Sendable (String) -> Void

    /// Writes bytes that are data to standard output, as they are.
    let outBytes: @Sendable (UnsafeRawBufferPointer) -> Void

    static var system: Console {
        Console(
            environment: systemEnvironment(), ownsProcess: true, out: { write($0, to: STDOUT_FILENO) },
            err: { write($0, to: STDERR_FILENO) }, outBytes: { write($0, to: STDOUT_FILENO) })
    }

    /// One line on standard error, such as `martlet: there is no flag --jsn`.
    func complain(_ message: String) {
        err("martlet: \(TerminalText.clean(message))\n")
    }

    private static func systemEnvironment() -> [String: String] {
        var result: [String: String] = [:]
        var entry: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return result
    }

    /// Ends the process when nobody reads any more: to go on would only pay for an answer that is thrown away.
    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
        var sent = 0
        while sent < bytes.count {
            let count = systemWrite(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, 1000)
            } else if errno != EINTR {
                exit(ExitCode.failed)
            }
        }
    }
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
    write(descriptor, start, count)
}
