#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A flag that one thread raises and another waits for; waiting takes it down. Raising it twice is raising it once.
///
/// Sound as `Sendable`: `isRaised` is touched only under the mutex, and both pthread objects stay where they are
/// allocated until `deinit`.
@safe final class ThreadSignal: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var isRaised = false

    init() {
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func raise() {
        unsafe pthread_mutex_lock(mutex)
        isRaised = true
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    func wait() {
        unsafe pthread_mutex_lock(mutex)
        while !isRaised { unsafe pthread_cond_wait(condition, mutex) }
        isRaised = false
        unsafe pthread_mutex_unlock(mutex)
    }
}
