/// A read of the database.
package protocol QueryJob: AnyObject, Sendable {
    /// Who is told.
    var target: any CompletionTarget { get }
    /// Reads, and keeps the result. Called on the query thread. Errors are kept as results.
    func read(from connection: SQLiteConnection)
    /// Tells the result on the target's thread.
    func completed()
}

/// A thread with a connection of its own that reads while the writer writes.
package final class QueryThread: @unchecked Sendable {
    private let connection: SQLiteConnection
    private let waitingMax: Int
    private let lock = ThreadLock()
    private let work = ThreadLock.Condition()
    /// Guarded by `lock`.
    private var queue: [any QueryJob] = []
    private var isStopping = false
    private var thread: WorkerThread?

    /// Takes the connection over; `stop` must be called before the last reference goes.
    package init(connection: SQLiteConnection, waitingMax: Int = DatabaseLimits.waitingQueries) {
        self.connection = connection
        self.waitingMax = waitingMax
        thread = WorkerThread { [unowned self] in run() }
    }

    /// Hands a query to the thread. Callable from any thread.
    ///
    /// - Returns: false when too many wait or the thread has stopped; `completed` will then not be called.
    package func submit(_ job: any QueryJob) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        guard !isStopping, queue.count < waitingMax else { return false }
        queue.append(job)
        work.signal()
        return true
    }

    /// Answers what waits and ends the thread.
    package func stop() {
        lock.lock()
        isStopping = true
        work.signal()
        let running = thread
        thread = nil
        lock.unlock()
        running?.join()
    }

    private func run() {
        while let jobs = take() {
            for job in jobs {
                job.read(from: connection)
                job.target.deliver { job.completed() }
            }
        }
    }

    private func take() -> [any QueryJob]? {
        lock.lock()
        defer { lock.unlock() }
        while queue.isEmpty {
            if isStopping { return nil }
            lock.wait(work)
        }
        let jobs = queue
        queue.removeAll(keepingCapacity: true)
        return jobs
    }
}
