import Access
import Accounting
import Activity
import Database

/// Writes the ledger, and sums it by day behind the jobs.
///
/// A charge is written with its generation, in one transaction and so once: the generation's id is a primary key. What
/// was written is remembered until it is summed, all of it in one transaction with the number of the last row, so that
/// the sums and the rows behind that number are always the whole ledger. After a crash the rows themselves are read.
///
/// A row is never of a day before the one on which the ledger was opened, or before its last one where the clock was
/// set back: what is charged then counts to that day, here as in budgets (`Budget.init`). Otherwise a start with the
/// clock of an earlier day would let the limits of a day be spent again.
///
/// Confined to the writer's thread from the opening of the store on, which makes the `@unchecked Sendable` sound.
final class Bookkeeper: @unchecked Sendable {
    private var keys: SeenKeys
    private var endpoints: SeenEndpoints
    /// The number of the last row, committed or not.
    private var lastSeq: Int64
    private var committedSeq: Int64
    /// Rows that are not in the sums yet; those behind `committedCount` are not committed either.
    private var unbooked: [LedgerRow] = []
    private var committedCount = 0
    private var bookingDueMs: UInt64?
    /// The moment of the opening by the ledger: by the clock, or the last day of the ledger where that is later.
    let openedAtMs: Int64
    private let firstMs: Int64
    /// Whether the clock showed a day before the ledger's last one.
    let isClockBehind: Bool

    /// Sums what a crash left behind.
    ///
    /// - Parameter unixMs: the time.
    init(on connection: SQLiteConnection, atMs unixMs: Int64) throws(DatabaseError) {
        keys = try SeenKeys(on: connection)
        endpoints = try SeenEndpoints(on: connection)
        var booked = try LedgerTail.bookedSeq(connection)
        while true {
            let rows = try LedgerTail.rows(after: booked, limit: PersistenceLimits.bookingRows, on: connection)
            guard let last = rows.last else { break }
            try Self.book(rows, through: last.seq, on: connection)
            booked = last.seq
        }
        lastSeq = booked
        committedSeq = booked
        let lastDay = try connection.integer("SELECT max(day) FROM ledger_days") ?? 0
        openedAtMs = max(unixMs, ActivityQuery.startMs(ofDay: Int(lastDay)))
        isClockBehind = openedAtMs > unixMs
        firstMs = LimitInterval.daily.start(containing: openedAtMs)
    }

    /// The moment that a row is written under for one of the clock.
    func moment(_ unixMs: Int64) -> Int64 { unixMs < firstMs ? openedAtMs : unixMs }

    // MARK: Writing, within a job's transaction

    func keyRef(
        _ hash: APIKeyHash?, _ workspaceID: String, on connection: SQLiteConnection
    ) throws(DatabaseError) -> Int64 {
        try keys.ref(hash, workspaceID, on: connection)
    }

    func endpointRef(
        of record: borrowing GenerationRecord, on connection: SQLiteConnection
    ) throws(DatabaseError) -> Int64 {
        try endpoints.ref(of: record, on: connection)
    }

    /// Writes the charge of a generation whose row was inserted just before.
    func charge(
        _ record: borrowing GenerationRecord, keyRef: Int64, endpointRef: Int64, on connection: SQLiteConnection
    ) throws(DatabaseError) {
        let seq = lastSeq + 1
        let nanos = record.charge.total.nanos
        let atMs = moment(record.chargedAtMs)
        let row = try connection.statement("INSERT INTO ledger VALUES (?1,0,?2,?3,?4,?5,NULL)")
        row.bind(1, seq)
        row.bind(2, nanos)
        row.bind(3, atMs)
        row.bind(4, keyRef)
        row.bind(5, text: record.id.span)
        try row.run()
        lastSeq = seq
        unbooked.append(
            LedgerRow(
                seq: seq, kind: .charge, nanos: nanos, atMs: atMs, keyRef: keyRef,
                usage: LedgerRow.Usage(
                    endpointRef: endpointRef, prompt: record.usage.prompt, completion: record.usage.completion,
                    reasoning: record.usage.reasoning, cached: record.usage.cached,
                    direct: record.charge.direct?.total.nanos ?? 0)))
    }

    /// Writes a row that is no charge, at a moment that `moment` gave.
    ///
    /// - Returns: its number.
    func append(_ entry: LedgerEntry, on connection: SQLiteConnection) throws(DatabaseError) -> Int64 {
        precondition(entry.kind != .charge, "a charge is written with its generation")
        let keyRef = try keys.ref(entry.apiKey, entry.workspaceID, on: connection)
        let seq = lastSeq + 1
        let row = try connection.statement("INSERT INTO ledger VALUES (?1,?2,?3,?4,?5,?6,?7)")
        row.bind(1, seq)
        row.bind(2, Int(entry.kind.rawValue))
        row.bind(3, entry.amount.nanos)
        row.bind(4, entry.atMs)
        row.bind(5, keyRef)
        if let id = entry.generationID { row.bind(6, text: id.span) } else { row.bindNull(6) }
        row.bind(7, entry.reason)
        try row.run()
        lastSeq = seq
        unbooked.append(
            LedgerRow(seq: seq, kind: entry.kind, nanos: entry.amount.nanos, atMs: entry.atMs, keyRef: keyRef))
        return seq
    }

    // MARK: Behind the jobs, as `WriterCompanion` says

    func jobsBegin() {
        guard lastSeq != committedSeq else { return rollBackSeen() }
        unbooked.removeLast(unbooked.count - committedCount)
        lastSeq = committedSeq
        rollBackSeen()
    }

    private func rollBackSeen() {
        keys.rollBack()
        endpoints.rollBack()
    }

    func jobsCommitted() {
        committedSeq = lastSeq
        committedCount = unbooked.count
        keys.commit()
        endpoints.commit()
    }

    func restMs(nowMs: UInt64) -> UInt64? {
        if committedCount == 0 { return nil }
        if committedCount >= PersistenceLimits.unbookedRowsMax { return 0 }
        guard let due = bookingDueMs else {
            bookingDueMs = nowMs + PersistenceLimits.unbookedMsMax
            return PersistenceLimits.unbookedMsMax
        }
        return due > nowMs ? due - nowMs : 0
    }

    func work(on connection: SQLiteConnection) throws(DatabaseError) {
        // A batch that failed may have left rows behind that were undone.
        jobsBegin()
        guard committedCount > 0 else { return }
        try Self.book(unbooked, through: committedSeq, on: connection)
        unbooked.removeAll(keepingCapacity: true)
        committedCount = 0
        bookingDueMs = nil
    }

    /// Adds rows to the sums, with the number of the last of them.
    private static func book(
        _ rows: [LedgerRow], through seq: Int64, on connection: SQLiteConnection
    ) throws(DatabaseError) {
        var sums = DaySums()
        for row in rows { sums.add(row) }
        try connection.transaction { () throws(DatabaseError) in
            try sums.write(to: connection)
            let booked = try connection.statement("UPDATE booked SET seq = ?1")
            booked.bind(1, seq)
            try booked.run()
        }
    }
}
