#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Tells a service manager how the process is doing: systemd's `sd_notify` protocol, one datagram per message to the
/// socket named by `NOTIFY_SOCKET`. Without that variable every call does nothing.
package struct ServiceNotifier: Sendable {
    /// A path, or an abstract address with a leading `@`.
    private let address: String?

    /// - Parameter address: what `NOTIFY_SOCKET` says.
    package init(address: String?) {
        self.address = address.flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
    }

    package static func fromEnvironment() -> ServiceNotifier {
        ServiceNotifier(address: unsafe getenv("NOTIFY_SOCKET").map { unsafe String(cString: $0) })
    }

    /// The server accepts connections, for the first time or after a reload.
    @discardableResult
    package func ready() -> Bool { send("READY=1") }

    /// A reload begins; `ready` ends it. systemd matches the two by the monotonic time.
    @discardableResult
    package func reloading() -> Bool {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return send("RELOADING=1\nMONOTONIC_USEC=\(Int64(now.tv_sec) * 1_000_000 + Int64(now.tv_nsec) / 1000)")
    }

    /// The drain has begun.
    @discardableResult
    package func stopping() -> Bool { send("STOPPING=1") }

    /// One line for `systemctl status`.
    @discardableResult
    package func status(_ sentence: String) -> Bool {
        send("STATUS=" + sentence.prefix { !$0.isNewline })
    }

    /// False when there is nobody to tell or the datagram did not leave; either is no reason to stop serving.
    private func send(_ message: String) -> Bool {
        guard let address else { return false }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        var path = Array(address.utf8)
        let capacity = MemoryLayout.size(ofValue: target.sun_path)
        guard path.count < capacity else { return false }
        let isAbstract = path[0] == UInt8(ascii: "@")
        if isAbstract { path[0] = 0 }
        unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: path) }
        #if canImport(Glibc)
            let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        #else
            let type = SOCK_DGRAM
            let flags = MSG_DONTWAIT
        #endif
        let descriptor = socket(AF_UNIX, type, 0)
        if descriptor < 0 { return false }
        defer { close(descriptor) }
        // The length counts no trailing zero of an abstract name: there it would be part of the name.
        let length = MemoryLayout.offset(of: \sockaddr_un.sun_path)! + path.count + (isAbstract ? 0 : 1)
        let bytes = Array(message.utf8)
        let sent = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, bytes, bytes.count, flags, $0, socklen_t(length))
            }
        }
        return sent == bytes.count
    }
}
