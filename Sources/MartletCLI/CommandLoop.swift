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

    /// Runs what a command asks of a server, and says what went wrong.
    ///
    /// - Returns: the exit code.
    static func ask(
        _ options: ServerOptions, _ console: Console,
        _ body: @escaping @Sendable (APIClient) async throws(CallFailure) -> Void
    ) -> Int32 {
        run { loop in
            do throws(CallFailure) {
                let client = try APIClient(loop, options, console.environment)
                defer { client.shutDown() }
                try await body(client)
                return ExitCode.done
            } catch {
                console.complain(error.sentence)
                return ExitCode.failed
            }
        }
    }

    /// Written by the loop's task and read after the loop has ended, on the same thread.
    private final class Box<Result>: @unchecked Sendable {
        var result: Result?
    }
}
