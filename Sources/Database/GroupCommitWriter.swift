import Synchronization

/// The one writer of a database: a thread that takes whatever jobs wait, commits them in one transaction, tells their
/// callers, and takes what arrived meanwhile.
///
/// There is no timer: an idle store commits a job at once, a busy one in batches as large as its disk is slow. Callers
/// of one target are told by one delivery per batch, and a submission wakes the thread only when it sleeps.
///
/// A store that cannot write, or not within `slowCommitMs`, is degraded: everything that waits and everything that
/// comes is answered `spooled` at once, kept in memory up to a bound, and tried again until it is written. Every job
/// is therefore either committed, or waits visibly in `health`, or was reported to the observer as lost.
package final class GroupCommitWriter: @unchecked Sendable {
    /// The bounds, as parameters for tests.
    package struct Configuration: Sendable {
        package var batchRowsMax = DatabaseLimits.batchRowsMax
        package var waitingRowsSoft = DatabaseLimits.waitingRowsSoft
        package var waitingRowsHard = DatabaseLimits.waitingRowsHard
        package var slowCommitMs = DatabaseLimits.slowCommitMs
        package var retryMsFirst = DatabaseLimits.retryMsFirst
        package var retryMsLast = DatabaseLimits.retryMsLast
        package var drainMs = DatabaseLimits.drainMs
        package var movedCheckMs = DatabaseLimits.movedCheckMs

        package init() {}
    }

    /// What `submit` did with a job.
    package enum Submission: Hashable, Sendable {
        /// It waits for its commit; `completed` will be called.
        case queued
        /// It waits in memory for a store that cannot write; `completed` will not be called.
        case spooled
        /// There is no room or the writer has stopped: it is lost, the observer knows, `completed` will not be called.
        case lost
    }

    /// A job, and whether its caller has been told `spooled`.
    struct Entry {
        let job: any WriteJob
        var isReleased: Bool
    }

    /// What the threads share, guarded by `lock`.
    struct State {
        var queue: [Entry] = []
        /// What is being committed, or failed to be and is tried again.
        var batch: [Entry] = []
        var isWriterAsleep = false
        var isWatcherAsleep = false
        /// Batches begun since the watcher last looked.
        var newBatches = 0
        var isStopping = false
        /// When the present commit or checkpoint began, in monotonic milliseconds; 0 in between.
        var busySinceMs: UInt64 = 0
        var trouble: StoreHealth.Trouble?
        var message = ""

        var waiting: Int { queue.count + batch.count }

        /// Moves jobs from the queue to the empty batch; mostly all of them, for the price of a swap.
        mutating func fillBatch(rowsMax: Int) {
            if queue.count <= rowsMax {
                swap(&batch, &queue)
            } else {
                batch.append(contentsOf: queue[..<rowsMax])
                queue.removeFirst(rowsMax)
            }
        }
    }

    let configuration: Configuration
    let observer: any StoreObserver
    let companion: (any WriterCompanion)?
    let lock = ThreadLock()
    let work = ThreadLock.Condition()
    let watch = ThreadLock.Condition()
    var state = State()
    /// Confined to the writer's thread from its start on.
    let connection: SQLiteConnection
    private let hasRoom = Atomic<Bool>(true)
    private let isHealthy = Atomic<Bool>(true)
    private var threads: [WorkerThread] = []

    /// Takes the connection over and starts the threads; `stop` must be called before the last reference goes.
    package init(
        connection: SQLiteConnection, observer: any StoreObserver, companion: (any WriterCompanion)? = nil,
        configuration: Configuration = .init()
    ) {
        self.connection = connection
        self.observer = observer
        self.companion = companion
        self.configuration = configuration
        threads = [
            WorkerThread { [unowned self] in write() },
            WorkerThread { [unowned self] in watchCommits() },
        ]
    }

    /// Whether new work may be accepted. Costs one load.
    package var acceptsWork: Bool { hasRoom.load(ordering: .relaxed) }

    /// Whether the last commit succeeded in time. Costs one load.
    package var canWriteNow: Bool { isHealthy.load(ordering: .relaxed) }

    package var health: StoreHealth {
        lock.lock()
        defer { lock.unlock() }
        return snapshot()
    }

    /// Hands a job to the writer. Callable from any thread.
    package func submit(_ job: any WriteJob) -> Submission {
        let submitted = submit([job])
        return submitted.taken == 1 ? submitted.submission : .lost
    }

    /// Hands jobs to the writer, in their order and with at most one wake. Callable from any thread.
    ///
    /// - Returns: what was done with the first `taken` jobs; those after them are lost.
    package func submit(_ jobs: [any WriteJob]) -> (taken: Int, submission: Submission) {
        lock.lock()
        let room = state.isStopping ? 0 : max(0, configuration.waitingRowsHard - state.waiting)
        let taken = min(jobs.count, room)
        let isReleased = state.trouble != nil
        for job in jobs[..<taken] { state.queue.append(Entry(job: job, isReleased: isReleased)) }
        let waiting = state.waiting
        if waiting >= configuration.waitingRowsSoft { hasRoom.store(false, ordering: .relaxed) }
        let isStopping = state.isStopping
        let wakesWriter = taken > 0 && state.isWriterAsleep
        let wakesWatcher = taken > 0 && state.isWatcherAsleep
        if wakesWriter { state.isWriterAsleep = false }
        if wakesWatcher { state.isWatcherAsleep = false }
        lock.unlock()
        if wakesWriter { work.signal() }
        if wakesWatcher { watch.signal() }
        if taken < jobs.count {
            let reason = isStopping ? "the store is closed" : "\(waiting) rows wait for a store that cannot write"
            for job in jobs[taken...] { reportLost(job, DatabaseError(.full, reason)) }
        }
        return (taken, isReleased ? .spooled : .queued)
    }

    func reportLost(_ job: any WriteJob, _ error: DatabaseError) {
        if let summary = job.summary { observer.storeLost(summary, error) }
    }

    /// Commits what waits, for at most `drainMs`, and ends the threads. What could not be stored by then is reported as
    /// lost.
    package func stop() {
        lock.lock()
        let wasStopping = state.isStopping
        state.isStopping = true
        work.signal()
        watch.signal()
        lock.unlock()
        if wasStopping { return }
        for thread in threads { thread.join() }
    }

    // MARK: Shared by both threads, called with the lock held

    func snapshot() -> StoreHealth {
        StoreHealth(
            trouble: state.trouble, message: state.message, waiting: state.waiting,
            acceptsWork: state.waiting < configuration.waitingRowsSoft)
    }

    func noteRoom() {
        if state.waiting < configuration.waitingRowsSoft, !hasRoom.load(ordering: .relaxed) {
            hasRoom.store(true, ordering: .relaxed)
        }
    }

    func endTrouble() {
        state.trouble = nil
        state.message = ""
        isHealthy.store(true, ordering: .relaxed)
    }

    /// Enters a trouble and releases everybody who waits.
    ///
    /// - Returns: what is to be done once the lock is no longer held.
    func degrade(_ trouble: StoreHealth.Trouble, _ message: String) -> Aftermath {
        var aftermath = Aftermath()
        if state.trouble != trouble { aftermath.changesHealth = true }
        state.trouble = trouble
        state.message = message
        isHealthy.store(false, ordering: .relaxed)
        for index in state.batch.indices where !state.batch[index].isReleased {
            state.batch[index].isReleased = true
            aftermath.add(state.batch[index].job, .spooled)
        }
        for index in state.queue.indices where !state.queue[index].isReleased {
            state.queue[index].isReleased = true
            aftermath.add(state.queue[index].job, .spooled)
        }
        if aftermath.changesHealth { aftermath.health = snapshot() }
        return aftermath
    }

    /// What happens after the lock: deliveries and the observer's news.
    struct Aftermath {
        private var groups: [(target: any CompletionTarget, told: [(any WriteJob, WriteOutcome)])] = []
        var changesHealth = false
        var health = StoreHealth.healthy

        mutating func add(_ job: any WriteJob, _ outcome: WriteOutcome) {
            guard let target = job.target else { return }
            // There are as many targets as loops: a handful, and neighbours mostly share one.
            if let index = groups.lastIndex(where: { $0.target === target }) {
                groups[index].told.append((job, outcome))
            } else {
                groups.append((target, [(job, outcome)]))
            }
        }

        func happen(_ observer: any StoreObserver) {
            for group in groups {
                let told = group.told
                group.target.deliver {
                    for (job, outcome) in told { job.completed(outcome) }
                }
            }
            if changesHealth { observer.storeHealthChanged(health) }
        }
    }
}
