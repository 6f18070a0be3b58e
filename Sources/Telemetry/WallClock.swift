#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where the time of day comes from: the system, or a test.
package struct WallClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let unixMs: @Sendable () -> Int64

    package init(unixMs: @escaping @Sendable () -> Int64) {
        self.unixMs = unixMs
    }

    package static let system = WallClock {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
