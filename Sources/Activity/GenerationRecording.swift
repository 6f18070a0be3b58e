/// Where generations are recorded. Each loop has one of its own; methods are called on that loop, and everything that
/// comes back comes back on it.
package protocol GenerationRecording: AnyObject {
    /// Whether new work may be accepted. False once the spool of a store that cannot write is full; the caller then
    /// answers 503 before any attempt.
    var acceptsWork: Bool { get }

    /// Whether the store can commit now, as far as is known. Where answers must be paid for beforehand, no request is
    /// begun while it cannot. Costs one load.
    var canWriteNow: Bool { get }

    /// Stores the final record of a generation, exactly once, and says on the loop what became of it.
    ///
    /// The completion comes once the record is durable, or is safe in memory because the store cannot write; so the
    /// caller holds back the end of its answer until then, whatever the outcome is.
    func record(_ record: consuming GenerationRecord, completion: @escaping (RecordOutcome) -> Void)

    /// The same for a task of the loop.
    func record(_ record: consuming GenerationRecord) async -> RecordOutcome

    /// Notes a request that has been running for a second, so that it is known after a crash. The final record must
    /// then carry `hasInFlightRow`.
    func began(_ record: GenerationRecord)
}

/// What became of a record.
package enum RecordOutcome: Hashable, Sendable {
    /// Committed.
    case durable
    /// The store cannot write at present; the record waits in memory and is written when it can again.
    case spooled
    /// Not stored and never will be; counted and logged by the store.
    case lost
}

/// Reads generations back. Each loop has one of its own.
package protocol GenerationReading: AnyObject {
    /// The generation with this id; nil when there is none (yet).
    func generation(_ id: GenerationID) async throws(GenerationReadError) -> GenerationRecord?

    /// The list of endpoints that decisions refer to, as it was handed to the store; nil when it is not there.
    func catalogue(_ fingerprint: UInt64) async throws(GenerationReadError) -> [UInt8]?
}

/// Why a generation cannot be read.
package enum GenerationReadError: Error, Hashable, Sendable {
    /// Too many reads wait already.
    case busy
    /// The disk has too little room for what was asked; the sentence says how much.
    case noRoom(String)
    /// The store failed; the sentence is for the log.
    case unavailable(String)
}
