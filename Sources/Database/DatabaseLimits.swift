/// Every bound of this module.
package enum DatabaseLimits {
    /// Jobs of one transaction.
    package static let batchRowsMax = 1000
    /// Jobs that may wait before new work is refused.
    package static let waitingRowsSoft = 10_000
    /// Jobs that may wait at all; the room above the soft bound is for requests that were accepted before it was met.
    package static let waitingRowsHard = 20_000
    /// A commit that takes longer makes the store count as slow.
    package static let slowCommitMs: UInt64 = 250
    /// How long a writer waits for a lock that somebody else holds; below `slowCommitMs`, so that the reason is known.
    package static let busyMs: Int32 = 200
    /// The first and the longest pause before a failed batch is tried again.
    package static let retryMsFirst: UInt64 = 250
    package static let retryMsLast: UInt64 = 5000
    /// How long a stopping writer keeps trying to store what waits.
    package static let drainMs: UInt64 = 5000
    /// Bytes of a page. A commit writes every page that it touched whole, with a checksum: smaller ones make single
    /// commits cheaper, down to where rows no longer fit.
    package static let pageBytes = 2048
    /// WAL pages after which the log is folded into the database, after callers have been told.
    package static let checkpointPages = 2000
    /// How long work behind the jobs rests after an error.
    package static let workPauseMs: UInt64 = 5000
    /// How often the writer looks whether its file is still there.
    package static let movedCheckMs: UInt64 = 1000
    /// Queries that may wait for a reader.
    package static let waitingQueries = 1000
    /// Databases up to this size are checked throughout when opened; a larger check would delay the start.
    package static let fullCheckBytes: Int64 = 16 << 20
    /// What stays free beside a copy of the database, for what is written while it is made.
    package static let copySpareBytes: Int64 = 16 << 20
    /// KiB of page cache of one connection.
    package static let cacheKiB = 2048
}
