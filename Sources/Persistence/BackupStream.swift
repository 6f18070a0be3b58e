package import Activity
import Database

/// A copy of the database on its way to whoever asked for it. Confined to its loop.
package final class BackupStream: RecordStream {
    private let copy: DatabaseCopy
    private let backups: Backups
    private let target: any CompletionTarget

    init(_ copy: DatabaseCopy, of backups: Backups, for target: any CompletionTarget) {
        self.copy = copy
        self.backups = backups
        self.target = target
    }

    package func next() async throws(GenerationReadError) -> [UInt8]? {
        let copy = self.copy
        let result = await withUnsafeContinuation { continuation in
            let job = StoreQuery<[UInt8]?>(target: target, continuation: continuation) {
                (connection) throws(DatabaseError) in
                try copy.piece(of: connection)
            }
            if !backups.submit(job) { job.refuse() }
        }
        return try result.get()
    }

    package func close() {
        _ = backups.submit(CopyEnd(copy, target: target))
    }

    /// Lets go of a copy on the thread that reads it.
    private final class CopyEnd: QueryJob {
        let target: any CompletionTarget
        private let copy: DatabaseCopy

        init(_ copy: DatabaseCopy, target: any CompletionTarget) {
            self.copy = copy
            self.target = target
        }

        func read(from connection: SQLiteConnection) { copy.end() }
        func completed() {}
    }
}
