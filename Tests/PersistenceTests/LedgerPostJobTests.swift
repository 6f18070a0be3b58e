import Access
import Accounting
import Activity
import Database
import TestSupport
import Testing

@testable import Persistence

/// What somebody is told who adds a row by hand while the store is in trouble: 503 means that there is none, 202 that
/// there will be one.
@Suite struct LedgerPostJobTests {
    private let fixture = StoreFixture()
    private let connection: SQLiteConnection
    private let books: Bookkeeper

    init() throws {
        connection = try SQLiteConnection(path: fixture.databaseFile, mode: .readWrite(.process))
        try MartletSchema.schema.apply(to: connection)
        books = try Bookkeeper(on: connection, atMs: StoreFixture.nowMs)
    }

    /// The answer to a grant whose job goes through `events`, and how many rows there are in the end.
    private func outcome(
        _ events: (LedgerPostJob) throws -> Void
    ) async -> (outcome: LedgerOutcome, rows: Int64?) {
        let entry = LedgerEntry(
            kind: .grant, amount: Credits(nanos: 5), atMs: StoreFixture.nowMs, reason: "r")
        let outcome = await withUnsafeContinuation { continuation in
            let job = LedgerPostJob(
                LedgerOrder(entry), books: books, target: ImmediateTarget(), continuation: continuation)
            do { try events(job) } catch { Issue.record(error) }
        }
        return (outcome, try? connection.integer("SELECT count(*) FROM ledger"))
    }

    private func write(_ job: LedgerPostJob, commits: Bool = true) throws {
        books.jobsBegin()
        do throws(DatabaseError) {
            try connection.transaction { () throws(DatabaseError) in
                try job.write(to: connection)
                if !commits { throw DatabaseError(.full, "no room") }
            }
            books.jobsCommitted()
        } catch {
            job.undone()
        }
    }

    @Test func whatWaitsIsTakenBack() async throws {
        let found = await outcome { job in
            job.completed(.spooled)
            #expect(job.summary == nil, "nobody expects it any more")
            try write(job)
        }
        #expect(found.outcome == .unavailable && found.rows == 0)
    }

    @Test func whatWasRolledBackIsTakenBack() async throws {
        let found = await outcome { job in
            try write(job, commits: false)
            job.completed(.spooled)
            try write(job)
        }
        #expect(found.outcome == .unavailable && found.rows == 0)
    }

    @Test func whatIsTriedAgainBeforeAnybodyWasToldIsPosted() async throws {
        let found = await outcome { job in
            try write(job, commits: false)
            try write(job)
            job.completed(.committed)
        }
        guard case .posted = found.outcome else { return #expect(Bool(false), "\(found.outcome)") }
        #expect(found.rows == 1)
    }

    @Test func aSlowCommitIsPending() async throws {
        let found = await outcome { job in
            books.jobsBegin()
            try connection.transaction { () throws(DatabaseError) in
                try job.write(to: connection)
                job.completed(.spooled)
            }
            books.jobsCommitted()
        }
        guard case .pending(let line) = found.outcome else { return #expect(Bool(false), "\(found.outcome)") }
        #expect(line.sequence == 1 && found.rows == 1)
    }

    /// A promise that was made is kept by the next try.
    @Test func whatIsPendingIsWrittenAfterARollback() async throws {
        let found = await outcome { job in
            books.jobsBegin()
            do throws(DatabaseError) {
                try connection.transaction { () throws(DatabaseError) in
                    try job.write(to: connection)
                    job.completed(.spooled)
                    throw DatabaseError(.full, "no room")
                }
            } catch {
                job.undone()
            }
            #expect(job.summary != nil)
            try write(job)
        }
        guard case .pending = found.outcome else { return #expect(Bool(false), "\(found.outcome)") }
        #expect(found.rows == 1)
    }
}
