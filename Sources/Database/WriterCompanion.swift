/// Goes with a writer: hears of its transactions, and does work behind the jobs. Called on the writer's thread.
package protocol WriterCompanion: AnyObject, Sendable {
    /// A transaction of jobs begins. What jobs did before counts only if `jobsCommitted` was called after it.
    func jobsBegin()

    /// The transaction of the jobs is committed.
    func jobsCommitted()

    /// How many milliseconds the companion can go without work; 0 for none, nil for as many as it takes until a job
    /// comes. Asked after every batch.
    ///
    /// - Parameter nowMs: monotonic milliseconds.
    func restMs(nowMs: UInt64) -> UInt64?

    /// Does a piece of work of some milliseconds, in transactions of its own. Called when the callers of a batch have
    /// been told or nothing waits, and never while the store is in trouble.
    ///
    /// - Parameter isStopping: whether this is the last call.
    func work(on connection: SQLiteConnection, nowMs: UInt64, isStopping: Bool) throws(DatabaseError)
}
