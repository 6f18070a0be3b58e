#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the main thread waits for.
enum ServerEvent: Equatable {
    /// SIGTERM: stop in order, after a delay in which connections are still accepted.
    case terminate
    /// SIGINT: stop in order, without the delay.
    case interrupt
    /// SIGHUP: read the configuration again.
    case reload
    /// Callers' own provider keys have changed.
    case credentials(CredentialChange)
    /// Every connection has ended.
    case drained
}

/// Events for the main thread, which has nothing else to do than to wait for them.
final class Mailbox: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var events: [ServerEvent] = []

    init() {
        pthread_mutex_init(mutex, nil)
        #if canImport(Glibc)
            // Waits do not change with the clock on the wall.
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        #else
            pthread_cond_init(condition, nil)
        #endif
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func post(_ event: ServerEvent) {
        pthread_mutex_lock(mutex)
        events.append(event)
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    /// The next event; nil when none came in time. Without a limit it waits for ever.
    func next(withinMs limit: UInt64? = nil) -> ServerEvent? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let deadline = limit.map(Self.deadline)
        while events.isEmpty {
            guard var deadline else {
                pthread_cond_wait(condition, mutex)
                continue
            }
            if pthread_cond_timedwait(condition, mutex, &deadline) != 0 { break }
        }
        return events.isEmpty ? nil : events.removeFirst()
    }

    private static func deadline(afterMs milliseconds: UInt64) -> timespec {
        var time = timespec()
        #if canImport(Glibc)
            clock_gettime(CLOCK_MONOTONIC, &time)
        #else
            clock_gettime(CLOCK_REALTIME, &time)
        #endif
        time.tv_sec += Int(milliseconds / 1000)
        time.tv_nsec += Int(milliseconds % 1000) * 1_000_000
        if time.tv_nsec >= 1_000_000_000 {
            time.tv_sec += 1
            time.tv_nsec -= 1_000_000_000
        }
        return time
    }
}
