#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The loops of a process, each on its own thread.
package final class EventLoopGroup: Sendable {
    package let loops: [EventLoop]
    private nonisolated(unsafe) var threads: [pthread_t] = []

    package init(count: Int) {
        precondition(count > 0)
        loops = (0..<count).map { EventLoop(index: $0) }
        // libuv and OpenSSL write with plain `write`: a peer that went away must be an error, not a signal.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Starts a thread per loop.
    package func start() {
        for loop in loops {
            let box = Unmanaged.passRetained(loop).toOpaque()
            #if canImport(Glibc)
                var thread = pthread_t()
                let status = pthread_create(&thread, nil, { runLoop($0) }, box)
                threads.append(thread)
            #else
                var thread: pthread_t?
                let status = pthread_create(&thread, nil, { runLoop($0) }, box)
                threads.append(thread!)
            #endif
            precondition(status == 0, "cannot start a thread")
        }
    }

    /// Stops every loop and waits for its thread: call it from none of them.
    package func shutDown() {
        for loop in loops { loop.stop() }
        for thread in threads { pthread_join(thread, nil) }
        threads = []
    }

    /// The loops to start with: one per core that the process may use, at most 8.
    package static var defaultCount: Int { min(max(usableCores, 1), 8) }
}

private func runLoop(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    Unmanaged<EventLoop>.fromOpaque(box!).takeRetainedValue().run()
    return nil
}
