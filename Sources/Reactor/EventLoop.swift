import CRuntime
package import CUV

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One libuv loop on one thread, and the Swift executor of every task that belongs to it.
///
/// Life of a turn: libuv reports events, whose callbacks only note what happened and resume continuations; right before
/// the next poll (`uv_prepare`, after which libuv computes its timeout) the loop runs the Swift jobs that these made
/// ready and then writes out the streams they touched. So a job never runs inside a libuv callback of its own
/// connection, and everything a turn wrote to a stream leaves in one system call.
///
/// Everything but `execute`, `spawn` and `enqueue` is confined to the loop's thread, which is what makes the
/// `@unchecked Sendable` sound: the part that other threads touch is `inbox`, under `inboxLock`.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// The position in its group: 0 ..< group size. Shards of loop-local data are named by it.
    package let index: Int
    package let uv: UnsafeMutablePointer<uv_loop_t>

    /// What other threads hand in.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var closures: [@Sendable () -> Void] = []
        var isSignalled = false
        var isStopped = false
    }

    private let inboxLock = InboxLock()
    private var inbox = Inbox()
    private let wakeUp: UnsafeMutablePointer<uv_async_t>
    private let prepare: UnsafeMutablePointer<uv_prepare_t>
    private let check: UnsafeMutablePointer<uv_check_t>
    private let idle: UnsafeMutablePointer<uv_idle_t>
    private var idleIsActive = false

    private var jobs: [UnownedJob] = []
    private var batch: [UnownedJob] = []
    private var dirtyStreams: [TCPStream] = []
    private var flushBatch: [TCPStream] = []
    private var endings: [() -> Void] = []
    private var endingBatch: [() -> Void] = []

    /// Where sockets read to unless their handler offers room of its own. One is enough: a read callback runs before
    /// the next read starts.
    let readBuffer: UnsafeMutableRawBufferPointer

    /// Jobs enqueued by the loop's own thread, and by others: the second count must not grow with requests.
    package private(set) var localEnqueues = 0
    package private(set) var remoteEnqueues = 0

    package init(index: Int = 0) {
        self.index = index
        uv = .allocate(capacity: 1)
        wakeUp = .allocate(capacity: 1)
        prepare = .allocate(capacity: 1)
        check = .allocate(capacity: 1)
        idle = .allocate(capacity: 1)
        readBuffer = .allocate(byteCount: ReactorLimits.readBufferBytes + 64, alignment: 64)
        let status = uv_loop_init(uv)
        precondition(status == 0, "libuv cannot make a loop: \(StreamError(code: status))")
        let me = Unmanaged.passUnretained(self).toOpaque()
        uv.pointee.data = me
        uv_async_init(uv, wakeUp) { EventLoop.of($0!.pointee.loop).takeInbox() }
        uv_prepare_init(uv, prepare)
        uv_prepare_start(prepare) { EventLoop.of($0!.pointee.loop).turn() }
        uv_check_init(uv, check)
        uv_check_start(check) { EventLoop.of($0!.pointee.loop).polled() }
        uv_idle_init(uv, idle)
    }

    deinit {
        uv.deallocate()
        wakeUp.deallocate()
        prepare.deallocate()
        check.deallocate()
        idle.deallocate()
        readBuffer.deallocate()
    }

    /// The loop whose thread is running, if any.
    package static var current: EventLoop? {
        martlet_current_loop().map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    package var isCurrent: Bool { martlet_current_loop() == Unmanaged.passUnretained(self).toOpaque() }

    /// Milliseconds on the loop's monotonic clock, read once a turn.
    package var now: UInt64 { uv_now(uv) }

    /// Nanoseconds on the system's monotonic clock, read now.
    package static func monotonicNanos() -> UInt64 { uv_hrtime() }

    static func of(_ uv: UnsafeMutablePointer<uv_loop_t>?) -> EventLoop {
        Unmanaged<EventLoop>.fromOpaque(uv!.pointee.data).takeUnretainedValue()
    }

    // MARK: Work from Swift

    /// Starts a task whose every part runs on this loop. Callable from any thread.
    @discardableResult
    package func spawn(_ body: sending @escaping () async -> Void) -> Task<Void, Never> {
        Task(executorPreference: self) { await body() }
    }

    /// Runs a closure on the loop, soon. Callable from any thread.
    ///
    /// - Returns: false when the loop has stopped; the closure will then never run.
    @discardableResult
    package func execute(_ closure: @escaping @Sendable () -> Void) -> Bool {
        inboxLock.withLock {
            if inbox.isStopped { return false }
            inbox.closures.append(closure)
            signal()
            return true
        }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            localEnqueues += 1
            jobs.append(job)
            return
        }
        inboxLock.withLock {
            // A job for a stopped loop is dropped: its task can have nothing left to do, see `run`.
            if inbox.isStopped { return }
            inbox.jobs.append(job)
            signal()
        }
    }

    /// Wakes the loop; the lock is held.
    private func signal() {
        if inbox.isSignalled { return }
        inbox.isSignalled = true
        uv_async_send(wakeUp)
    }

    private func takeInbox() {
        var closures: [@Sendable () -> Void] = []
        inboxLock.withLock {
            inbox.isSignalled = false
            remoteEnqueues += inbox.jobs.count
            jobs.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
            swap(&closures, &inbox.closures)
        }
        for closure in closures { closure() }
    }

    // MARK: A turn

    /// When the last poll returned, when the last turn ended, and when what this turn handles can have arrived at the
    /// earliest; in nanoseconds.
    private var polledAt: UInt64 = 0
    private var turnEndedAt: UInt64 = 0
    private var earliestArrival = UInt64.max

    /// How long, at most, what is handled now has waited since the kernel had it; in nanoseconds.
    ///
    /// The last poll but one did not report it, so it came later than that: while the loop was busy, or, where the poll
    /// after it had to wait, when that wait ended. Under overload this is what grows.
    package func longestWait(now: UInt64) -> UInt64 {
        now > earliestArrival ? now - earliestArrival : 0
    }

    /// Runs after the callbacks of a poll, while the loop's clock still says when the poll returned.
    private func polled() {
        let before = polledAt
        polledAt = uv_now(uv) * 1_000_000
        earliestArrival = polledAt > turnEndedAt + ReactorLimits.idlePollNs ? polledAt : before
    }

    private func turn() {
        defer {
            turnEndedAt = uv_hrtime()
            earliestArrival = .max
        }
        var rounds = 0
        repeat {
            runJobs()
            flushStreams()
            rounds += 1
        } while !jobs.isEmpty && rounds < ReactorLimits.roundsPerTurn
        runEndings()
        keepTurning(!jobs.isEmpty)
    }

    /// Runs the jobs that are ready. Also called at the top of a read callback before it decides to pause a stream.
    package func runJobs() {
        if jobs.isEmpty || !batch.isEmpty { return }
        swap(&jobs, &batch)
        let executor = asUnownedTaskExecutor()
        for job in batch { job.runSynchronously(on: executor) }
        batch.removeAll(keepingCapacity: true)
    }

    func flushAtEndOfTurn(_ stream: TCPStream) {
        dirtyStreams.append(stream)
    }

    private func flushStreams() {
        if dirtyStreams.isEmpty { return }
        swap(&dirtyStreams, &flushBatch)
        for stream in flushBatch { stream.flush() }
        flushBatch.removeAll(keepingCapacity: true)
    }

    /// Runs `work` once what is ready in this turn has run and its bytes are on their way: for work that is cheaper in
    /// one go than piece by piece, such as waking another thread. Called on the loop.
    package func atEndOfTurn(_ work: @escaping () -> Void) {
        endings.append(work)
    }

    private func runEndings() {
        while !endings.isEmpty {
            swap(&endings, &endingBatch)
            for work in endingBatch { work() }
            endingBatch.removeAll(keepingCapacity: true)
        }
    }

    /// With jobs left over the next poll must not wait.
    private func keepTurning(_ active: Bool) {
        if active == idleIsActive { return }
        idleIsActive = active
        if active {
            uv_idle_start(idle) { _ in }
        } else {
            uv_idle_stop(idle)
        }
    }

    // MARK: Life

    /// Runs the loop on the calling thread until `stop`, then lets what is left finish and closes everything.
    package func run() {
        martlet_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        defer { martlet_set_current_loop(nil) }
        uv_run(uv, UV_RUN_DEFAULT)
        // Closing streams resumed their waiters: let those tasks come to their end.
        repeat {
            runJobs()
            runEndings()
            uv_run(uv, UV_RUN_NOWAIT)
        } while !jobs.isEmpty
        let status = uv_loop_close(uv)
        precondition(status == 0, "a handle outlived its loop")
    }

    /// Ends the loop: from any thread. Streams, timers and listeners still open are closed.
    package func stop() {
        execute { [self] in
            inboxLock.withLock { inbox.isStopped = true }
            closeEveryStream()
            uv_close(UnsafeMutableRawPointer(prepare).assumingMemoryBound(to: uv_handle_t.self), nil)
            uv_close(UnsafeMutableRawPointer(check).assumingMemoryBound(to: uv_handle_t.self), nil)
            uv_close(UnsafeMutableRawPointer(idle).assumingMemoryBound(to: uv_handle_t.self), nil)
            uv_close(UnsafeMutableRawPointer(wakeUp).assumingMemoryBound(to: uv_handle_t.self), nil)
        }
    }

    private func closeEveryStream() {
        uv_walk(
            uv,
            { handle, _ in
                guard let handle, uv_is_closing(handle) == 0 else { return }
                switch handle.pointee.type {
                case UV_TCP: HandleOwner.of(handle)?.closeHandle()
                case UV_TIMER, UV_POLL: HandleOwner.of(handle)?.closeHandle()
                default: break
                }
            }, nil)
        runJobs()
    }
}
