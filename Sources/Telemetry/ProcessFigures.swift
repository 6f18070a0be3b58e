#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the system knows about this process. Figures that the platform does not give are nil and left out.
package struct ProcessFigures: Sendable {
    package var residentBytes: UInt64?
    package var openDescriptors: Int?
    package var maxDescriptors: UInt64?
    /// User and system time.
    package var cpuMilliseconds: UInt64?
    /// Milliseconds since 1970; the server notes it at start.
    package var startUnixMs: Int64

    package init(startUnixMs: Int64) {
        self.startUnixMs = startUnixMs
    }

    /// Reads /proc; blocks for microseconds, never on a disk.
    package static func current(startUnixMs: Int64) -> ProcessFigures {
        var figures = ProcessFigures(startUnixMs: startUnixMs)
        var usage = rusage()
        #if canImport(Glibc)
            let who = RUSAGE_SELF.rawValue
            let descriptors = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let who = RUSAGE_SELF
            let descriptors = RLIMIT_NOFILE
        #endif
        if unsafe getrusage(who, &usage) == 0 {
            let microseconds =
                (Int64(usage.ru_utime.tv_sec) + Int64(usage.ru_stime.tv_sec)) * 1_000_000
                + Int64(usage.ru_utime.tv_usec) + Int64(usage.ru_stime.tv_usec)
            figures.cpuMilliseconds = UInt64(microseconds / 1000)
        }
        var limit = rlimit()
        if unsafe getrlimit(descriptors, &limit) == 0 { figures.maxDescriptors = UInt64(limit.rlim_cur) }
        #if os(Linux)
            figures.residentBytes = residentPages().map { $0 * UInt64(sysconf(Int32(_SC_PAGESIZE))) }
            figures.openDescriptors = countOpenDescriptors()
        #endif
        return figures
    }

    #if os(Linux)
        /// The second number of /proc/self/statm.
        private static func residentPages() -> UInt64? {
            let file = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
            if file < 0 { return nil }
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: TelemetryLimits.processFileBytes)
            let count = unsafe read(file, &bytes, bytes.count)
            if count <= 0 { return nil }
            let words = bytes[..<count].split(separator: UInt8(ascii: " "))
            return words.count > 1 ? UInt64(String(decoding: words[1], as: UTF8.self)) : nil
        }

        private static func countOpenDescriptors() -> Int? {
            guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
            defer { unsafe _ = closedir(directory) }
            var count = 0
            while unsafe readdir(directory) != nil { count += 1 }
            // Without `.`, `..` and the descriptor of the directory itself.
            return max(0, count - 3)
        }
    #endif
}
