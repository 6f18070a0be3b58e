import CRuntime

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Lets the process open as many descriptors as the system allows: two per request, and one per idle connection.
func raiseDescriptorLimit() {
    var limit = rlimit()
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        let resource = RLIMIT_NOFILE
    #endif
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = limit.rlim_max
    setrlimit(resource, &limit)
}

/// What is stored tells who asked for what: no other user of the machine is to read the files that are made.
func makeFilesPrivate() {
    umask(0o077)
}

/// Keeps freed memory for the next request instead of giving it back to the system after each.
///
/// glibc returns the top of its heap as soon as 128 KiB of it are free, so that every body of 100 KB would be mapped and
/// cleared page by page anew: a fifth of such a request's time.
func keepFreedMemory() {
    martlet_keep_freed_memory(keptHeapBytes, mappedAllocationBytes)
}

/// Free bytes at the top of each heap (one per thread) that are kept.
private let keptHeapBytes: Int32 = 2 * 1024 * 1024
/// Larger allocations come from the system directly, and go back to it.
private let mappedAllocationBytes: Int32 = 512 * 1024
