#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A mutex with conditions to wait on, for the threads that do blocking work.
final class ThreadLock: @unchecked Sendable {
    /// Something that threads wait for while they hold the lock.
    final class Condition: @unchecked Sendable {
        fileprivate let pointer = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

        init() {
            #if canImport(Glibc)
                var attributes = pthread_condattr_t()
                pthread_condattr_init(&attributes)
                pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
                pthread_cond_init(pointer, &attributes)
                pthread_condattr_destroy(&attributes)
            #else
                pthread_cond_init(pointer, nil)
            #endif
        }

        deinit {
            pthread_cond_destroy(pointer)
            pointer.deallocate()
        }

        func signal() { pthread_cond_signal(pointer) }
    }

    private let pointer = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(pointer, nil)
    }

    deinit {
        pthread_mutex_destroy(pointer)
        pointer.deallocate()
    }

    func lock() { pthread_mutex_lock(pointer) }
    func unlock() { pthread_mutex_unlock(pointer) }

    /// Waits for a signal; the caller holds the lock, and checks afterwards whether what it waited for is true.
    func wait(_ condition: Condition) { pthread_cond_wait(condition.pointer, pointer) }

    /// The same, for at most so long.
    func wait(_ condition: Condition, milliseconds: UInt64) {
        #if canImport(Glibc)
            var end = timespec()
            clock_gettime(CLOCK_MONOTONIC, &end)
            let nanos = UInt64(end.tv_nsec) + milliseconds % 1000 * 1_000_000
            end.tv_sec += Int(milliseconds / 1000 + nanos / 1_000_000_000)
            end.tv_nsec = Int(nanos % 1_000_000_000)
            pthread_cond_timedwait(condition.pointer, pointer, &end)
        #else
            var span = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
            pthread_cond_timedwait_relative_np(condition.pointer, pointer, &span)
        #endif
    }
}
