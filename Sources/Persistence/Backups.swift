import Activity
import Database
import Synchronization

/// Copies of the whole database, made on a thread of their own, so that nobody waits for one but who asked for it.
final class Backups: Sendable {
    private struct State {
        var worker: (thread: QueryThread, connection: SQLiteConnection)?
        var isStopped = false
    }

    private let databasePath: String
    /// Where a copy lies while it is made and read. It has no name any more once it is made, so that it goes with its
    /// last reader, and with the process.
    private let copyPath: String
    private let state = Mutex(State())

    init(of databasePath: String) {
        self.databasePath = databasePath
        copyPath = databasePath + ".copy"
        // What a crash left half made.
        DatabaseCopy.remove(copyPath)
    }

    /// A copy of the database as it will be when the first piece is asked for.
    func stream(for target: any CompletionTarget) -> BackupStream {
        BackupStream(DatabaseCopy(at: copyPath), of: self, for: target)
    }

    /// Hands a job to the thread, which the first one starts.
    ///
    /// - Returns: false when too many wait, or the database cannot be opened once more.
    func submit(_ job: any QueryJob) -> Bool {
        state.withLock { state in
            if state.isStopped { return false }
            if state.worker == nil {
                guard let connection = try? SQLiteConnection(path: databasePath, mode: .copies) else { return false }
                state.worker = (QueryThread(connection: connection), connection)
            }
            return state.worker!.thread.submit(job)
        }
    }

    /// Ends the thread, and a copy that is being made.
    func stop() {
        let worker = state.withLock { state in
            state.isStopped = true
            return state.worker
        }
        worker?.connection.interrupt()
        worker?.thread.stop()
    }
}
