import Reactor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Turns Ctrl-C into a job on the loop. A second one ends the process, in case the first had nothing to stop.
enum Interruption {
    /// Call it before other threads start: they inherit that SIGINT waits for ours.
    static func install(on loop: EventLoop, _ action: @escaping @Sendable () -> Void) {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        let box = Unmanaged.passRetained(Handler(loop: loop, action: action)).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        pthread_create(&thread, nil, { waitForSignals($0) }, box)
    }

    fileprivate final class Handler: Sendable {
        let loop: EventLoop
        let action: @Sendable () -> Void

        init(loop: EventLoop, action: @escaping @Sendable () -> Void) {
            self.loop = loop
            self.action = action
        }
    }
}

private func waitForSignals(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    let handler = Unmanaged<Interruption.Handler>.fromOpaque(box!).takeRetainedValue()
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    var number: Int32 = 0
    sigwait(&signals, &number)
    handler.loop.execute(handler.action)
    sigwait(&signals, &number)
    _exit(130)
}
