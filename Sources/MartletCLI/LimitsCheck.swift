import Configuration

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether the system lets the server have what its configuration asks for.
enum LimitsCheck {
    private static let area = "limits"
    /// Files, listeners, loops: what is open without any request.
    private static let descriptorsAside: UInt64 = 256

    static func findings(_ limits: Configuration.Limits) -> [Finding] {
        [descriptors(limits.connections, hardLimit: descriptorLimit())]
    }

    /// A request in flight has a connection on either side. The server raises the soft limit to the hard one itself.
    static func descriptors(_ connections: Int, hardLimit: UInt64) -> Finding {
        let wanted = UInt64(connections) * 2 + descriptorsAside
        if hardLimit >= wanted { return Finding(area, .ok, "\(connections) connections fit the limit of open files.") }
        return Finding(
            area, .warning,
            "\(connections) connections need \(wanted) open files and the system allows \(hardLimit); raise the limit "
                + "(LimitNOFILE= of the systemd unit, or ulimit -Hn), or lower limits.connections.")
    }

    private static func descriptorLimit() -> UInt64 {
        var limit = rlimit()
        #if canImport(Glibc)
            let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
            let status = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        return status == 0 ? UInt64(limit.rlim_max) : UInt64.max
    }
}
