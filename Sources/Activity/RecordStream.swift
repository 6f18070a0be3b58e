/// A long answer of the store in pieces: a copy of the database. Confined to its loop.
package protocol RecordStream: AnyObject {
    /// The next piece, of some 64 KiB; nil at the end. The next one is not made before it is asked for, so that a slow
    /// reader costs no memory.
    func next() async throws(GenerationReadError) -> [UInt8]?

    /// Lets go of what the stream holds. To be called in the end, however far the stream was read.
    func close()
}

/// Gives records away as a whole. Each loop has one of its own.
package protocol RecordExporting: AnyObject {
    /// Generations that were created in a time, in milliseconds since 1970, oldest first.
    ///
    /// - Parameter last: only those behind this one; nil from the first on.
    /// - Returns: at most `limit`; fewer at the end.
    func generations(
        after last: GenerationID?, during range: Range<Int64>, limit: Int
    ) async throws(GenerationReadError) -> [GenerationRecord]

    /// Rows of the ledger that count at a time, in their order.
    ///
    /// - Parameter last: the number of the row behind which to begin.
    func ledger(
        after last: Int64, during range: Range<Int64>, limit: Int
    ) async throws(GenerationReadError) -> LedgerSlice

    /// A copy of the whole database as it is at one moment, to be opened by any SQLite.
    func backup() -> any RecordStream
}

/// Some rows of the ledger that follow each other, less those that were not wanted.
package struct LedgerSlice: Hashable, Sendable {
    package var lines: [LedgerLine] = []
    /// Where to go on; nil at the end of the ledger.
    package var last: Int64?

    package init() {}
}
