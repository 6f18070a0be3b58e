import Reactor

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs the asynchronous part of a command on an event loop on the calling thread.
enum CommandLoop {
    /// Returns what `body` returns, once it has.
    static func run<Result: Sendable>(_ body: @escaping @Sendable (EventLoop) async -> Result) -> Result {
        // A server that went away must be an error, not a signal.
        signal(SIGPIPE, SIG_IGN)
        let loop = EventLoop()
        let box = Box<Result>()
        loop.spawn {
            box.result = await body(loop)
            loop.stop()
        }
        loop.run()
        return box.result!
    }

    /// Written by the loop's task and read after the loop has ended, on the same thread.
    private final class Box<Result>: @unchecked Sendable {
        var result: Result?
    }
}
