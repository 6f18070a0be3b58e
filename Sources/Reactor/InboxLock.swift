#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lock of a loop's inbox: the system's, which race detectors understand, unlike the standard library's on Linux.
final class InboxLock: @unchecked Sendable {
    private let pointer = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(pointer, nil)
    }

    deinit {
        pthread_mutex_destroy(pointer)
        pointer.deallocate()
    }

    func withLock<R>(_ body: () -> R) -> R {
        pthread_mutex_lock(pointer)
        defer { pthread_mutex_unlock(pointer) }
        return body()
    }
}
