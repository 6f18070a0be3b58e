#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The memory that this process may use: the machine's, cut down by a cgroup limit where there is one.
enum SystemMemory {
    static var bytes: Int {
        let pages = sysconf(Int32(_SC_PHYS_PAGES))
        let machine = pages * sysconf(Int32(_SC_PAGESIZE))
        guard let text = TextFile.read("/sys/fs/cgroup/memory.max") else { return machine }
        let digits = text.prefix { $0.isNumber }
        return Int(digits).map { min($0, machine) } ?? machine
    }
}
