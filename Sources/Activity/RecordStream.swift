/// What a stream of records is of.
package enum ExportTable: Hashable, Sendable {
    case generations
    case ledger
}

/// How exported records are written.
package enum ExportFormat: Hashable, Sendable {
    case jsonLines
    case csv
}

/// A long answer of the store in pieces: an export or a copy of the database. Confined to its loop.
package protocol RecordStream: AnyObject {
    /// The next piece, of some 64 KiB; nil at the end. The next one is not made before it is asked for, so that a slow
    /// reader costs no memory.
    func next() async throws(GenerationReadError) -> [UInt8]?

    /// Lets go of what the stream holds. To be called in the end, however far the stream was read.
    func close()
}

/// Gives records away as a whole. Each loop has one of its own.
package protocol RecordExporting: AnyObject {
    /// Everything that is committed now, oldest first.
    ///
    /// - Parameter range: only what was created (generations) or counts (ledger) at these milliseconds since 1970; nil
    ///   for all of it.
    func export(_ table: ExportTable, as format: ExportFormat, during range: Range<Int64>?) -> any RecordStream

    /// A copy of the whole database as it is at one moment, to be opened by any SQLite.
    func backup() -> any RecordStream
}
